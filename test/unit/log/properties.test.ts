import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LogDocument, LogReader, readLog, type Run } from '../../../src/log';
import { fixtures } from './fixtures';

const texts = fixtures.map(({ text }) => text);

/** Any text with what logs are made of: real logs, cut and mixed, and control characters. */
const anyLog = fc.oneof(
  fc.constantFrom(...texts),
  fc
    .array(
      fc.oneof(
        fc.constantFrom('\r', '\n', '\b\b\b', '\x1b[1m', '\x1b]633;A\x07', ' - loss: nan', '1/3 [=>.] - ETA: 0s - loss: 1.5'),
        fc.constantFrom('3/3 [===] - 1s 2ms/step - loss: 0.1234 - val_loss: inf\n', 'Epoch 1/3\n', 'Epoch 2/3\r', '\x1b'),
        fc.constantFrom('1/3 ━━━━ 1s 2ms/step - loss: 2.5000', 'epoch,loss\n', '0,1.5\n', '1,nan\r\n', '{"loss": 1e5}\n'),
        fc.constantFrom('step 100, loss 0.9\n', 'step 200, loss 0.8\n', 'Epoch 1 loss 0.7\n', 'Epoch 2 loss 0.6\n', 'Epoch 1/1\n'),
        fc.constantFrom('100%|█| 2/2 [00:01<00:00, 1.0it/s, loss=0.5]\n', '2/2 ━━━━ 0s 1s/step - loss: 1.5000\n', ' | auc: 0.5\n'),
        fc.constantFrom(">>> history.history['loss']\n", '[0.5, 0.4, nan, 0.2, 1e-05]\n', 'loss: [0.5, 0.4, 0.3, 0.2, 0.1]\n'),
        fc.string(),
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join('')),
);

function pieces(text: string, cuts: readonly number[]): string[] {
  const sorted = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
  return sorted.slice(1).map((end, index) => text.slice(sorted[index], end));
}

describe('reading any text', () => {
  it('gives the same result however it is cut into chunks, and whoever looks in between', () => {
    fc.assert(
      fc.property(anyLog, fc.array(fc.nat(), { maxLength: 30 }), fc.boolean(), (text, cuts, looks) => {
        const reader = new LogReader();
        for (const piece of pieces(text, cuts)) {
          reader.push(piece);
          if (looks) assert.ok(reader.runs);
        }
        reader.end();
        assert.deepEqual(reader.runs, readLog(text));
      }),
      { numRuns: 300 },
    );
  });

  it('reads any prefix, and appending the rest gives the whole', () => {
    fc.assert(
      fc.property(anyLog, fc.nat(), (text, cut) => {
        const at = cut % (text.length + 1);
        const document = new LogDocument(text.slice(0, at));
        assert.deepEqual(document.runs, readLog(text.slice(0, at)));
        document.replace(at, at, text.slice(at));
        assert.deepEqual(document.runs, readLog(text));
      }),
    );
  });

  it('gives after any edits what the edited text gives', () => {
    const edit = fc.record({ start: fc.nat(), length: fc.nat({ max: 200 }), text: fc.oneof(fc.constant(''), anyLog) });
    fc.assert(
      fc.property(anyLog, fc.array(edit, { minLength: 1, maxLength: 4 }), fc.constantFrom(1, 100, 65536), (first, edits, marks) => {
        let text = first;
        const document = new LogDocument(text, marks);
        for (const { start, length, text: newText } of edits) {
          const from = start % (text.length + 1);
          const to = Math.min(text.length, from + length);
          document.replace(from, to, newText);
          text = text.slice(0, from) + newText + text.slice(to);
          assert.deepEqual(document.runs, readLog(text));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('points at the characters of each number', () => {
    fc.assert(
      fc.property(anyLog, (text) => {
        for (const run of readLog(text)) {
          for (const epoch of run.epochs) {
            for (const { metrics } of [epoch, ...epoch.updates]) {
              for (const { value, start, end } of metrics.values()) {
                const printed = text.slice(start, end).replaceAll(/\x1b(?:\[[\d;]*m?|\][^\x07]*\x07?)?/g, '').toLowerCase();
                assert.equal(Number(printed.replace('inf', 'Infinity').replace('nan', 'NaN')), value);
              }
            }
          }
        }
      }),
    );
  });
});

describe('line ends', () => {
  const values = (runs: readonly Run[]) =>
    runs.map((run) => run.epochs.map(({ number, metrics }) => [number, ...[...metrics].map(([name, { value }]) => [name, value])]));

  for (const { name, text } of fixtures) {
    it(`${name}: LF, CRLF and CR give the same values`, () => {
      const lines = text.replaceAll('\r\n', '\n').replaceAll(/\x08*\r/g, '\n');
      const expected = values(readLog(lines));
      for (const end of ['\r\n', '\r']) assert.deepEqual(values(readLog(lines.replaceAll('\n', end))), expected);
      assert.deepEqual(values(readLog(text)), expected);
    });
  }
});
