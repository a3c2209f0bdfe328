/** Every state of the page that a user can meet, to be looked at: how each comes about in a page that is open. */
import type { Verdict } from '../../src/rerun/trace';
import type { ShowConfirm } from '../../src/webview/protocol';
import { setLanguage, type Bundle } from '../../src/words/language';
import type { Webview } from './harness';
import { adamAt, curveRun, curvesOf, seedJobWith } from './jobs';
import { jobOfFiles } from './real-jobs';

export interface Scene {
  /** What the training worker does instead of training. */
  readonly worker?: string;
  /** Brings the page into the state. */
  play(webview: Webview, bundle: Bundle | undefined): Promise<void>;
}

const fixtures = 'test/fixtures/diagnosis';

/** The rerun of the diverging sample, worded in a language. */
function exploding(bundle: Bundle | undefined): ShowConfirm {
  setLanguage(bundle);
  return { ...jobOfFiles('samples/exploding/train.py', { log: 'samples/exploding/train.log', bundle }), jobId: 'seed' };
}

/** The rerun of a script of the fixtures, to its end; with the log of the same name where `log` says so. */
function rerunOf(name: string, log: boolean): Scene {
  return {
    async play(webview, bundle) {
      setLanguage(bundle);
      await webview.send(jobOfFiles(`${fixtures}/${name}.py`, { log: log ? `${fixtures}/${name}.log` : undefined, bundle }));
      await webview.posted('done');
    },
  };
}

/** The diverging sample to its end, the rerun's own offer included. */
async function finish(webview: Webview, bundle: Bundle | undefined, changes: Partial<ShowConfirm> = {}): Promise<void> {
  await webview.send({ ...exploding(bundle), ...changes });
  const { id, remedy } = await webview.posted('offer');
  if (remedy.kind === 'adam') await webview.send({ type: 'trialReady', jobId: 'seed', ...adamAt(id, remedy.value!) });
  await webview.posted('done');
}

/** The diverging sample with one of its fixes alone. */
function onlyFix(kind: string): Scene {
  return {
    async play(webview, bundle) {
      const show = exploding(bundle);
      const candidates = show.candidates.filter(({ remedy }) => remedy.kind === kind);
      const kept = show.job.candidates.filter(({ remedy }) => remedy.kind === kind);
      await webview.send({ ...show, candidates, job: { ...show.job, candidates: kept } });
      await webview.posted('done');
    },
  };
}

/** A worker that answers a job with these messages. */
export function worker(...messages: readonly unknown[]): string {
  return `onmessage = () => { for (const message of ${JSON.stringify(messages)}) postMessage(message); };`;
}

const reproduced: Verdict = {
  outcome: 'confirmed', reason: { id: 'rerun.reproduced.all', args: { epochs: 20, percent: 0.00014 } }, caveats: [], evidence: {},
};
const begun = { type: 'reproduced', verdict: reproduced, baseline: { seed: 0, losses: [450, 1600, 5698] } };

/** The time was up: the first fix has some of its starts, the others hardly any. */
function hurried(): string {
  const some = { starts: 9, trained: 9, passed: 9, finite: 9, below: 9, percent: 66, finalLoss: 0.00031, yardstick: 8.3125, least: 0 };
  const runs = (count: number): object[] => Array.from({ length: count }, (_, seed) => ({ seed: seed + 1, losses: [450, 3, 0.01, 0.0003], end: 'settled' }));
  const verdict = (candidate: string, said: Verdict, count: number): object => ({ type: 'verdict', candidate, verdict: said, runs: runs(count) });
  const left = { id: 'rerun.substituted.starts', args: { done: 9, starts: 20 } };
  return worker(
    {
      type: 'events',
      events: [
        begun,
        verdict('0-learning-rate', { outcome: 'partly', reason: { id: 'rerun.judged.holds', args: some }, caveats: [left], evidence: {} }, 9),
        ...['1-clip-gradients', '2-adam', '3-normalize-inputs', '4-normalization-layer'].map((candidate, nth) =>
          verdict(candidate, { outcome: 'unknown', reason: { id: 'rerun.unknown.budget', args: { done: 3 - nth, starts: 20 } }, caveats: [], evidence: {} }, 3 - nth)),
        { type: 'done' },
      ],
    },
    { type: 'ended' },
  );
}

export const scenes: Readonly<Record<string, Scene>> = {
  waiting: { play: () => Promise.resolve() },
  running: {
    async play(webview, bundle) {
      const { job } = exploding(bundle);
      const long = <Spec extends object>(spec: Spec): Spec => ('epochs' in spec ? { ...spec, epochs: 20_000 } : spec);
      const candidates = job.candidates.map((candidate) => ({ ...candidate, spec: long(candidate.spec) }));
      await webview.send({ ...exploding(bundle), job: { ...job, baseline: long(job.baseline), candidates } });
      await webview.posted('reproduced');
      await webview.page.waitForTimeout(700);
    },
  },
  confirmed: { play: finish },
  applied: {
    async play(webview, bundle) {
      await finish(webview, bundle);
      const [first] = exploding(bundle).candidates;
      await webview.page.locator('article button').first().click();
      await webview.send({ type: 'applied', jobId: 'seed', candidate: first!.id });
    },
  },
  explored: {
    async play(webview, bundle) {
      await finish(webview, bundle);
      await webview.page.locator('section.landscape button').last().click();
      await webview.page.locator('section.landscape canvas').waitFor();
      await webview.page.locator('section.sweep button').last().click();
      await webview.page.locator('section.sweep canvas').waitFor();
      await webview.page.locator('section.sweep [aria-busy=false]').waitFor();
    },
  },
  refuted: onlyFix('adam'),
  partly: onlyFix('clip-gradients'),
  hurried: {
    worker: hurried(),
    async play(webview, bundle) {
      await webview.send(exploding(bundle));
      await webview.posted('done');
    },
  },
  rescaled: rerunOf('far-targets-with-adam', false),
  unmatched: {
    async play(webview, bundle) {
      const show = exploding(bundle);
      await webview.send({ ...show, job: { ...show.job, observed: { losses: [450.98, 1603.09, 2100.4, 1904.7] } } });
      await webview.posted('done');
    },
  },
  'no-log': rerunOf('linear-beyond-the-edge', false),
  'no-fix': rerunOf('overfitting', true),
  'fix-refused': rerunOf('labels-beyond-units', false),
  refused: {
    play: (webview, bundle) =>
      webview.send({
        type: 'showRefusal',
        script: { id: 'file:///train.py', name: 'train.py' },
        reason: { id: 'rerun.refused.layer', args: { layer: 'Lambda' } },
        line: 4,
        bundle,
      }),
  },
  'data-wanted': {
    play: (webview, bundle) =>
      webview.send({
        type: 'showDataWanted',
        script: { id: 'file:///train.py', name: 'train.py' },
        reason: { id: 'script.file', args: { name: 'houses.csv' } },
        line: 4,
        files: ['houses.csv'],
        standIn: [{ id: 'script.stand-in', args: { rows: 256, shape: '(13,)' } }],
        refused: { id: 'script.given.shape', args: { file: 'flats.csv', found: '(120, 5)', wanted: '(120, 13)' } },
        bundle,
      }),
  },
  'stand-in': {
    async play(webview, bundle) {
      setLanguage(bundle);
      await webview.send(jobOfFiles(`${fixtures}/sigmoid-for-prices.py`, { data: 'stand-in', bundle }));
      await webview.posted('done');
    },
  },
  cancelled: {
    async play(webview, bundle) {
      const show = seedJobWith((spec) => (spec.optimizer.className === 'Adam' ? { ...spec, epochs: 2_000_000 } : spec));
      await webview.send({ ...show, bundle });
      await webview.posted('verdict');
      await webview.page.locator('.actions button').first().click();
      await webview.posted('cancelled');
    },
  },
  crashed: {
    worker: worker({ type: 'events', events: [begun] }, { type: 'broken', kind: 'crash', detail: 'Error: out of luck' }),
    play: (webview, bundle) => webview.send({ ...exploding(bundle) }),
  },
  memory: {
    worker: worker({ type: 'broken', kind: 'memory', detail: 'RangeError: Array buffer allocation failed' }),
    play: (webview, bundle) => webview.send({ ...exploding(bundle) }),
  },
  long: {
    worker: worker({ type: 'events', events: [begun, { type: 'progress', done: 1, total: 61, secondsLeft: 240, bytes: 612_345_678 }] }),
    play: (webview, bundle) => webview.send({ ...exploding(bundle) }),
  },
  silent: {
    worker: worker({ type: 'events', events: [begun] }),
    async play(webview, bundle) {
      await webview.page.clock.install();
      await webview.send({ ...exploding(bundle) });
      await webview.page.clock.fastForward(31_000);
    },
  },
  stale: {
    async play(webview, bundle) {
      await finish(webview, bundle);
      await webview.send({ type: 'stale', jobId: 'seed' });
    },
  },
  'trial-refused': {
    async play(webview, bundle) {
      await finish(webview, bundle);
      await webview.page.locator('.try-it input[name=batchSize]').fill('7');
      await webview.page.locator('.try-it button').click();
      const { id } = await webview.posted('tryIt');
      const refused = { id: 'rerun.refused.optimizer', args: { optimizer: 'Foo' } };
      await webview.send({ type: 'trialRefused', jobId: 'seed', id, refused });
    },
  },
  curves: {
    play: (webview, bundle) =>
      webview.send({ ...curvesOf(curveRun('train', 'run 1', 60), curveRun('train', 'run 2', 38, true, 1.6)), title: 'train.log', bundle }),
  },
  'curves-many': {
    play: (webview, bundle) =>
      webview.send({
        ...curvesOf(...Array.from({ length: 12 }, (_, nth) => curveRun(`t${nth}`, `run ${nth + 1}`, 30 + nth, false, 0.5 + nth / 8))),
        title: 'tuner.log',
        bundle,
      }),
  },
  'curves-lost': {
    async play(webview, bundle) {
      const run = curveRun('train', 'train.log', 40);
      const values = run.epochs.map((epoch) => (epoch > 30 ? NaN : epoch > 22 ? Infinity : 3.55 ** epoch));
      await webview.send({ ...curvesOf({ ...run, curves: [{ metric: 'loss', values }] }), title: 'train.log', bundle });
    },
  },
  'curves-empty': {
    play: (webview, bundle) => webview.send({ ...curvesOf(curveRun('train', 'train.log', 0, true)), title: 'train.log', bundle }),
  },
};
