import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RerunReport } from '../../../src/cli/rerun';
import { call, converging, exploding, inFolder } from './call';

const log = join(exploding, 'train.log');
const script = join(exploding, 'train.py');

describe('cli: rerun', () => {
  it('reproduces the log, confirms the computed learning rate and refutes Adam at its default', async () => {
    const { code, out } = await call('rerun', script, '--log', log, '--format', 'json', '--remedy', 'learning-rate', '--remedy', 'adam');
    assert.equal(code, 0);
    const { reproduced, baseline, candidates } = JSON.parse(out) as RerunReport;
    assert.equal(reproduced.verdict, 'confirmed');
    const printed = [...readFileSync(log, 'utf8').matchAll(/loss: ([\d.]+)/g)].map((match) => Number(match[1]));
    printed.forEach((loss, index) => assert.ok(Math.abs(baseline.losses[index]! / loss - 1) <= 2e-6));
    assert.deepEqual(baseline.losses.slice(63, 64), ['Infinity']);
    assert.deepEqual(baseline.losses.slice(133, 134), ['NaN']);

    const [rate, adam] = candidates;
    assert.deepEqual([rate!.remedy.kind, rate!.remedy.value, rate!.verdict], ['learning-rate', 0.0034, 'confirmed']);
    assert.match(rate!.reason, /20 of 20/);
    assert.match(rate!.script!, /SGD\(learning_rate=0\.0034\)/);
    assert.ok(rate!.runs.length >= 20);
    assert.equal(adam!.remedy.kind, 'adam');
    assert.notEqual(adam!.verdict, 'confirmed');
  });

  it('gives its verdicts as text', async () => {
    const { code, out } = await call('rerun', script, '--log', log, '--remedy', 'learning-rate');
    assert.equal(code, 0);
    assert.match(out, /^Confirmed: .*0\.0034.*20 of 20/m);
  });

  it('holds a log that needs no remedy against its script', async () => {
    const { code, out } = await call('rerun', join(converging, 'train.py'), '--log', join(converging, 'train.log'), '--format', 'json');
    assert.equal(code, 0);
    const { reproduced, candidates } = JSON.parse(out) as RerunReport;
    assert.notEqual(reproduced.reason, 'There is no log to reproduce');
    assert.deepEqual(candidates, []);
  });

  it('says where rebuilding stopped', async () => {
    const text = readFileSync(script, 'utf8').replace(/^xs = .*$/m, 'xs = load_from_database()');
    const { code, out, err } = await inFolder({ 'a.py': text }, (path) => call('rerun', path('a.py'), '--log', log));
    assert.equal(code, 2);
    assert.equal(out, '');
    assert.match(err, /a\.py:\d+:\d+: .+/);
  });

  describe('without the data of the script', () => {
    const text = `import pandas as pd
from keras import Sequential, layers
table = pd.read_csv("houses.csv")
x, y = table[["rooms", "area"]].values, table["price"].values
model = Sequential([layers.Input((2,)), layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(x, y, epochs=3)
`;
    const table = ['rooms,price,area', ...Array.from({ length: 12 }, (_, at) => `${at % 4},${at},${at / 2}`)].join('\n');
    const files = { 'a.py': text, 'flats.csv': table };
    const rerunWith = (...more: string[]) => inFolder(files, (path) =>
      call('rerun', path('a.py'), '--remedy', 'adam=0.01', '--seeds', '3', '--format', 'json', ...more.map((one) => (one.endsWith('.csv') ? path(one) : one))));

    it('says how to give them', async () => {
      const { code, err } = await rerunWith();
      assert.equal(code, 2);
      assert.match(err, /a\.py:3:\d+: .*houses\.csv.*--data stand-in/);
    });

    it('trains on random numbers, and calls nothing confirmed', async () => {
      const { code, out } = await rerunWith('--data', 'stand-in');
      assert.equal(code, 0);
      const { candidates: [adam] } = JSON.parse(out) as RerunReport;
      assert.notEqual(adam!.verdict, 'confirmed');
      assert.match(adam!.caveats.join(), /random numbers of shape \(2,\) stand in/);
    });

    it('reads a file that the script names the way the script does', async () => {
      const { code, out } = await rerunWith('--data', 'flats.csv');
      assert.equal(code, 0);
      const { candidates: [adam] } = JSON.parse(out) as RerunReport;
      assert.deepEqual(adam!.caveats, []);
      // The target is the middle column, as the script has it: 0 to 11, of variance 143/12.
      assert.ok(Math.abs(Number(adam!.evidence.yardstick) - 143 / 12) < 1e-6);
      assert.equal(Number(adam!.evidence.goal), Number(adam!.evidence.yardstick) / 2);
    });

    it('takes another goal', async () => {
      const { out } = await rerunWith('--data', 'flats.csv', '--goal', '10');
      const { candidates: [adam] } = JSON.parse(out) as RerunReport;
      assert.ok(Math.abs(Number(adam!.evidence.goal) / Number(adam!.evidence.yardstick) - 0.1) < 1e-12);
      assert.equal((await rerunWith('--goal', '0')).code, 2);
    });
  });

  it('says that data are not needed, rather than leave them unread', async () => {
    const { code, err } = await call('rerun', script, '--remedy', 'adam', '--data', 'stand-in');
    assert.equal(code, 2);
    assert.match(err, /train\.py has its data.*leave out --data/);
  });

  it('asks for something to try', async () => {
    const { code, err } = await call('rerun', join(converging, 'train.py'));
    assert.equal(code, 2);
    assert.match(err, /--log/);
    assert.equal((await call('rerun', script, '--seeds', '0')).code, 2);
  });
});
