import assert from 'node:assert/strict';
import { jobOf, lackingData, mayImprove, type GivenData } from '../../../src/rerun/job';
import { isRefusal } from '../../../src/rerun/spec';
import { readScript } from '../../../src/script';

const text = `import pandas as pd
from keras import Sequential, layers
table = pd.read_csv("houses.csv")
x, y = table[["rooms", "area"]].values, table["price"].values
model = Sequential([layers.Input((2,)), layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x, y, epochs=3)`;

const bytes = new TextEncoder().encode('rooms,area,price\n1,20,3\n2,40,5\n');

function jobWith(data?: GivenData, source = text) {
  const script = readScript(source);
  return jobOf({ script, fit: script.fits[0]!, remedies: [{ kind: 'learning-rate', value: 0.001 }], starts: 2, ...(data && { data }) }).job;
}

describe('what a rerun tries by itself', () => {
  it('is what may make a training better, not what only ends it or says where it breaks', () => {
    const kept = ([
      { kind: 'adam' }, { kind: 'callback', value: 'TerminateOnNaN' }, { kind: 'callback', value: 'ReduceLROnPlateau' }, { kind: 'raise-on-nan' },
    ] as const).filter(mayImprove);
    assert.deepEqual(kept, [{ kind: 'adam' }, { kind: 'callback', value: 'ReduceLROnPlateau' }]);
  });
});

describe('a rerun without the data of the script', () => {
  it('says what is lacking, where, and what could stand in', () => {
    const script = readScript(text);
    const lacking = lackingData({ script, fit: script.fits[0]! });
    assert.ok(lacking);
    assert.deepEqual(lacking.reason, { id: 'script.file', args: { name: 'houses.csv' } });
    assert.deepEqual(lacking.files, ['houses.csv']);
    assert.equal(script.text.slice(0, lacking.span.start).split('\n').length, 3);
    assert.deepEqual(lacking.standIn?.map(({ id }) => id), ['script.stand-in']);
  });

  it('lacks nothing where the data are at hand, or where something else is in the way', () => {
    const files = new Map([['houses.csv', bytes]]);
    const script = readScript(text, files);
    assert.equal(lackingData({ script, fit: script.fits[0]!, files }), undefined);
    const odd = readScript(text.replace('layers.Dense(1)', "layers.Dense(1, dtype='float16')"));
    assert.equal(lackingData({ script: odd, fit: odd.fits[0]! }), undefined);
  });

  it('trains the script and its fixes on what stands in, and says so in each', () => {
    assert.ok(isRefusal(jobWith().baseline));
    const { baseline, candidates } = jobWith('stand-in');
    for (const spec of [baseline, candidates[0]!.spec]) {
      assert.ok(!isRefusal(spec));
      assert.deepEqual(spec.x[0]!.shape, [256, 2]);
      assert.deepEqual(spec.substitutions.map(({ id }) => id), ['script.stand-in']);
    }
  });

  it('trains on the file that the user gives, which is no substitution', () => {
    const { baseline, candidates } = jobWith({ name: 'other.csv', bytes });
    for (const spec of [baseline, candidates[0]!.spec]) {
      assert.ok(!isRefusal(spec));
      assert.deepEqual([...spec.x[0]!.data], [1, 20, 2, 40]);
      assert.deepEqual(spec.substitutions, []);
    }
  });

  it('refuses a file that does not fit', () => {
    const { baseline } = jobWith({ name: 'other.csv', bytes: new TextEncoder().encode('1,2\n') });
    assert.ok(isRefusal(baseline));
    assert.equal(baseline.refused.id, 'script.given.shape');
  });
});
