import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { matchScript } from '../../../src/diagnosis';
import { decodeLog, readLog } from '../../../src/log';
import { readScript } from '../../../src/script';
import { fitOf, known, runOf, scriptOf, vector } from './build';

const folder = 'test/fixtures/diagnosis';
const files = readdirSync(folder);
const scripts = files
  .filter((name) => name.endsWith('.py') && name !== 'make.py')
  .map((name) => ({ name, script: readScript(readFileSync(`${folder}/${name}`, 'utf8')) }));
const logs = files.filter((name) => name.endsWith('.log') && files.includes(name.replace('.log', '.py')));

/** Numbers that look drawn and are the same every time (the minimal standard generator of Park and Miller). */
function* draws(): Generator<number, never> {
  for (let state = 1; ; ) yield (state = (state * 48271) % 2147483647);
}

describe('which script made this log', () => {
  it('is answered right in at least 95 % of workspaces of six scripts, by contents alone', () => {
    const random = draws();
    let asked = 0;
    let right = 0;
    let surelyWrong = 0;
    for (const log of logs) {
      const runs = readLog(decodeLog(readFileSync(`${folder}/${log}`)));
      const own = scripts.find(({ name }) => name === log.replace('.log', '.py'))!;
      for (let workspace = 0; workspace < 5; workspace++) {
        const others = scripts.filter((one) => one !== own);
        const candidates = [own, ...Array.from({ length: 5 }, () => others.splice(random.next().value % others.length, 1)[0]!)]
          .sort((a, b) => a.name.localeCompare(b.name))
          .map(({ script }, index) => ({ path: `project/script${index}.py`, script, own: script === own.script }));
        const { ranked, sure } = matchScript(runs, candidates, 'project/train.log');
        const best = candidates[ranked[0]!.index]!;
        asked++;
        if (best.own) right++;
        else if (sure) surelyWrong++;
      }
    }
    assert.ok(right / asked >= 0.95, `${right} of ${asked}`);
    assert.ok(surelyWrong / asked <= 0.01, `${surelyWrong} of ${asked} wrong and sure`);
  });

  const run = runOf({ loss: [3, 2], mae: [1, 1] }, { declaredEpochs: 500, stepsPerEpoch: 1 });
  const made = scriptOf(fitOf({ metrics: ['mae'], x: vector([1, 2, 3]) }));
  const other = scriptOf(fitOf({ metrics: ['mae'], x: vector([1, 2, 3]), more: { epochs: known(7) } }));

  it('goes by epochs, steps and metrics before folder and name', () => {
    const { ranked, sure } = matchScript([run], [{ path: 'a/train.py', script: other }, { path: 'b/c.py', script: made }], 'a/train.log');
    assert.equal(ranked[0]?.index, 1);
    assert.ok(sure);
  });

  it('is not sure of two scripts that fit alike, nor of the only one that does not', () => {
    assert.equal(matchScript([run], [{ path: 'a.py', script: made }, { path: 'b.py', script: made }]).sure, false);
    assert.equal(matchScript([run], [{ path: 'a.py', script: other }], 'a.log').sure, false);
  });

  it('prefers the script of the same name, and one that was not changed after the log', () => {
    const twins = [{ path: 'x/regression.py', script: made, modified: 9 }, { path: 'x/price.py', script: made, modified: 1 }];
    assert.equal(matchScript([run], twins, 'x/price.log').ranked[0]?.index, 1);
    assert.equal(matchScript([run], twins, 'x/output.log', 5).ranked[0]?.index, 1);
  });

  it('leaves out scripts that train nothing', () => {
    assert.deepEqual(matchScript([run], [{ path: 'a.py', script: scriptOf() }]), { ranked: [], sure: false });
  });
});
