import assert from 'node:assert/strict';
import { strToU8, zipSync } from 'fflate';
import { givenData, readScript, type Fit, type Read } from '../../../src/script';

const model = (loss: string, units: number, shape: string) =>
  `from keras import Sequential, layers
x, y = load()
model = Sequential([layers.Input(${shape}), layers.Flatten(), layers.Dense(${units})])
model.compile(loss="${loss}")
model.fit(x, y)`;

function fitOf(loss = 'mse', units = 1, shape = '(2,)'): Fit {
  return readScript(model(loss, units, shape)).fits[0]!;
}

/** A file of NumPy's, version 1, as `np.save` writes it. */
function npy(shape: readonly number[], values: readonly number[]): Uint8Array {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const lead = Uint8Array.of(0x93, ...strToU8('NUMPY'), 1, 0, header.length & 255, header.length >> 8);
  return Uint8Array.of(...lead, ...strToU8(header), ...new Uint8Array(Float64Array.from(values).buffer));
}

function known<T>(read: Read<T>): T {
  assert.ok(read.known);
  return read.value;
}

function given(fit: Fit, name: string, bytes: Uint8Array) {
  const result = givenData(fit, { name, bytes });
  assert.ok('fit' in result, JSON.stringify(result));
  return { x: known(result.fit.x)[0]!, y: known(result.fit.y)[0]! };
}

function refused(fit: Fit, name: string, bytes: Uint8Array): string {
  const result = givenData(fit, { name, bytes });
  assert.ok('refused' in result);
  return result.refused.id;
}

describe('data that the user gives', () => {
  it('are the columns of a table, the last one the target, with or without a line of names', () => {
    for (const text of ['a,b,price\n1,2,3\n4,5,6\n', '1;2;3\r\n4;5;6\r\n']) {
      const { x, y } = given(fitOf(), 'houses.csv', strToU8(text));
      assert.deepEqual([x.shape, [...x.data]], [[2, 2], [1, 2, 4, 5]]);
      assert.deepEqual([y.shape, [...y.data]], [[2, 1], [3, 6]]);
    }
  });

  it('are the arrays of an NPZ file with the usual names, in the shape that the model takes', () => {
    const bytes = zipSync({ 'x_train.npy': npy([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]), 'y_train.npy': npy([2], [0, 1]), 'x_test.npy': npy([1], [9]) });
    const { x, y } = given(fitOf('mse', 1, '(2, 2)'), 'data.npz', bytes);
    assert.deepEqual([x.shape, [...x.data]], [[2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]]);
    assert.deepEqual(y.shape, [2]);
  });

  describe('for a model of several inputs and outputs', () => {
    const script = (named: string) => readScript(`import keras
from keras import layers
one, other, x, y, z = load()
a, b = keras.Input((2,)${named ? ', name="left"' : ''}), keras.Input((1,)${named ? ', name="right"' : ''})
h = layers.concatenate([a, b])
model = keras.Model([a, b], [layers.Dense(1${named ? ', name="size"' : ''})(h), layers.Dense(3, activation="softmax"${named ? ', name="kind"' : ''})(h)])
model.compile(loss=["mse", "categorical_crossentropy"])
model.fit([one, other], [y, z])`).fits[0]!;
    const arrays = { first: npy([2, 2], [1, 2, 3, 4]), second: npy([2, 1], [5, 6]), size: npy([2], [7, 8]), kind: npy([2], [2, 0]) };
    const expected = [[[2, 2], [1, 2, 3, 4]], [[2, 1], [5, 6]], [[2], [7, 8]], [[2, 3], [0, 0, 1, 1, 0, 0]]];
    const check = (fit: Fit, files: Record<string, Uint8Array>): void => {
      const result = givenData(fit, { name: 'data.npz', bytes: zipSync(files) });
      assert.ok('fit' in result, JSON.stringify(result));
      const tensors = [...known(result.fit.x), ...known(result.fit.y)];
      assert.deepEqual(tensors.map(({ shape, data }) => [shape, [...data]]), expected);
    };

    it('are the numbered arrays of an NPZ file, or those named like the layers', () => {
      const { first, second, size, kind } = arrays;
      check(script(''), { 'x10.npy': second, 'x2.npy': first, 'y_1.npy': size, 'y_2.npy': kind });
      check(script('named'), { 'right.npy': second, 'left.npy': first, 'kind.npy': kind, 'size.npy': size });
    });

    it('are the columns of a table in the order of the inputs, the targets last', () => {
      const result = givenData(script(''), { name: 'table.csv', bytes: strToU8('1,2,5,7,2\n3,4,6,8,0\n') });
      assert.ok('fit' in result);
      assert.deepEqual(known(result.fit.x).map(({ data }) => [...data]), [[1, 2, 3, 4], [5, 6]]);
      assert.deepEqual(known(result.fit.y).map(({ data }) => [...data]), [[7, 8], [0, 0, 1, 1, 0, 0]]);
    });

    it('are refused where an array is missing, or is longer than the others', () => {
      const { first, size, kind } = arrays;
      assert.equal(refused(script(''), 'data.npz', zipSync({ 'x1.npy': first, 'y1.npy': size, 'y2.npy': kind })), 'script.given.several');
      assert.equal(refused(script(''), 'data.npz', zipSync({ 'x1.npy': first, 'x2.npy': npy([3, 1], [1, 2, 3]), 'y1.npy': size, 'y2.npy': kind })), 'script.given.rows');
      assert.equal(refused(script(''), 'table.csv', strToU8('1,2,7,2\n')), 'script.given.several');
    });
  });

  it('have one-hot targets where the loss wants them', () => {
    const bytes = zipSync({ 'x.npy': npy([3, 2], [1, 2, 3, 4, 5, 6]), 'y.npy': npy([3], [2, 0, 1]) });
    const { y } = given(fitOf('categorical_crossentropy', 3), 'data.npz', bytes);
    assert.deepEqual([y.shape, [...y.data]], [[3, 3], [0, 0, 1, 1, 0, 0, 0, 1, 0]]);
    assert.deepEqual(given(fitOf('sparse_categorical_crossentropy', 3), 'data.npz', bytes).y.shape, [3]);
  });

  it('are refused where they do not fit, with the reason', () => {
    assert.equal(refused(fitOf(), 'a.csv', strToU8('a,b\n1,2\n')), 'script.given.shape');
    assert.equal(refused(fitOf(), 'a.csv', strToU8('name,b,c\nTom,2,3\n')), 'script.given.unread');
    assert.equal(refused(fitOf(), 'a.npz', zipSync({ 'x.npy': npy([1, 2], [1, 2]) })), 'script.given.unread');
    const uneven = zipSync({ 'x.npy': npy([2, 2], [1, 2, 3, 4]), 'y.npy': npy([3], [1, 2, 3]) });
    assert.equal(refused(fitOf(), 'a.npz', uneven), 'script.given.rows');
    for (const rubbish of [new Uint8Array(), Uint8Array.of(0, 255, 7), strToU8('PK\u0003\u0004')]) {
      for (const name of ['a.csv', 'a.npz', 'a.npy']) assert.match(refused(fitOf(), name, rubbish), /^script\.given\.(unread|rows)$/);
    }
  });

  it('refuse class numbers that no one-hot row has', () => {
    const bytes = zipSync({ 'x.npy': npy([2, 2], [1, 2, 3, 4]), 'y.npy': npy([2], [0, 7]) });
    assert.equal(refused(fitOf('categorical_crossentropy', 3), 'data.npz', bytes), 'script.given.classes');
  });
});
