import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pythonOfCell } from '../../../src/editor/magics';

describe('pythonOfCell', () => {
  const examples: readonly (readonly [cell: string, python: string])[] = [
    ['x = 1\nprint(x)', 'x = 1\nprint(x)'],
    ['%matplotlib inline\nx = 1', '#matplotlib inline\nx = 1'],
    ['!pip install keras', '#pip install keras'],
    ['if x:\n    !ls\n    y = 2', 'if x:\n    #ls\n    y = 2'],
    ['model.fit?', '#odel.fit?'],
    ['?model', '#model'],
    ['%%time\nmodel.fit(x, y)', '#%time\nmodel.fit(x, y)'],
    ['%%bash\npip list', '      \n        '],
    ['a = b % c\ns = "100%"', 'a = b % c\ns = "100%"'],
  ];
  for (const [cell, python] of examples) it(JSON.stringify(cell), () => assert.equal(pythonOfCell(cell), python));

  it('keeps every place of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('%', '!', '?', 'a', ' ', '\n', '\r', '\t', '.', '#') }), (cell) => {
        const python = pythonOfCell(cell);
        assert.equal(python.length, cell.length);
        assert.deepEqual([...python.matchAll(/[\r\n]/g)].map(({ index }) => index), [...cell.matchAll(/[\r\n]/g)].map(({ index }) => index));
      }),
    );
  });
});
