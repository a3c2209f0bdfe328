import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Places } from '../../../src/editor/places';
import { LogReader } from '../../../src/log';
import { LineIndex } from '../../../src/text/lines';

/** `epochs` epochs with bars, some of them over several updates, line ends of two kinds. */
function log(epochs: number): string {
  const ends = ['\n', '\r'];
  return Array.from({ length: epochs }, (_, index) => {
    const end = ends[index % ends.length]!;
    const bar = (step: number): string => `${step}/3 [====] - 0s 1ms/step - loss: ${(2 / (index + step)).toFixed(4)}`;
    return `Epoch ${index + 1}/${epochs}${end}${bar(1)}\r${bar(2)}\r${bar(3)} - lr: 0.1${end}`;
  }).join('');
}

function follow(text: string, cuts: readonly number[], mostEpochs = Infinity): { places: Places; reader: LogReader } {
  const places = new Places();
  const reader = new LogReader({ mostEpochs });
  for (const [index, from] of cuts.entries()) {
    const chunk = text.slice(from, cuts[index + 1] ?? text.length);
    places.begin(chunk);
    reader.push(chunk);
    places.end(reader.runs);
  }
  return { places, reader };
}

describe('places in a text that is not kept', () => {
  it('are those of the whole text, wherever it was cut', () => {
    const text = log(20);
    const lines = new LineIndex(text);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 6 }), (more) => {
        const { places, reader } = follow(text, [0, ...more.sort((a, b) => a - b)]);
        for (const { metrics } of reader.runs.flatMap(({ epochs }) => epochs)) {
          for (const { start } of metrics.values()) assert.deepEqual(places.at(start), lines.positionAt(start));
        }
      }),
    );
  });

  it('are kept while old epochs are thinned out', () => {
    const text = log(9000);
    const lines = new LineIndex(text);
    const cuts = Array.from({ length: 90 }, (_, index) => Math.floor((index * text.length) / 90));
    const { places, reader } = follow(text, cuts, 1000);
    const kept = reader.runs[0]!.epochs;
    assert.ok(kept.length <= 1101, String(kept.length));
    for (const { metrics } of kept) assert.deepEqual(places.at(metrics.get('loss')!.start), lines.positionAt(metrics.get('loss')!.start));
  });
});
