import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdits } from '../../../src/text/edit';
import { LineIndex } from '../../../src/text/lines';

describe('text', () => {
  it('counts lines as VS Code does: \\n, \\r\\n and a lone \\r', () => {
    const index = new LineIndex('a\r\nb\rc\nd');
    assert.equal(index.lineCount, 4);
    assert.deepEqual(index.positionAt(0), { line: 0, character: 0 });
    assert.deepEqual(index.positionAt(3), { line: 1, character: 0 });
    assert.deepEqual(index.positionAt(5), { line: 2, character: 0 });
    assert.deepEqual(index.positionAt(8), { line: 3, character: 1 });
    assert.deepEqual(index.positionAt(99), { line: 3, character: 1 });
  });

  it('counts any lines as a regular expression would', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('\r', '\n', '\r\n', 'a'), { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ 0: end, index }) => index + end.length)];
        const index = new LineIndex(text);
        assert.equal(index.lineCount, starts.length);
        for (const [line, start] of starts.entries()) assert.deepEqual(index.positionAt(start), { line, character: 0 });
      }),
    );
  });

  it('applies edits to the text they were made for, in any order', () => {
    const edits = [
      { span: { start: 4, end: 5 }, newText: 'Y' },
      { span: { start: 0, end: 0 }, newText: '> ' },
    ];
    assert.equal(applyEdits('abc x', edits), '> abc Y');
  });

  it('refuses overlapping edits', () => {
    const edits = [
      { span: { start: 0, end: 2 }, newText: '' },
      { span: { start: 1, end: 3 }, newText: '' },
    ];
    assert.throws(() => applyEdits('abc', edits), RangeError);
  });
});
