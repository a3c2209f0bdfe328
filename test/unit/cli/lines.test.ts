import assert from 'node:assert/strict';
import fc from 'fast-check';
import { StreamedLines } from '../../../src/cli/lines';
import { LineIndex } from '../../../src/text/lines';

/** Chunks of text with many line breaks of every kind. */
const chunks = fc.array(
  fc.string({ unit: fc.constantFrom('\r', '\n', '\r\n', 'a', '\u2501', 'loss'), maxLength: 20 }),
  { maxLength: 30 },
);

describe('cli: lines of a stream', () => {
  it('counts as the whole text does, wherever it is cut', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        const text = parts.join('');
        const whole = new LineIndex(text);
        const streamed = new StreamedLines();
        for (const part of parts) streamed.push(part);
        streamed.end();
        for (let offset = 0; offset <= text.length + 1; offset++) {
          assert.deepEqual(streamed.positionAt(offset), whole.positionAt(offset));
        }
      }),
    );
  });

  it('knows lines far apart and longer than 65,535 characters', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => 'x'.repeat(index % 1000 === 0 ? 70_000 : index % 7));
    const text = lines.join('\n');
    const whole = new LineIndex(text);
    const streamed = new StreamedLines();
    for (let at = 0; at < text.length; at += 4096) streamed.push(text.slice(at, at + 4096));
    for (const offset of [0, 69_999, 70_001, 140_000, text.length >> 1, text.length]) {
      assert.deepEqual(streamed.positionAt(offset), whole.positionAt(offset));
    }
  });
});
