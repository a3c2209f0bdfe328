import assert from 'node:assert/strict';
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { call, converging, exploding, inFolder } from './call';

const log = join(exploding, 'train.log');
const scriptPath = join(exploding, 'train.py');
const script = readFileSync(scriptPath, 'utf8');
const fixed = script.replace('optimizer="sgd"', 'optimizer=keras.optimizers.SGD(learning_rate=0.0034)');

describe('cli: fix', () => {
  it('prints the script with the computed learning rate', async () => {
    const { code, out, err } = await call('fix', scriptPath, '--log', log);
    assert.equal(code, 0);
    assert.equal(out, fixed);
    assert.match(err, /0\.0034/);
  });

  it('carries out the remedy that is named, with the value that is named', async () => {
    const adam = await call('fix', scriptPath, '--log', log, '--remedy', 'adam');
    assert.match(adam.out, /optimizer=("adam"|keras\.optimizers\.Adam\()/);
    const rate = await call('fix', scriptPath, '--remedy', 'learning-rate=0.002');
    assert.match(rate.out, /SGD\(learning_rate=0\.002\)/);
    const optimizer = await call('fix', scriptPath, '--remedy', 'optimizer=RMSprop');
    assert.match(optimizer.out, /optimizer="rmsprop"/);
    const batch = await call('fix', scriptPath, '--remedy', 'batch-size=7');
    assert.match(batch.out, /batch_size=7\)/);
    const epochs = await call('fix', scriptPath, '--remedy', 'epochs=9');
    assert.match(epochs.out, /fit\(.*epochs=9\)/);
    assert.notEqual((await call('fix', scriptPath, '--remedy', 'epochs=0')).code, 0);
    const scale = await call('fix', scriptPath, '--remedy', 'rescale-output=12.5,-3');
    assert.match(scale.out, /Rescaling\(12\.5, offset=-3(\.0)?\)/);
    for (const wrong of ['0,1', '2', '1,2,3', 'a,b']) assert.notEqual((await call('fix', scriptPath, '--remedy', `rescale-output=${wrong}`)).code, 0);
  });

  it('says that the log is older than the script, where that may make a remedy the second', async () => {
    await inFolder({ 'train.py': script, 'train.log': readFileSync(log) }, async (path) => {
      const said = async (): Promise<boolean> => /changed after this log/.test((await call('fix', path('train.py'), '--log', path('train.log'))).err);
      const now = Date.now() / 1000;
      utimesSync(path('train.log'), now, now);
      utimesSync(path('train.py'), now, now - 60);
      assert.equal(await said(), false);
      utimesSync(path('train.py'), now, now + 60);
      assert.equal(await said(), true);
    });
  });

  it('repairs nothing a second time where the script may carry the remedy already', async () => {
    const [before, printed] = ['py', 'log'].map((ending) => readFileSync(`test/fixtures/diagnosis/exploding-sgd-steps.${ending}`));
    await inFolder({ 'train.py': before!, 'train.log': printed! }, async (path) => {
      const fix = (...options: string[]): ReturnType<typeof call> => call('fix', path('train.py'), '--log', path('train.log'), '--write', ...options);
      const text = (): string => readFileSync(path('train.py'), 'utf8');
      const now = Date.now() / 1000;
      utimesSync(path('train.log'), now - 60, now - 60);
      utimesSync(path('train.py'), now - 120, now - 120);
      await fix();
      const once = text();
      assert.notEqual(once, String(before));
      const second = await fix();
      assert.equal(second.code, 0);
      assert.match(second.err, /may be fixed already: train again/);
      assert.equal(text(), once);
      await fix('--remedy', 'adam');
      assert.notEqual(text(), once);
    });
  });

  it('prints a difference', async () => {
    const { code, out } = await call('fix', scriptPath, '--log', log, '--diff');
    assert.equal(code, 0);
    const changed = out.split('\n').filter((line) => /^[-+](?![-+])/.test(line));
    assert.deepEqual(changed, [
      '-model.compile(optimizer="sgd", loss="mean_squared_error")',
      '+model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.0034), loss="mean_squared_error")',
    ]);
  });

  it('writes only what it changes: byte order mark, encoding and line ends stay', async () => {
    const windows = `\ufeff# 学习率\r\n${script.replaceAll('\n', '\r\n')}`;
    await inFolder({ 'train.py': windows }, async (path) => {
      const { code, out } = await call('fix', path('train.py'), '--log', log, '--write');
      assert.equal(code, 0);
      assert.equal(out, '');
      const expected = `\ufeff# 学习率\r\n${fixed.replaceAll('\n', '\r\n')}`;
      assert.equal(readFileSync(path('train.py'), 'utf8'), expected);
    });
    const latin = Buffer.from(`# -*- coding: latin-1 -*-\n# r\u00e9seau\n${script}`, 'latin1');
    await inFolder({ 'train.py': latin }, async (path) => {
      await call('fix', path('train.py'), '--log', log, '--write');
      assert.equal(readFileSync(path('train.py'), 'latin1'), `# -*- coding: latin-1 -*-\n# r\u00e9seau\n${fixed}`);
    });
  });

  it('says what is missing', async () => {
    const broken = await inFolder({ 'a.py': 'model = keras.Sequential([\nmodel.fit(x' }, (path) => call('fix', path('a.py'), '--log', log));
    assert.equal(broken.code, 2);
    assert.match(broken.err, /syntax error at line \d+/);
    const noFit = await inFolder({ 'a.py': 'print(1)\n' }, (path) => call('fix', path('a.py'), '--log', log));
    assert.match(noFit.err, /no call of fit/);
    const noLog = await call('fix', join(converging, 'train.py'));
    assert.equal(noLog.code, 2);
    assert.match(noLog.err, /--log/);
    const noValue = await call('fix', join(converging, 'train.py'), '--remedy', 'learning-rate');
    assert.match(noValue.err, /learning-rate=VALUE/);
    const unknown = await call('fix', scriptPath, '--remedy', 'prayer');
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /learning-rate, adam/);
    for (const { out } of [broken, noFit, noLog, noValue, unknown]) assert.equal(out, '');
  });
});
