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

  it('asks for something to try', async () => {
    const { code, err } = await call('rerun', join(converging, 'train.py'));
    assert.equal(code, 2);
    assert.match(err, /--log/);
    assert.equal((await call('rerun', script, '--seeds', '0')).code, 2);
  });
});
