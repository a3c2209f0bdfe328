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
