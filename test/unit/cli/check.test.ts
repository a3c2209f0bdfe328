import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileReport, Report } from '../../../src/cli/report';
import { call, converging, exploding, inFolder } from './call';

const log = join(exploding, 'train.log');
const logText = readFileSync(log, 'utf8');
const scriptText = readFileSync(join(exploding, 'train.py'), 'utf8');

/** Report on the only file, checked to be JSON all through. */
function fileOf(out: string): FileReport {
  const { files } = JSON.parse(out) as Report;
  assert.equal(files.length, 1);
  return files[0]!;
}

describe('cli: check', () => {
  it('reports the exploding run of the samples as JSON', async () => {
    const { code, out, err } = await call('check', log, '--format', 'json');
    assert.equal(code, 1);
    assert.equal(err, '');
    const { path, error, script, runs, findings } = fileOf(out);
    assert.equal(path, log);
    assert.equal(error, null);
    assert.equal(script, join(exploding, 'train.py'));
    assert.equal(runs.length, 1);
    const [run] = runs;
    assert.deepEqual(run!.range, { start: { line: 0, character: 0 }, end: { line: 39, character: 78 } });
    assert.equal(run!.epochs, 20);
    assert.equal(run!.completeEpochs, 20);
    assert.equal(run!.declaredEpochs, 500);
    assert.equal(run!.stepsPerEpoch, 1);
    assert.equal(run!.metrics.loss!.length, 20);
    assert.equal(run!.metrics.loss![0], 450.9794);
    assert.equal(run!.metrics.loss![19], 13164500484096);

    const finding = findings.find(({ code }) => code === 'loss.exploding');
    assert.ok(finding);
    const { growthPerEpoch, lambdaMax, maxStableLearningRate, overflowEpoch } = finding.evidence;
    assert.ok(Math.abs(Number(growthPerEpoch) - 3.5547) < 1e-3);
    assert.ok(Math.abs(Number(lambdaMax) / 288.539 - 1) < 1e-4);
    assert.ok(Math.abs(Number(maxStableLearningRate) / 0.0069315 - 1) < 1e-4);
    assert.equal(overflowEpoch, 64);
    assert.equal(finding.run, 0);
    assert.equal(finding.script!.path, script);
    assert.equal(finding.script!.range.start.line, 6);
    assert.deepEqual(
      finding.remedies.map(({ kind, value }) => ({ kind, value }))[0],
      { kind: 'learning-rate', value: 0.0034 },
    );
  });

  it('diagnoses a script that has not run, and says what keeps one from being read', async () => {
    const script = "import numpy as np\nimport keras\nx = np.ones((4, 2))\ny = [1, 2, 3, 3]\nm = keras.Sequential([keras.layers.Dense(3)])\n"
      + "m.compile('adam', keras.losses.SparseCategoricalCrossentropy(from_logits=True))\nm.fit(x, np.array(y))\n";
    await inFolder({ 'train.py': script, 'other.py': 'print(1)\n' }, async (path) => {
      const { code, out } = await call('check', path('train.py'), '--format', 'json');
      assert.equal(code, 1);
      const { script: made, runs, findings } = fileOf(out);
      assert.equal(made, path('train.py'));
      assert.deepEqual(runs, []);
      assert.deepEqual(findings.map(({ code: found, script: place }) => [found, place!.range.start.line]), [['labels.out-of-range', 6]]);
      const other = await call('check', path('other.py'));
      assert.equal(other.code, 2);
      assert.match(other.err, /fit/);
    });
  });

  it('says nothing about the converging run', async () => {
    const { code, out } = await call('check', join(converging, 'train.log'), '--format', 'json');
    assert.equal(code, 0);
    const { runs, findings } = fileOf(out);
    assert.equal(runs[0]!.metrics.loss!.length, 12);
    assert.deepEqual(findings.filter(({ severity }) => severity === 'warning' || severity === 'error'), []);
  });

  it('names what could not be checked, and why', async () => {
    const { out } = await inFolder({ 'a.log': logText }, (path) => call('check', path('a.log'), '--format', 'json'));
    const { script, skipped, findings } = fileOf(out);
    assert.equal(script, null);
    for (const { code, reason } of skipped) assert.ok(code.includes('.') && reason.length > 10);
    assert.equal(findings[0]!.script, null);
  });

  it('does not take a script that is not certainly the one', async () => {
    const other = scriptText.replace('epochs=500', 'epochs=7');
    const { out } = await inFolder({ 'a.log': logText, 'other.py': other }, (path) => call('check', path('a.log'), '--format', 'json'));
    assert.equal(fileOf(out).script, null);
  });

  it('spells NaN and infinities as strings', async () => {
    const text = ['2.5', 'inf', 'nan', 'nan'].map((loss, index) => `Epoch ${index + 1}/4\n1/1 - 0s - loss: ${loss}\n`).join('');
    const { code, out } = await inFolder({ 'a.log': text }, (path) => call('check', path('a.log'), '--format', 'json'));
    assert.equal(code, 1);
    assert.deepEqual(fileOf(out).runs[0]!.metrics.loss, [2.5, 'Infinity', 'NaN', 'NaN']);
  });

  it('reads UTF-16 and Windows line ends as the plain text', async () => {
    const plain = fileOf((await inFolder({ 'a.log': logText }, (path) => call('check', path('a.log'), '--format', 'json'))).out);
    const windows = logText.replaceAll('\n', '\r\n');
    for (const bytes of [Buffer.from(windows), Buffer.from(`\ufeff${windows}`, 'utf16le'), Buffer.from(`\ufeff${logText}`)]) {
      const { out } = await inFolder({ 'a.log': bytes }, (path) => call('check', path('a.log'), '--format', 'json'));
      const { runs, findings } = fileOf(out);
      assert.deepEqual(runs[0]!.metrics, plain.runs[0]!.metrics);
      assert.deepEqual(findings[0]!.range, plain.findings[0]!.range);
    }
  });

  it('counts columns in characters, whether it decodes all of a log or only what it reads', async () => {
    const text = ['2.5000', 'nan', 'nan'].map((loss, index) => `Epoch ${index + 1}/3\n第😀 \r3/3 ━━━ 0s 2ms/step - loss: ${loss}\n`).join('');
    const lines = text.split(/[\n\r]/);
    for (const mark of ['', '\ufeff']) {
      const { out } = await inFolder({ 'a.log': mark + text }, (path) => call('check', path('a.log'), '--format', 'json'));
      const { start, end } = fileOf(out).findings[0]!.range!;
      assert.equal(lines[start.line]!.slice(start.character, end.character), 'nan');
    }
  });

  it('prints a short text without escape sequences where nobody sees colours', async () => {
    const { out } = await call('check', log);
    assert.match(out, /train\.log:\d+:\d+: (warning|error): .*288\.5.*\[loss\.exploding\]/);
    assert.match(out, /train\.py:7:\d+/);
    assert.ok(!out.includes('\u001b'));
    assert.ok(out.split('\n').length < 15);
  });

  it('lists the first of many runs', async () => {
    const many = 'Epoch 1/1\n1/1 - 0s - loss: 1.0\n'.repeat(25);
    const { out } = await inFolder({ 'a.log': many }, (path) => call('check', path('a.log')));
    assert.match(out, /^ {2}Run 10 .*\n {2}and 15 more runs$/m);
  });

  it('lets no escape sequence of a file reach the terminal', async () => {
    const hostile = 'Epoch 1/3\n1/1 - 0s - loss: 1.0 - \u001b]0;evil\u0007m: 2\nEpoch 2/3\n1/1 - 0s - loss: nan - \u009b31mx: nan\n';
    const { out } = await inFolder({ 'a\u001b[31m.log': hostile }, (path) => call('check', path('a\u001b[31m.log')));
    assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u0080-\u009f]/);
  });

  it('speaks Chinese when asked to', async () => {
    const { out } = await call('check', log, '--lang', 'zh-cn');
    assert.match(out, /\p{Script=Han}/u);
    const { out: english } = await call('check', log);
    assert.doesNotMatch(english, /\p{Script=Han}/u);
  });

  it('prints SARIF with the finding on the line of the script', async () => {
    const { out } = await call('check', log, '--format', 'sarif');
    const sarif = JSON.parse(out);
    assert.equal(sarif.version, '2.1.0');
    const [run] = sarif.runs;
    const result = run.results.find(({ ruleId }: { ruleId: string }) => ruleId === 'loss.exploding');
    const { artifactLocation, region } = result.locations[0].physicalLocation;
    assert.match(artifactLocation.uri, /samples\/exploding\/train\.py$/);
    assert.equal(region.startLine, 7);
    assert.match(result.relatedLocations[0].physicalLocation.artifactLocation.uri, /train\.log$/);
    assert.ok(run.tool.driver.rules.some(({ id }: { id: string }) => id === 'loss.exploding'));
  });

  const unusable: readonly [what: string, content: string | Uint8Array, sentence: RegExp][] = [
    ['an empty file', '', /is empty/],
    ['a binary file', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 0, 0, 0]), /binary/],
    ['half a line', 'Epoch 1/5', /before the first complete value|no training log/],
    ['a text that is no log', 'Dear reader,\nnothing here.\n', /no training log/],
  ];
  for (const [what, content, sentence] of unusable) {
    it(`says in one sentence why ${what} cannot be diagnosed`, async () => {
      const { code, out, err } = await inFolder({ x: content }, (path) => call('check', path('x'), '--format', 'json'));
      assert.equal(code, 2);
      assert.match(err, sentence);
      assert.equal(err.trim().split('\n').length, 1);
      assert.equal(`${fileOf(out).error}\n`, err);
    });
  }

  it('says why a missing file, a folder, and a missing script cannot be read', async () => {
    const answers = [await call('check', '/no/such.log'), await call('check', exploding), await call('check', log, '--script', '/no/such.py')];
    assert.deepEqual(answers.map(({ code }) => code), [2, 2, 2]);
    const [missing, folder, script] = answers.map(({ err }) => err);
    assert.match(missing!, /such\.log does not exist/);
    assert.match(folder!, /is a folder/);
    assert.match(script!, /such\.py does not exist/);
  });

  it('reports the logs that can be read beside one that cannot', async () => {
    const { code, out } = await call('check', '/no/such.log', log, '--format', 'json');
    assert.equal(code, 2);
    const { files } = JSON.parse(out) as Report;
    assert.equal(files[0]!.runs.length, 0);
    assert.ok(files[1]!.findings.length > 0);
  });

  it('refuses arguments that it does not know', async () => {
    for (const args of [['check'], ['check', log, '--format', 'xml'], ['chek', log], ['check', log, '--seeds', '3']]) {
      const { code, err } = await call(...args);
      assert.equal(code, 2);
      assert.notEqual(err, '');
    }
  });
});
