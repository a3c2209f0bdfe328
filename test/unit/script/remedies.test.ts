import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { diagnose } from '../../../src/diagnosis';
import { readScript, remedyEdits, type Remedy } from '../../../src/script';
import { applyEdits, type TextEdit } from '../../../src/text/edit';
import { fixtures, remedies } from './fixtures';

/** Edits that take the edited text back to what it was. */
function inverse(text: string, edits: readonly TextEdit[]): TextEdit[] {
  let shift = 0;
  return [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end).map(({ span, newText }) => {
    const start = span.start + shift;
    shift += newText.length - (span.end - span.start);
    return { span: { start, end: start + newText.length }, newText: text.slice(span.start, span.end) };
  });
}

/** The first of the texts that Python itself does not parse; undefined if there is none, or no Python. */
function refusedByPython(texts: readonly string[]): string | undefined {
  const program = 'import ast, json, sys\nfor text in json.load(sys.stdin):\n  try: ast.parse(text)\n  except SyntaxError: sys.exit(json.dumps(text))';
  const run = spawnSync('python3', ['-c', program], { input: JSON.stringify(texts), encoding: 'utf8' });
  return run.error || run.status === 0 ? undefined : run.stderr;
}

function edited(text: string, remedy: Remedy): string | undefined {
  const script = readScript(text);
  const result = remedyEdits(script, script.fits[0]!, remedy);
  return 'edits' in result ? applyEdits(text, result.edits) : undefined;
}

/** Scripts in every way to import Keras and to write the optimizer that go together. */
function* generated(): Iterable<string> {
  const imports: readonly (readonly [lines: string, prefix: string, own: string])[] = [
    ['import keras\nfrom keras import layers, optimizers', 'keras.', 'optimizers.'],
    ['import tensorflow as tf\nkeras = tf.keras\nlayers = keras.layers', 'keras.', 'tf.keras.optimizers.'],
    ['from tensorflow import keras\nfrom tensorflow.keras import layers\nfrom tensorflow.keras.optimizers import RMSprop', 'keras.', ''],
    ['from keras.models import *\nfrom keras.layers import *\nfrom keras.optimizers import *\nimport keras.layers as layers', '', ''],
    ['import tensorflow.keras as k\nfrom tensorflow.keras import layers', 'k.', 'k.optimizers.'],
  ];
  for (const [lines, prefix, own] of imports) {
    const forms = [`'rmsprop'`, `"RMSprop"`, `${own}RMSprop()`, `${own}RMSprop(0.01)`, `${own}RMSprop(\n    lr=1e-2,\n    clipvalue=0.5,\n)`, `${own}RMSprop(learning_rate=rate)`];
    for (const form of forms) {
      for (const call of [`optimizer=${form}, loss='mse'`, `loss='mse', optimizer=opt`, `opt, 'mse'`]) {
        const model = `rate = 0.01\nopt = ${form}\nmodel = ${prefix}Sequential([layers.Dense(1)])\nmodel.compile(${call})\nmodel.fit([1.0, 2.0], [2.0, 4.0])\n`;
        yield `${lines}\n\n${model}`;
      }
    }
  }
}

describe('a remedy', function () {
  this.timeout(60_000);
  const written: string[] = [];
  for (const { name, text } of fixtures) {
    for (const ending of ['\n', '\r\n']) {
      it(`is carried out once and can be undone: ${name}${ending === '\n' ? '' : ' with Windows line ends'}`, () => {
        const source = text.replace(/\n/g, ending);
        const script = readScript(source);
        for (const remedy of remedies) {
          const result = remedyEdits(script, script.fits[0]!, remedy);
          if ('refused' in result) continue;
          const after = applyEdits(source, result.edits);
          assert.equal(edited(after, remedy), after, `${remedy.kind} twice`);
          assert.equal(applyEdits(after, inverse(source, result.edits)), source, `${remedy.kind} undone`);
          assert.equal(/[^\r]\n/.test(after), ending === '\n', `${remedy.kind} keeps line ends`);
          written.push(after);
        }
      });
    }
  }

  it('for the optimizer is carried out however Keras is imported and the optimizer is written', () => {
    for (const text of generated()) {
      for (const remedy of remedies.slice(0, 7)) {
        const after = edited(text, remedy);
        assert.ok(after !== undefined, `${remedy.kind} refused:\n${text}`);
        assert.equal(edited(after, remedy), after, `${remedy.kind} twice:\n${after}`);
        written.push(after);
      }
    }
  });

  it('leaves text that Python parses', () => {
    assert.ok(written.length > 100);
    assert.equal(refusedByPython(written), undefined);
  });

  const cases: readonly [name: string, remedy: Remedy, before: string, after: string][] = [
    ['add-momentum.py', { kind: 'learning-rate', value: 0.0034 }, 'LEARNING_RATE = 0.05', 'LEARNING_RATE = 0.0034'],
    ['add-momentum.py', { kind: 'clip-gradients', value: 1 }, 'momentum=0.9)', 'momentum=0.9, clipnorm=1.0)'],
    ['add-momentum.py', { kind: 'adam', value: 0.003 }, 'import SGD\n', 'import SGD, Adam\n'],
    ['add-momentum.py', { kind: 'callback', value: 'TerminateOnNaN' }, '(X_test, y_test))\nprint', '(X_test, y_test),\n                    callbacks=[TerminateOnNaN()])\nprint'],
    ['functional.py', { kind: 'learning-rate', value: 0.1 }, '        clipnorm=1.0,\n', '        learning_rate=0.1,\n        clipnorm=1.0,\n'],
    ['helper-functions.py', { kind: 'learning-rate', value: 0.0001 }, "'lr': 2e-3", "'lr': 0.0001"],
    ['helper-functions.py', { kind: 'output-units', value: 4 }, 'classes=3', 'classes=4'],
    ['helper-functions.py', { kind: 'from-logits', value: false }, 'from_logits=True', 'from_logits=False'],
    ['helper-functions.py', { kind: 'raise-on-nan' }, 'TerminateOnNaN()', 'TerminateOnNaN(raise_error=True)'],
    ['subclassed.py', { kind: 'initializer' }, "units, kernel_initializer='zeros')", 'units)'],
    ['subclassed.py', { kind: 'shuffle' }, 'shuffle=False', 'shuffle=True'],
    ['subclassed.py', { kind: 'learning-rate', value: 0.5 }, "compile('sgd', ", 'compile(keras.optimizers.SGD(learning_rate=0.5), '],
    ['pipeline.py', { kind: 'output-activation', value: 'softmax' }, "Dense(5, 'relu')", "Dense(5, 'softmax')"],
    ['pipeline.py', { kind: 'shuffle' }, 'labels)).batch', 'labels)).shuffle(50).batch'],
    ['pipeline.py', { kind: 'metric', value: 'mae' }, 'metrics=["acc"]', 'metrics=["mae"]'],
    ['first-keras.py', { kind: 'learning-rate', value: 0.01 }, 'lr=0.1', 'lr=0.01'],
    ['first-keras.py', { kind: 'output-activation', value: 'softmax' }, 'Activation("sigmoid")', 'Activation("softmax")'],
    ['first-keras.py', { kind: 'epochs', value: 7 }, 'nb_epoch=20', 'nb_epoch=7'],
    ['helper-functions.py', { kind: 'epochs', value: 7 }, 'default=12', 'default=7'],
    ['helper-functions.py', { kind: 'batch-size', value: 6 }, "'batch': 8", "'batch': 6"],
    ['pipeline.py', { kind: 'batch-size', value: 6 }, '.batch(20)', '.batch(6)'],
    ['pipeline.py', { kind: 'optimizer', value: 'Adagrad' }, "'adam'", "'adagrad'"],
    ['seed.py', { kind: 'batch-size', value: 6 }, 'epochs=500', 'epochs=500, batch_size=6'],
    ['seed.py', { kind: 'optimizer', value: 'Nadam', learningRate: 0.02 }, '"sgd"', 'keras.optimizers.Nadam(learning_rate=0.02)'],
    ['seed.py', { kind: 'loss', value: 'mean_absolute_error' }, '"mean_squared_error"', '"mean_absolute_error"'],
  ];
  for (const [name, remedy, before, after] of cases) {
    it(`changes as little as it can: ${remedy.kind} in ${name}`, () => {
      const { text } = fixtures.find((fixture) => fixture.name === name)!;
      assert.ok(text.includes(before));
      const result = edited(text, remedy);
      assert.ok(result !== undefined, 'refused');
      if (remedy.kind === 'adam' || remedy.kind === 'callback') assert.ok(result.includes(after), result);
      else assert.equal(result, text.replace(before, after));
    });
  }

  it('puts a layer that normalizes before the first, in a list or by add, where the data are known to it', () => {
    const list = "import numpy as np\nfrom tensorflow import keras\nmodel = keras.Sequential([\n    keras.layers.Dense(1, input_shape=[1]),\n])\nmodel.compile('sgd', 'mse')\nxs = np.array([1.0, 2.0, 6.0])\nmodel.fit(xs, xs)\nmodel.predict([9.0])\n";
    assert.equal(
      edited(list, { kind: 'normalization-layer' }),
      list
        .replace('model = ', 'normalization = keras.layers.Normalization(input_shape=[1])\nmodel = ')
        .replace('    keras.layers.Dense', '    normalization,\n    keras.layers.Dense')
        .replace('model.fit', 'normalization.adapt(np.reshape(xs, (-1, 1)))\nmodel.fit'),
    );
    const added = "import keras\nfrom keras.layers import Dense\ndef train(x, y):\n  model = keras.Sequential()\n  model.add(Dense(3, input_dim=2))\n  model.add(Dense(1))\n  model.compile('sgd', 'mse')\n  model.fit(x, y)\ntrain([[1.0, 2.0]], [1.0])\n";
    assert.equal(
      edited(added, { kind: 'normalization-layer' }),
      added
        .replace('  model.add(', '  normalization = keras.layers.Normalization(input_shape=(2,))\n  model.add(normalization)\n  model.add(')
        .replace('  model.fit', '  normalization.adapt(x)\n  model.fit'),
    );
  });

  it('scales no generator, gives an image one mean, and leaves constant columns as they are', () => {
    const head = 'import numpy as np\nfrom keras import Sequential\nfrom keras.layers import Dense, Conv2D, Flatten\nfrom loading import load\n';
    const fitted = (layers: string, data: string, given: string): string => `${head}${data}\nmodel = Sequential([${layers}])\nmodel.compile('sgd', 'mse')\nmodel.fit(${given})\n`;
    const scaled = (layers: string, data: string, given: string): string | undefined => edited(fitted(layers, data, given), { kind: 'normalize-inputs' });
    const [image, table] = ['Conv2D(2, 3, input_shape=(8, 8, 1)), Flatten(), Dense(1)', 'Dense(1, input_shape=(3,))'];
    assert.equal(scaled(image, 'data = load()', 'data, epochs=3'), undefined);
    assert.equal(edited(fitted(table, 'data = load()', 'data, epochs=3'), { kind: 'normalization-layer' }), undefined);
    assert.ok(scaled(image, 'x, y = load()', 'x, y')?.includes('x_mean, x_std = np.mean(x), np.std(x)\nmodel.fit((x - x_mean) / x_std, y)'));
    assert.ok(scaled(table, 'x, y = load()', 'x, y')?.includes('x_mean, x_std = np.mean(x, axis=0), np.std(x, axis=0)\nx_std[x_std == 0] = 1\nmodel.fit('));
    const constant = scaled(table, 'x, y = np.array([[1.0, 5.0, 2.0], [3.0, 5.0, 7.0]]), np.array([1.0, 2.0])', 'x, y');
    assert.ok(constant?.includes('x.std(axis=0)\nx_std[x_std == 0] = 1\nmodel.fit('), constant);
    const varied = scaled(table, 'x, y = np.array([[1.0, 5.0, 2.0], [3.0, 6.0, 7.0]]), np.array([1.0, 2.0])', 'x, y');
    assert.ok(varied?.includes('x.std(axis=0)\nmodel.fit('), varied);
  });

  it('is written as the call is: spaces around =, a line of its own where one line is too long, imports behind a whole line', () => {
    const text = "from keras import Sequential\nfrom keras.layers import Dense; print('loaded') # all\nmodel = Sequential([Dense(1)])\nmodel.compile(optimizer = 'sgd', loss = 'mse')\nhistory = model.fit([1.0], [2.0], epochs = 3)\n";
    assert.ok(edited(text, { kind: 'batch-size', value: 6 })?.includes('epochs = 3, batch_size = 6)'));
    const stopping = edited(text, { kind: 'callback', value: 'EarlyStopping' });
    assert.ok(stopping?.includes("print('loaded') # all\nfrom keras.callbacks import EarlyStopping\n"), stopping);
    assert.ok(stopping?.includes(`epochs = 3,\n${' '.repeat('history = model.fit('.length)}callbacks = [EarlyStopping(`), stopping);
  });

  it('stand on a line of their own behind a layer that is added over several lines', () => {
    const text = "import keras\nmodel = keras.Sequential()\nmodel.add(\n    keras.layers.Dense(1)\n)\nmodel.compile('sgd', 'mse')\nmodel.fit([1.0], [1.0])\n";
    const added = edited(text, { kind: 'rescale-output', scale: 2, offset: 3 });
    assert.equal(added, text.replace('\n)\n', '\n)\nmodel.add(keras.layers.Rescaling(2.0, offset=3.0))\n'));
  });

  it('puts a layer that scales the output behind the last: in a list, by add, or around a call', () => {
    const remedy = { kind: 'rescale-output', scale: 77.1, offset: 152 } as const;
    const fit = "model.compile('adam', 'mse')\nmodel.fit([[1.0]], [150.0])\n";
    const list = `from tensorflow import keras\nmodel = keras.Sequential([\n    keras.layers.Dense(1),\n])\n${fit}`;
    assert.equal(edited(list, remedy), list.replace('Dense(1),', 'Dense(1),\n    keras.layers.Rescaling(77.1, offset=152.0),'));
    const short = list.replace('[\n    keras.layers.Dense(1),\n]', '[keras.layers.Dense(1)]');
    assert.equal(edited(short, remedy), short.replace('Dense(1)', 'Dense(1), keras.layers.Rescaling(77.1, offset=152.0)'));
    const added = `from keras.models import Sequential\nfrom keras.layers import Dense\ndef build():\n  model = Sequential()\n  model.add(Dense(1))\n  return model\nmodel = build()\n${fit}`;
    assert.equal(
      edited(added, remedy),
      added.replace('import Dense', 'import Dense, Rescaling').replace('  return', '  model.add(Rescaling(77.1, offset=152.0))\n  return'),
    );
    const functional = `import keras\nx = keras.Input((1,))\ny = keras.layers.Dense(1)(x)\nmodel = keras.Model(x, y)\n${fit}`;
    assert.equal(edited(functional, remedy), functional.replace('keras.layers.Dense(1)(x)', 'keras.layers.Rescaling(77.1, offset=152.0)(keras.layers.Dense(1)(x))'));
  });

  it('for what the script alone shows leaves nothing of it to be found', () => {
    const folder = 'test/fixtures/diagnosis';
    let fixed = 0;
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.py') && file !== 'make.py')) {
      const text = readFileSync(`${folder}/${name}`, 'utf8');
      const script = readScript(text);
      for (const { code, remedies: offered } of diagnose([], script).findings) {
        const ways = offered.flatMap((remedy) => {
          const result = remedyEdits(script, script.fits[0]!, remedy);
          return 'edits' in result && result.edits.length > 0 ? [{ remedy, after: applyEdits(text, result.edits) }] : [];
        });
        for (const { remedy, after } of ways) {
          fixed++;
          written.push(after);
          assert.ok(!diagnose([], readScript(after)).findings.some((finding) => finding.code === code), `${code} after ${remedy.kind} in ${name}:\n${after}`);
        }
      }
    }
    assert.ok(fixed > 15, String(fixed));
    assert.equal(refusedByPython(written), undefined);
  });

  it('gives no batch size to what may make its own batches', () => {
    const model = "import keras\nfrom data import batches\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n";
    assert.equal(edited(`${model}model.fit(batches(), epochs=3)\n`, { kind: 'batch-size', value: 6 }), undefined);
    assert.ok(edited(`${model}model.fit(batches(), [1.0, 2.0], epochs=3)\n`, { kind: 'batch-size', value: 6 })?.includes('epochs=3, batch_size=6)'));
  });

  it('replaces metrics without a keyword where either version of Keras has them', () => {
    const model = 'import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\n';
    for (const metrics of ["['accuracy']", "None, ['accuracy']"]) {
      const text = `${model}model.compile('sgd', 'mse', ${metrics})\nmodel.fit([1.0], [2.0])\n`;
      assert.equal(edited(text, { kind: 'metric', value: 'mae' }), text.replace('accuracy', 'mae'));
    }
  });

  it('names the optimizer that Keras does not have', () => {
    const script = readScript(fixtures.find(({ name }) => name === 'seed.py')!.text);
    const result = remedyEdits(script, script.fits[0]!, { kind: 'optimizer', value: 'Newton' });
    assert.deepEqual(result, { refused: { id: 'script.unknown-optimizer', args: { name: 'Newton' } } });
  });
});
