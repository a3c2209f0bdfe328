import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { matchScript } from '../../../src/diagnosis';
import { decodeLog, readLog } from '../../../src/log';
import { notebookScript, readScript } from '../../../src/script';
import { fitOf, known, layer, runOf, scriptOf, vector } from './build';

const folder = 'test/fixtures/diagnosis';
const files = readdirSync(folder);
const scripts = files
  .filter((name) => name.endsWith('.py') && name !== 'make.py')
  .map((name) => ({ name, script: readScript(readFileSync(`${folder}/${name}`, 'utf8')) }));
const logs = files.filter((name) => name.endsWith('.log') && files.includes(name.replace('.log', '.py')));

const readings = new Map<string, ReturnType<typeof readScript>>();

/** The same text stands in many workspaces. */
function readOnce(text: string): ReturnType<typeof readScript> {
  const reading = readings.get(text) ?? readScript(text);
  readings.set(text, reading);
  return reading;
}

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

  /** Files of a project: text by path; the log's own script has the path that is named. */
  interface Workspace {
    readonly kind: string;
    readonly log: string;
    readonly own: string;
    readonly files: Readonly<Record<string, string>>;
  }

  const helpers = {
    'utils.py': 'import numpy as np\n\ndef load(path):\n    return np.load(path)\n\nclass Scaler:\n    def fit(self, x):\n        self.mean = x.mean()\n        return self\n',
    'plot.py': 'import matplotlib.pyplot as plt\n\ndef curves(history):\n    plt.plot(history.history["loss"])\n',
  };
  const withRate = (text: string, factor: number): string => text.replace(/learning_rate=([\d.]+)/, (_, rate: string) => `learning_rate=${Number(rate) * factor}`);
  const withEpochs = (text: string): string => text.replace(/epochs=(\d+)/, (_, epochs: string) => `epochs=${Number(epochs) * 2}`);
  const withBatches = (text: string): string => text.replace(/\.fit\(([^()]*(?:\([^()]*\)[^()]*)*)\)/, (whole, given: string) => (/batch_size/.test(given) ? whole.replace(/batch_size=\d+/, 'batch_size=7') : `.fit(${given}, batch_size=7)`));
  const withUnits = (text: string, units: number): string => text.replace(/Dense\((?:units=)?\d{2,}/, `Dense(${units}`);
  const asNotebook = (text: string): string => notebookScript([{ text: '%matplotlib inline\n!pip install keras' }, ...text.split('\n\n').map((cell) => ({ text: cell }))]).text;

  /** How people keep their experiments. */
  function* workspaces(text: string, others: readonly string[]): Iterable<Workspace> {
    const [first, second, third] = others;
    yield { kind: 'a project', log: 'project/nohup.out', own: 'project/train.py', files: { 'project/train.py': text, 'project/evaluate.py': first!, 'project/old/train.py': second!, ...helpers } };
    yield { kind: 'logs apart', log: 'logs/2024-05-01/output.txt', own: 'src/main.py', files: { 'src/main.py': text, 'src/baseline.py': first!, 'examples/demo.py': second!, ...helpers } };
    yield { kind: 'a notebook', log: 'work/log.txt', own: 'work/explore.ipynb', files: { 'work/explore.ipynb': asNotebook(text), 'work/train.py': first!, 'work/other.ipynb': asNotebook(second!), 'work/third.py': third! } };
    yield { kind: 'copies with other epochs', log: 'run/out.log', own: 'run/train.py', files: { 'run/train.py': text, 'run/train_long.py': withEpochs(text), 'run/train_old.py': withEpochs(withEpochs(text)), ...helpers } };
    yield { kind: 'named after the script', log: 'lab/deep_slow.log', own: 'lab/deep_slow.py', files: { 'lab/deep_fast.py': withRate(text, 10), 'lab/deep_slow.py': text, 'lab/wide.py': withRate(text, 0.1) } };
    yield { kind: 'copies with other rates', log: 'lab/train.log', own: 'lab/b.py', files: { 'lab/a.py': withRate(text, 10), 'lab/b.py': text, 'lab/c.py': withRate(text, 0.1), 'lab/d.py': first! } };
    yield { kind: 'lessons of a course', log: 'course/lesson3_output.txt', own: 'course/lesson3.py', files: { 'course/lesson1.py': withUnits(text, 77), 'course/lesson2.py': withEpochs(text), 'course/lesson3.py': text, 'course/lesson4.py': first!, 'course/lesson5.py': second!, ...helpers } };
    yield { kind: 'a notebook and its script', log: 'nb/train.log', own: 'nb/regression.py', files: { 'nb/regression.py': text, 'nb/regression.ipynb': asNotebook(text), 'nb/other.py': first! } };
    yield { kind: 'versions with other batches', log: 'exp/log.txt', own: 'exp/model_v2.py', files: { 'exp/model_v1.py': withBatches(text), 'exp/model_v2.py': text, 'exp/model_v3.py': withBatches(withEpochs(text)) } };
    yield { kind: 'folders of experiments', log: 'runs/b/train.log', own: 'runs/b/train.py', files: { 'runs/a/train.py': withRate(text, 3), 'runs/b/train.py': text, 'runs/c/train.py': withUnits(text, 99), 'runs/d/train.py': first! } };
    yield { kind: 'edited since', log: 'solo/train.log', own: 'solo/train.py', files: { 'solo/train.py': withEpochs(text), 'solo/old.py': first!, 'other/train.py': second!, ...helpers } };
    yield { kind: 'exported from a notebook twice', log: 'drop/output.log', own: 'drop/Untitled-2.py', files: { 'drop/Untitled-1.py': withEpochs(text), 'drop/Untitled-2.py': text, 'drop/Untitled-2 (copy).py': text, 'drop/Untitled-3.py': third! } };
  }

  it('is answered right in at least 95 % of workspaces as people keep them, or asked where nobody could know', () => {
    const random = draws();
    const wrong: string[] = [];
    let asked = 0;
    for (const log of logs) {
      const runs = readLog(decodeLog(readFileSync(`${folder}/${log}`)));
      const own = log.replace('.log', '.py');
      const text = readFileSync(`${folder}/${own}`, 'utf8');
      const others = scripts.filter(({ name }) => name !== own).map(({ name }) => readFileSync(`${folder}/${name}`, 'utf8'));
      const drawn = Array.from({ length: 3 }, () => others.splice(random.next().value % others.length, 1)[0]!);
      for (const workspace of workspaces(text, drawn)) {
        const candidates = Object.entries(workspace.files).map(([path, source]) => ({ path, script: readOnce(source) }));
        const { ranked, sure } = matchScript(runs, candidates, workspace.log);
        const scoreOf = (path: string): number => ranked.find(({ index }) => candidates[index]!.path === path)?.score ?? -Infinity;
        // Where a copy fits as well, a question is the right answer.
        const isFirst = candidates[ranked[0]!.index]!.path === workspace.own || (!sure && scoreOf(workspace.own) === ranked[0]!.score);
        asked++;
        if (!isFirst) wrong.push(`${log} in ${workspace.kind}${sure ? ', sure' : ''}`);
      }
    }
    assert.ok(asked > 100 && wrong.length / asked <= 0.05, `${wrong.length} of ${asked}: ${wrong.join('; ')}`);
    assert.ok(wrong.filter((one) => one.endsWith('sure')).length / asked <= 0.01, wrong.join('; '));
  });

  it('knows a copy with another learning rate by the rate the log prints, or by the growth of a linear model', () => {
    const copies = (rates: readonly number[]) => rates.map((rate, index) => ({ path: `${index}.py`, script: scriptOf(fitOf({ config: { learning_rate: rate, momentum: 0 }, layers: [layer('Dense', { units: 1, activation: 'linear', use_bias: true })], x: vector(Array.from({ length: 20 }, (_, i) => i + 1)) })) }));
    const growing = runOf({ loss: Array.from({ length: 8 }, (_, epoch) => 450 * 3.554698 ** epoch) }, { stepsPerEpoch: 1 });
    const byGrowth = matchScript([growing], copies([0.1, 0.01, 0.001]));
    assert.deepEqual([byGrowth.ranked[0]!.index, byGrowth.sure], [1, true]);
    const printing = readLog('Epoch 1/2\n1/1 - 0s - 9ms/step - loss: 3.0000 - learning_rate: 0.0010\nEpoch 2/2\n1/1 - 0s - 9ms/step - loss: 2.0000 - learning_rate: 0.0010\n');
    assert.equal(matchScript(printing, copies([0.1, 0.01, 0.001])).ranked[0]!.index, 2);
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

  it('is sure of the script beside the log after its repair, although the same stands elsewhere', () => {
    const twins = [{ path: 'x/train.py', script: made, modified: 9 }, { path: 'y/train.py', script: made, modified: 1 }];
    const { ranked, sure } = matchScript([run], twins, 'x/output.log', 5);
    assert.deepEqual([ranked[0]?.index, sure], [0, true]);
  });

  it('leaves out scripts that train nothing', () => {
    assert.deepEqual(matchScript([run], [{ path: 'a.py', script: scriptOf() }]), { ranked: [], sure: false });
  });
});
