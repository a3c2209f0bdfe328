import assert from 'node:assert/strict';
import { notebookCells, notebookScript, readScript } from '../../../src/script';

const cells = [
  { text: '%matplotlib inline\n!pip install keras\nimport numpy as np\nfiles = !ls' },
  { text: '%%bash\nls -la' },
  { text: '%%time\nx = np.array([1.0, 2.0, 3.0])\ny = x * 2' },
  { text: 'model = Sequential([Dense(1, input_shape=(1,))])\nmodel.compile("sgd",\n  "mse")\nif True:\n  !echo "hello"\nmodel.fit?' },
  { text: 'model.fit(x, y, epochs=7)' },
];

describe('a notebook', () => {
  const joined = notebookScript(cells);

  it('is one script, read across its cells', () => {
    const script = readScript(joined.text);
    assert.deepEqual(script.syntaxErrors, []);
    assert.equal(script.fits.length, 1);
    const [fit] = script.fits;
    assert.ok(fit!.model.known && fit!.x.known && fit!.epochs.known);
    assert.deepEqual(joined.cellAt(fit!.span.start), { cell: 4, offset: 0 });
    assert.equal(fit!.epochs.value, 7);
  });

  it('has no syntax errors from what only IPython understands', () => {
    for (const cell of [
      '!wget --no-check-certificate \\\n    https://example.org/data.zip \\\n    -O /tmp/data.zip\nx = 1',
      'pip install tensorflow==2.0.0\ncd data\nls ./train/\nx = 1',
      'files = !ls \\\n  -la\nx = 1',
      '%%capture out\nx = 1',
      '%load_ext tensorboard\n%tensorboard --logdir logs \\\n  --port 6006\nx = 1',
      'if x:\n    !mkdir a \\\n      b\nx = 1',
      'y = (3\n% 2)\nx = 1',
      '?np.zeros\nnp.ones??\nx = 1',
    ]) {
      const { text } = notebookScript([{ text: cell }, { text: "model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)" }]);
      const { syntaxErrors, fits } = readScript(text);
      assert.deepEqual([syntaxErrors, fits.length, text.indexOf('model = ')], [[], 1, cell.length + 1], cell);
    }
  });

  it('leaves what only looks like a command of a shell', () => {
    for (const text of ['ls = [1]', 'cat in names', 'cd.run()', 'git(3)', 'rm if rm else ls']) assert.equal(notebookScript([{ text }]).text, `${text}\n`);
  });

  it('is read in the order of its cells, whatever order they ran in', () => {
    const { text } = notebookScript([
      { text: 'model.fit(x, y, epochs=3)' },
      { text: 'model = keras.Sequential()' },
      { text: 'model.add(keras.layers.Dense(4, input_shape=(2,)))' },
      { text: 'model.add(keras.layers.Dense(1))' },
      { text: "model.compile('sgd', 'mse')" },
      { text: 'model.fit(x, y, epochs=5)' },
    ]);
    const fits = readScript(text).fits.map(({ model, epochs }) => [model.known && model.value.layers.length, epochs.known && epochs.value]);
    assert.deepEqual(fits, [[false, 3], [3, 5]]);
  });

  it('keeps every character of Python at its place', () => {
    cells.forEach(({ text }, cell) => {
      assert.equal(joined.offsetOf({ cell, offset: text.length }) - joined.offsetOf({ cell, offset: 0 }), text.length);
      for (let offset = 0; offset <= text.length; offset++) {
        assert.deepEqual(joined.cellAt(joined.offsetOf({ cell, offset })), { cell, offset });
      }
    });
    const at = joined.text.indexOf('model.compile');
    const { cell, offset } = joined.cellAt(at);
    assert.ok(cells[cell]!.text.startsWith('model.compile', offset));
  });

  it('is taken from its file', () => {
    const file = { nbformat: 4, cells: [{ cell_type: 'markdown', source: '# a' }, { cell_type: 'code', source: ['a = 1\n', 'b = 2'] }] };
    assert.deepEqual(notebookCells(JSON.stringify(file)), [{ text: 'a = 1\nb = 2' }]);
    const old = { nbformat: 3, worksheets: [{ cells: [{ cell_type: 'code', input: 'c = 3' }] }] };
    assert.deepEqual(notebookCells(JSON.stringify(old)), [{ text: 'c = 3' }]);
    assert.equal(notebookCells('no notebook'), undefined);
  });
});
