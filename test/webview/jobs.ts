/** Jobs as the extension host makes them. */
import { readFileSync } from 'node:fs';
import type { TrainingSpec } from '../../src/rerun/trace';
import type { Candidate, CurveRun, ShowConfirm, ShowCurves } from '../../src/webview/protocol';
import { observed, seed, withOptimizer } from '../unit/rerun/seed';

const scriptText = readFileSync('samples/exploding/train.py', 'utf8');

function edited(from: string, to: string): string {
  return scriptText.replace(from, to);
}

const candidates: readonly (Candidate & { spec: TrainingSpec })[] = [
  {
    id: 'learning-rate',
    title: 'SGD with learning rate 0.0034',
    remedy: { kind: 'learning-rate', value: 0.0034 },
    editedText: edited('optimizer="sgd"', 'optimizer=keras.optimizers.SGD(learning_rate=0.0034)'),
    spec: withOptimizer('SGD', { ...seed.optimizer.config, learning_rate: 0.0034 }),
  },
  {
    id: 'adam',
    title: 'Adam',
    remedy: { kind: 'adam' },
    editedText: edited('optimizer="sgd"', 'optimizer="adam"'),
    spec: withOptimizer('Adam', { learning_rate: 0.001 }),
  },
  {
    id: 'clip',
    title: 'Clip gradients to norm 1',
    remedy: { kind: 'clip-gradients', value: 1 },
    editedText: edited('optimizer="sgd"', 'optimizer=keras.optimizers.SGD(learning_rate=0.01, clipnorm=1.0)'),
    spec: withOptimizer('SGD', { ...seed.optimizer.config, clipnorm: 1 }),
  },
];

/** The diverging linear unit, its 20 printed losses, and three fixes. */
export function seedJob(changes: Partial<ShowConfirm> = {}): ShowConfirm {
  return {
    type: 'showConfirm',
    jobId: 'seed',
    script: { id: 'file:///train.py', name: 'train.py', text: scriptText },
    log: { id: 'file:///train.log', name: 'train.log' },
    logLines: observed.losses.map((_, index) => 2 * index + 1),
    candidates: candidates.map(({ spec: _, ...candidate }) => candidate),
    job: {
      baseline: seed,
      observed,
      starts: 20,
      candidates: candidates.map(({ id, remedy, spec }) => ({ id, remedy, spec })),
    },
    ...changes,
  };
}

/** The job with other specifications: `change` gets each of them, the unfixed one too. */
export function seedJobWith(change: (spec: TrainingSpec) => TrainingSpec, changes: Partial<ShowConfirm> = {}): ShowConfirm {
  const show = seedJob(changes);
  return {
    ...show,
    job: {
      ...show.job,
      baseline: change(seed),
      candidates: candidates.map(({ id, remedy, spec }) => ({ id, remedy, spec: change(spec) })),
    },
  };
}

/** Answer to an `offer` of Adam at a rate that the rerun found. */
export function adamAt(id: string, rate: number): { candidate: Candidate; spec: TrainingSpec } {
  return {
    candidate: {
      id,
      title: `Adam with learning rate ${rate}`,
      remedy: { kind: 'adam', value: rate },
      editedText: edited('optimizer="sgd"', `optimizer=keras.optimizers.Adam(learning_rate=${rate})`),
    },
    spec: withOptimizer('Adam', { learning_rate: rate }),
  };
}

/** Metrics of `epochs` epochs of a healthy run. */
export function curveRun(id: string, title: string, epochs: number, live = false, speed = 1): CurveRun {
  const numbers = Array.from({ length: epochs }, (_, index) => index + 1);
  const decay = (rate: number, floor: number) => numbers.map((epoch) => floor + 2.3 * Math.exp(-rate * speed * epoch));
  return {
    id,
    title,
    source: { id: `file:///${id}.log`, name: `${id}.log` },
    epochs: numbers,
    lines: numbers.map((epoch) => 2 * epoch - 1),
    curves: [
      { metric: 'accuracy', values: decay(0.08, 0).map((loss) => 1 - loss / 2.6) },
      { metric: 'loss', values: decay(0.08, 0.02) },
      { metric: 'val_loss', values: decay(0.08, 0.02).map((loss, index) => loss + 0.0008 * index ** 1.5) },
      { metric: 'learning_rate', values: numbers.map((epoch) => (epoch < epochs / 2 ? 1e-3 : 1e-4)) },
    ],
    declaredEpochs: 100,
    live,
  };
}

export function curvesOf(...runs: readonly CurveRun[]): ShowCurves {
  return { type: 'showCurves', title: runs.map(({ source }) => source.name).join(', '), runs };
}
