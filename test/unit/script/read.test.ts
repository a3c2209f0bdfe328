import assert from 'node:assert/strict';
import { readScript } from '../../../src/script';
import { fixtures, known } from './fixtures';

describe('a script', () => {
  for (const { name, text, expected } of fixtures) {
    if (!expected) continue;
    it(`is read: ${name}`, () => {
      const script = readScript(text);
      assert.deepEqual(script.syntaxErrors, []);
      const fit = script.fits[0];
      assert.ok(fit);
      const compile = known(fit.compile);
      const optimizer = known(compile.optimizer);
      const shape = (tensors: readonly { readonly shape: readonly number[] }[]): readonly number[] => tensors[0]!.shape;
      const read = {
        layers: known(fit.model).layers.map((layer) => layer.className),
        optimizer: optimizer.className,
        learning_rate: known(optimizer.config.learning_rate),
        losses: Object.fromEntries(Object.entries(known(compile.losses)).map(([output, loss]) => [output, loss.name])),
        metrics: known(compile.metrics),
        epochs: known(fit.epochs),
        batch_size: known(fit.batchSize),
        x: shape(known(fit.x)),
        y: shape(known(fit.y)),
        keras: script.keras,
      };
      assert.deepEqual(read, expected);
    });
  }

  it('is read to its end behind a comprehension that takes too long', () => {
    const script = readScript("y = [i ** 2 + 1 for i in range(10**7)]\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\nmodel.fit([1.0], y)\n");
    const fit = script.fits[0]!;
    assert.deepEqual(known(fit.model).layers.map(({ className }) => className), ['Dense']);
    assert.ok(!fit.y.known);
    assert.equal(fit.y.reason.id, 'script.too-much-work');
  });

  it('has what a module of Keras holds of the others by its own name', () => {
    const script = readScript("from keras.models import Sequential, optimizers\nfrom keras.layers import Dense\nmodel = Sequential([Dense(1)])\nmodel.compile(optimizers.adam(lr=0.01), 'mse')\nmodel.fit([1.0], [1.0])\n");
    assert.equal(known(known(script.fits[0]!.compile).optimizer).className, 'Adam');
  });

  it('is read with the line breaks of Windows as with others', () => {
    const text = "print('a \\\n b')\nmodel = keras.Sequential( \\\n    [keras.layers.Dense(1)])\nprint(\"\"\"c \\\n None\"\"\", 'd \\\n\\\n None')\nmodel.compile('sgd', 'mse')\nmodel.fit([1.0], [1.0])\n";
    for (const script of [readScript(text), readScript(text.replaceAll('\n', '\r\n'))]) {
      assert.deepEqual(script.syntaxErrors, []);
      assert.deepEqual(known(script.fits[0]!.model).layers.map(({ className }) => className), ['Dense']);
    }
  });

  it('has its compile and fit read where its model is not understood', () => {
    const script = readScript("from other import build\nmodel = build()\nmodel.compile(optimizer='adam', loss='mse')\nmodel.fit(x, y, epochs=4)\nscaler.fit(x)\n");
    assert.equal(script.fits.length, 1);
    const fit = script.fits[0]!;
    assert.ok(!fit.model.known);
    assert.equal(fit.model.reason.args?.name, 'other.build');
    assert.equal(known(known(fit.compile).optimizer).className, 'Adam');
    assert.equal(known(fit.epochs), 4);
  });

  it('has the third argument of compile as its version of Keras takes it', () => {
    const compiled = (args: string, before = '') => {
      const script = readScript(`import keras\n${before}model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile(${args})\nmodel.fit([1.0], [1.0])\n`);
      return [script.keras, known(known(script.fits[0]!.compile).metrics)];
    };
    // Keras 3 stops at names where it wants weights of the losses: only Keras 2 trains this.
    assert.deepEqual(compiled("'adam', 'mse', ['accuracy']"), [2, ['accuracy']]);
    assert.deepEqual(compiled("'adam', 'mse', 'accuracy'"), [2, ['accuracy']]);
    assert.deepEqual(compiled("'adam', 'mse', names", "names = ['mae', 'mse']\n"), [2, ['mae', 'mse']]);
    assert.deepEqual(compiled("'adam', 'mse', [keras.metrics.MeanAbsoluteError()]"), [2, ['mean_absolute_error']]);
    assert.deepEqual(compiled("'adam', 'mse', ['mae'], [0.5]"), [2, ['mae']]);
    assert.deepEqual(compiled("'adam', 'mse', [0.5], ['mae']"), [3, ['mae']]);
    assert.deepEqual(compiled("'adam', 'mse', None, ['mae']"), [3, ['mae']]);
    assert.deepEqual(compiled("'adam', 'mse', [0.5]"), [3, []]);
    assert.deepEqual(compiled("'adam', 'mse', [0.5], metrics=['mae']"), [3, ['mae']]);
    assert.deepEqual(compiled("'adam', 'mse', None, [0.5]", 'from keras.utils import np_utils\n'), [2, []]);
  });

  it('says where a value could not be known, and why', () => {
    const text = 'import sys\nrate = float(input())\nmodel = Sequential([Dense(1)])\nmodel.compile(optimizer=SGD(learning_rate=rate), loss=lambda a, b: a - b)\nmodel.fit([1.0], [1.0])\n';
    const compile = known(readScript(text).fits[0]!.compile);
    const rate = known(compile.optimizer).config.learning_rate!;
    assert.ok(!rate.known && !compile.losses.known);
    assert.equal(text.slice(rate.span.start, rate.span.end), 'input()');
    assert.equal(compile.losses.reason.id, 'script.lambda');
  });

  it('is followed both ways where a condition is not known', () => {
    const text = 'import os\nmodel = Sequential()\nmodel.add(Dense(4))\nrate = 0.1\nif os.path.exists("a"):\n  rate = 0.2\nelse:\n  units = 3\nmodel.compile(optimizer=SGD(rate))\nmodel.fit([1.0], [1.0], epochs=units)\n';
    const fit = readScript(text).fits[0]!;
    const rate = known(known(fit.compile).optimizer).config.learning_rate!;
    assert.ok(!rate.known && rate.reason.id === 'script.condition');
    assert.ok(fit.model.known);
    const grown = readScript(text.replace('  rate = 0.2', '  model.add(Dense(2))')).fits[0]!;
    assert.ok(!grown.model.known && grown.model.reason.id === 'script.condition');
  });

  it('is read within bounds however much work it asks for', () => {
    const text = 'x = []\nwhile True:\n  x.append(1)\nfor i in range(10**9):\n  for j in range(10**9):\n    y = i * j\nz = np.zeros((10**6, 10**6))\nmodel = Sequential([Dense(1)])\nmodel.compile("adam", "mse")\nmodel.fit(z, y)\n';
    const fit = readScript(text).fits[0]!;
    assert.ok(fit.model.known && !fit.y.known);
  });

  it('may yield nothing', () => {
    const script = readScript('def f():\n  yield\n\ndef g():\n  x = yield\n  with (yield):\n    yield  # here\n');
    assert.deepEqual(script.syntaxErrors, []);
  });

  it('is a syntax error where it is nested too deep for Python, too', () => {
    for (const text of ['('.repeat(100_000), `x = ${'-'.repeat(100_000)}1`]) assert.notDeepEqual(readScript(text).syntaxErrors, []);
  });

  it('that is no script is read as one without a fit', () => {
    for (const text of ['', '\0\0\xff', 'model.fit(', '%%bash\nls', '# only a comment', 'while True:\n  x = 1\n']) {
      assert.deepEqual(readScript(text).fits.filter((fit) => fit.model.known), [], text);
    }
  });
});
