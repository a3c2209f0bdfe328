import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readScript, standIn, type Fit } from '../../../src/script';
import { readPickledRows } from '../../../src/script/data/pickle';
import { known } from './fixtures';

const model = 'model = Sequential([Dense(1)])\nmodel.compile(loss="mse")\n';

function fitOf(code: string, files: Readonly<Record<string, string | Uint8Array>> = {}): Fit {
  const bytes = new Map(Object.entries(files).map(([name, content]) => [name, typeof content === 'string' ? Buffer.from(content) : content]));
  return readScript(`import numpy as np\nimport pandas as pd\n${code}\n${model}model.fit(x, y)\n`, bytes).fits[0]!;
}

const csv = 'size,kind,price\n1,a,10\n2,b,20\n,a,30\n4,b,40\n';

/** An `.npy` file of version 1 with little-endian doubles. */
function npy(shape: readonly number[], numbers: readonly number[]): Uint8Array {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`.padEnd(117) + '\n';
  const head = Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]), Buffer.from(header, 'latin1')]);
  return Buffer.concat([head, Buffer.from(new Float64Array(numbers).buffer)]);
}

describe('data', () => {
  it('come from CSV files with pandas', () => {
    const fit = fitOf('d = pd.read_csv("d.csv").dropna()\ny = d.pop("price")\nx = d.drop("kind", axis=1).values', { 'd.csv': csv });
    assert.deepEqual(known(fit.x).map(({ shape, data }) => ({ shape, data: [...data] })), [{ shape: [3, 1], data: [1, 2, 4] }]);
    assert.deepEqual([...known(fit.y)[0]!.data], [10, 20, 40]);
  });

  it('are none in a pickle that no Python wrote', () => {
    for (const pickle of [[], [0x61], [0x4b, 1, 0x4b, 2, 0x61], [0x28, 0x65], [0x4e, 0x62], [0x8c, 200], [0x2e]]) {
      assert.equal(readPickledRows(Uint8Array.from([0x80, 4, ...pickle]), 0), undefined);
    }
  });

  it('come from tables by position, by condition, and with words made numbers', () => {
    const fit = fitOf(
      'd = pd.read_csv("d.csv", header=0)\nd["kind"] = d["kind"].map({"a": 0, "b": 1})\nd = d[d["price"] > 10].fillna(0)\nx = d.iloc[:, :2]\ny = d.iloc[:, -1].values',
      { 'd.csv': csv },
    );
    assert.deepEqual([...known(fit.x)[0]!.data], [2, 1, 0, 0, 4, 1]);
    assert.deepEqual([...known(fit.y)[0]!.data], [20, 30, 40]);
  });

  it("come from text and NumPy's own files", () => {
    const fit = fitOf('x, y = np.loadtxt("d.txt", delimiter=",", skiprows=1, unpack=True)', { 'd.txt': 'a,b\n1,2\n3,4\n' });
    assert.deepEqual([...known(fit.x)[0]!.data], [1, 3]);
    const stored = fitOf('x = np.load("a.npy")\ny = x[:, 0]', { 'a.npy': npy([2, 2], [1, 2, 3, 4]) });
    assert.deepEqual([...known(stored.y)[0]!.data], [1, 3]);
  });

  it('of a file are read once as long as its bytes are the same, and stay as they are whatever a script does to them', () => {
    const files = { 'd.csv': Buffer.from(csv), 'a.npy': npy([2, 2], [1, 2, 3, 4]) };
    const code = 'd = pd.read_csv("d.csv")\nx = np.load("a.npy")\ny = d["price"].values';
    const read = (text: string): readonly Float64Array[] => {
      const { x, y } = fitOf(text, files);
      return [known(x)[0]!.data, known(y)[0]!.data];
    };
    const [x, y] = read(code);
    assert.deepEqual([[...read(`${code}\nx[0] = 9\nx += 1`)[0]!], [...read(code.replace('y =', 'd.loc[0, "price"] = 5\nd["price"] += 1\ny ='))[1]!]], [[10, 10, 4, 5], [6, 21, 31, 41]]);
    const again = read(`${code}\n`);
    assert.equal(again[0], x);
    assert.equal(again[1], y);
    assert.deepEqual([...y!], [10, 20, 30, 40]);
    assert.deepEqual([...read(code.replace('"d.csv"', '"d.csv", skiprows=1, names=["size", "kind", "price"]'))[1]!], [10, 20, 30, 40]);
    assert.notEqual(known(fitOf(code, { ...files, 'a.npy': npy([2, 2], [5, 6, 7, 8]) }).x)[0]!.data[0], 1);
  });

  it('that are more numbers than are worked out say so, and their shape', () => {
    const bytes = npy([5000, 4000], []);
    const whole = new Uint8Array(bytes.length + 8 * 20_000_000);
    whole.set(bytes);
    const { x } = fitOf('x = np.load("a.npy")\ny = x', { 'a.npy': whole });
    assert.ok(!x.known);
    assert.deepEqual([x.reason, x.shapes], [{ id: 'script.too-large', args: { count: 20_000_000, most: 1 << 24 } }, [[5000, 4000]]]);
  });

  it('are stretched to a common shape as NumPy does', () => {
    const sums = { 'np.arange(6).reshape(2, 3) + np.arange(3)': [0, 2, 4, 3, 5, 7], 'np.arange(2).reshape(1, 1, 2) + np.arange(4).reshape(2, 2)': [0, 2, 2, 4],
      'np.arange(6).reshape(2, 3) + np.arange(2).reshape(2, 1)': [0, 1, 2, 4, 5, 6], 'np.arange(2).reshape(2, 1) + np.arange(2)': [0, 1, 1, 2], 'np.arange(4).reshape(2, 1, 2) + np.arange(4).reshape(2, 2)': [0, 2, 2, 4, 2, 4, 4, 6] };
    for (const [sum, numbers] of Object.entries(sums)) assert.deepEqual([...known(fitOf(`x = ${sum}\ny = x`).x)[0]!.data], numbers, sum);
  });

  it('come from the tables of scikit-learn that are shipped', () => {
    const code = 'from sklearn.datasets import load_iris\nx, y = load_iris(return_X_y=True)';
    const fit = fitOf(code, { 'sklearn/iris.csv': readFileSync('media/data/iris.csv') });
    assert.deepEqual(known(fit.x)[0]!.shape, [150, 4]);
    assert.deepEqual([...known(fit.x)[0]!.data.slice(0, 4)], [5.1, 3.5, 1.4, 0.2]);
    assert.equal(known(fit.y)[0]!.data[149], 2);
  });

  it("come from Keras' cached data sets, split and numbered as real Keras does it", () => {
    interface Expected { readonly name: string; readonly arguments: string; readonly parts: readonly (readonly (number | readonly number[])[])[] }
    const all = JSON.parse(readFileSync('test/fixtures/datasets/expected.json', 'utf8')) as readonly Expected[];
    for (const { name, arguments: given, parts } of all) {
      const code = `from keras.datasets import ${name}\nfrom keras.preprocessing.sequence import pad_sequences\n(a, b), (c, d) = ${name}.load_data(${given})`;
      const files = { [`keras/${name}.npz`]: readFileSync(`test/fixtures/datasets/${name}.npz`) };
      const isText = name === 'imdb' || name === 'reuters';
      for (const [x, y, at] of [['a', 'b', 0], ['c', 'd', 2]] as const) {
        const fit = fitOf(`${code}\nx = ${isText ? `pad_sequences(${x}, maxlen=12, padding="post")` : x}\ny = ${y}`, files);
        const rows = (parts[at] as readonly (readonly number[])[]).map((row) => [...row, ...new Array<number>(isText ? 12 - row.length : 0).fill(0)]);
        assert.deepEqual([...known(fit.x)[0]!.data], rows.flat(), `${name}(${given})`);
        assert.deepEqual([...known(fit.y)[0]!.data], parts[at + 1], `${name}(${given})`);
      }
    }
  });

  it("of texts are rows of words' numbers, each of its own length", () => {
    const code = 'from keras.datasets import imdb\n(a, b), _ = imdb.load_data(num_words=250)\nx = np.zeros((len(a), 250))\nfor i, words in enumerate(a):\n  x[i, words] = 1.';
    const fit = fitOf(`${code}\ny = np.array([len(a[0]), a[1][0], a[:5].shape[0]])`, { 'keras/imdb.npz': readFileSync('test/fixtures/datasets/imdb.npz') });
    const [x] = known(fit.x);
    assert.deepEqual(x!.shape, [12, 250]);
    assert.ok(Array.from({ length: 12 }, (_, row) => x!.data[row * 250 + 1]).every((start) => start === 1));
    assert.deepEqual([...known(fit.y)[0]!.data].slice(1), [1, 5]);
  });

  it('of pictures have the shape and the batches that their generator gives them', () => {
    const code = 'from tensorflow import keras\nfrom keras.preprocessing.image import ImageDataGenerator\nfrom keras.utils import image_dataset_from_directory\n';
    const read = (given: string): Fit => readScript(`${code}import tensorflow as tf\n${model}model.fit(${given})\n`).fits[0]!;
    const shapes = (fit: Fit): unknown => [fit.x, fit.y].map((part) => (part.known ? part.value.map(({ shape }) => shape) : part.shapes));
    const folder = read("ImageDataGenerator(rescale=1./255, horizontal_flip=True).flow_from_directory('d', target_size=(64, 48), batch_size=20, class_mode='binary')");
    assert.deepEqual([shapes(folder), known(folder.batchSize), known(folder.shuffle)], [[[[-1, 64, 48, 3]], [[-1]]], 20, true]);
    assert.ok(!folder.x.known && folder.x.reason.id === 'script.pictures');
    const gray = read("ImageDataGenerator().flow_from_dataframe(table, 'd', color_mode='grayscale', shuffle=False)");
    assert.deepEqual([shapes(gray), known(gray.batchSize), known(gray.shuffle)], [[[[-1, 256, 256, 1]], [[-1, -1]]], 32, false]);
    const set = read("image_dataset_from_directory('d', image_size=(32, 40), batch_size=8).map(lambda x, y: (tf.cast(x, 'float32') / 255., y)).cache().prefetch(1)");
    assert.deepEqual([shapes(set), known(set.batchSize)], [[[[-1, 32, 40, 3]], [[-1]]], 8]);
    const scaled = read('ImageDataGenerator(rescale=0.5).flow(np.full((2, 2, 2, 1), 3.0), np.array([0, 1]), batch_size=1)');
    assert.deepEqual([...known(scaled.x)[0]!.data], new Array(8).fill(1.5));
    const turned = read('ImageDataGenerator(rescale=0.5, rotation_range=20).flow(np.full((2, 2, 2, 1), 3.0), np.array([0, 1]))');
    assert.deepEqual(shapes(turned), [[[2, 2, 2, 1]], [[2]]]);
    assert.ok(!turned.x.known);
  });

  it('in a broken cached copy are not read, and nothing is thrown', () => {
    const whole = readFileSync('test/fixtures/datasets/imdb.npz');
    for (const bytes of [whole.subarray(0, 400), Buffer.from('PK'), Buffer.alloc(64)]) {
      const fit = fitOf('from keras.datasets import imdb\n(x, y), _ = imdb.load_data()', { 'keras/imdb.npz': bytes });
      assert.ok(!fit.x.known);
    }
  });

  it('that are not at hand are named, with what is known of their shape', () => {
    const code = 'from tensorflow.keras.datasets import mnist\n(x, y), _ = mnist.load_data()\nx = x.reshape(-1, 784).astype("float32") / 255';
    const script = readScript(`${code}\n${model}model.fit(x, y)`);
    assert.deepEqual(script.files, ['keras/mnist.npz']);
    const { x } = script.fits[0]!;
    assert.ok(!x.known);
    assert.equal(x.reason.id, 'script.file');
  });

  it('have the shape that they are given, as far as it is written', () => {
    const shapeOf = (code: string): readonly (number | null)[] | undefined => {
      const script = readScript(`import numpy as np\nfrom keras.datasets import mnist\n${code}\nmodel = Sequential([Dense(1, input_shape=x.shape[1:])])\nmodel.compile()\nmodel.fit(x)`);
      const read = known(script.fits[0]!.model).layers[0]!.config.shape!;
      return read.known ? (read.value as number[]) : undefined;
    };
    const rows = 'rows = []\nfor line in open("a"):\n    rows.append(line)\n';
    assert.deepEqual(shapeOf('x = np.load("x.npy").reshape(-1, 5, 2)'), [5, 2]);
    assert.deepEqual(shapeOf('x = np.load("x.npy")\nx = x.reshape((x.shape[0], 28, 28, 1))'), [28, 28, 1]);
    assert.deepEqual(shapeOf(`${rows}x = np.reshape(rows, (len(rows), 100, 1))`), [100, 1]);
    assert.deepEqual(shapeOf(`n = len(open("a").read())\nx = mnist.load_data()[0][0].reshape(n, 784)`), [784]);
    assert.equal(shapeOf('x = np.load("x.npy").reshape(-1)'), undefined);
  });

  it('can be stood in for, and say so', () => {
    const text = 'x = np.load("x.npy")\ny = np.load("y.npy")\nmodel = Sequential([Dense(3, input_shape=(5,), activation="softmax")])\nmodel.compile(loss="sparse_categorical_crossentropy")\nmodel.fit(x, y)';
    const script = readScript(text);
    const filled = standIn(script, script.fits[0]!);
    assert.ok('fit' in filled);
    assert.deepEqual(known(filled.fit.x)[0]!.shape, [256, 5]);
    const labels = new Set(known(filled.fit.y)[0]!.data);
    assert.ok(labels.size > 1 && [...labels].every((label) => [0, 1, 2].includes(label)));
    assert.deepEqual(filled.substitutions.map(({ id }) => id), ['script.stand-in']);
    assert.equal(known(filled.fit.x)[0]!.substituted?.id, 'script.stand-in');
  });
});
