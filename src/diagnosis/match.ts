/** Which script made this log? */
import type { NoticeKind, Run } from '../log/run';
import type { Fit, Script } from '../script/script';
import type { Message } from '../text/message';
import { curvature } from './curvature';
import { isValidation, trainingLoss } from './curve';
import { findGrowth, settledRatio } from './growth';
import { linearCurvature } from './linear-model';
import { known, trainingOf } from './training';

export interface Candidate {
  /** Path with `/` between folders, in the same form as the log's. */
  readonly path: string;
  readonly script: Script;
  /** Time of the last change, in milliseconds. */
  readonly modified?: number;
}

export interface Ranked {
  /** Index into the candidates. */
  readonly index: number;
  /** Higher is likelier; the unit is one weak clue. */
  readonly score: number;
  readonly reasons: readonly Message[];
  /** Something that the log shows speaks against it, however much else speaks for it. */
  readonly contradicted: boolean;
}

export interface Match {
  /** Best first; scripts that train nothing are left out. */
  readonly ranked: readonly Ranked[];
  /** The first is the one: nothing contradicts it and it is well ahead of the second. */
  readonly sure: boolean;
}

/** A clue for (positive) or against (negative) a script. */
interface Clue {
  readonly weight: number;
  readonly reason: Message;
}

/** How far ahead of the second the first must be: more than any one weak clue. */
const clearLead = 2;

/**
 * Ranks scripts by what the log shows of its `fit` calls (epochs, metric names, steps, validation) and by place and time.
 * @param logPath without it, only the contents count
 * @param logModified time of the log's last change, in milliseconds
 */
export function matchScript(
  runs: readonly Run[],
  candidates: readonly Candidate[],
  logPath?: string,
  logModified?: number,
): Match {
  const ranked = candidates
    .map(({ script }, index) => ({ script, index }))
    .filter(({ script }) => script.fits.length > 0)
    .map(({ index }) => rank(runs, candidates[index]!, index, logPath, logModified))
    .sort((a, b) => b.score - a.score);
  const [first, second] = ranked;
  const sure = first !== undefined && !first.contradicted && first.score > 0 && first.score - (second?.score ?? 0) >= clearLead;
  return { ranked, sure };
}

function rank(runs: readonly Run[], candidate: Candidate, index: number, logPath?: string, logModified?: number): Ranked {
  const { fits } = candidate.script;
  const content = [
    ...runs.flatMap((run) => best(fits.map((fit) => [...contentClues(run, fit)]))),
    ...(runs.length > 1 ? countClues(runs, fits) : []),
  ];
  const place = placeClues(candidate, logPath, logModified);
  const score = sum(content) / Math.max(1, runs.length) + sum(place);
  return { index, score, reasons: [...content, ...place].map(({ reason }) => reason), contradicted: content.some(({ weight }) => weight < 0) };
}

function best(choices: readonly Clue[][]): Clue[] {
  return choices.reduce((one, other) => (sum(other) > sum(one) ? other : one));
}

function sum(clues: readonly Clue[]): number {
  return clues.reduce((total, { weight }) => total + weight, 0);
}

function* contentClues(run: Run, fit: Fit): Iterable<Clue> {
  const epochs = known(fit.epochs)?.value;
  if (epochs !== undefined && run.declaredEpochs !== undefined) {
    yield epochs === run.declaredEpochs
      ? { weight: 4, reason: { id: 'match.epochs', args: { epochs } } }
      : { weight: -6, reason: { id: 'match.other-epochs', args: { epochs, log: run.declaredEpochs } } };
  }
  const steps = trainingOf(undefined, fit).stepsPerEpoch?.value;
  if (steps !== undefined && run.stepsPerEpoch !== undefined) {
    yield steps === run.stepsPerEpoch
      ? { weight: 4, reason: { id: 'match.steps', args: { steps } } }
      : { weight: -4, reason: { id: 'match.other-steps', args: { steps, log: run.stepsPerEpoch } } };
  }
  yield* metricClues(run, fit);
  yield* validationClues(run, fit);
  yield* outputClues(run, fit);
  yield* callbackClues(run, fit);
  yield* rateClues(run, fit);
}

/** A model of several outputs prints a loss for each, by its name. */
function* outputClues(run: Run, fit: Fit): Iterable<Clue> {
  const losses = known(known(fit.compile)?.value.losses)?.value;
  const named = Object.keys(losses ?? {}).filter((name) => name !== '' && !/^\d+$/.test(name));
  if (named.length < 2 || run.epochs.length === 0) return;
  const printed = new Set(run.epochs.flatMap((epoch) => [...epoch.metrics.keys()]));
  const outputs = named.join(', ');
  if (named.every((name) => printed.has(`${name}_loss`))) yield { weight: 3, reason: { id: 'match.outputs', args: { outputs } } };
  else if ([...printed].some((name) => name !== 'loss' && /_loss$/.test(name) && !isValidation(name))) yield { weight: -3, reason: { id: 'match.other-outputs', args: { outputs } } };
}

/** Callbacks that say something when they act. */
const announcing: Partial<Record<NoticeKind, string>> = {
  'reduce-lr': 'ReduceLROnPlateau',
  'lr-schedule': 'LearningRateScheduler',
  checkpoint: 'ModelCheckpoint',
  'early-stopping': 'EarlyStopping',
  'restore-best': 'EarlyStopping',
};

function* callbackClues(run: Run, fit: Fit): Iterable<Clue> {
  if (!fit.callbacks.known) return;
  const given = new Set(fit.callbacks.value.map(({ className }) => className));
  const heard = new Set(run.notices.flatMap(({ kind }) => announcing[kind] ?? []));
  for (const name of heard) {
    yield given.has(name) ? { weight: 2, reason: { id: 'match.callback', args: { name } } } : { weight: -2, reason: { id: 'match.other-callback', args: { name } } };
  }
}

/**
 * What tells a script from a copy with another learning rate. It never speaks against a script: the rate is what a
 * remedy changes after the log was made.
 */
function* rateClues(run: Run, fit: Fit): Iterable<Clue> {
  const { learningRate, family, momentum, nesterov, clipped, scheduled, stepsPerEpoch } = trainingOf(undefined, fit);
  if (!learningRate) return;
  const rate = learningRate.value;
  const printed = run.epochs.find((epoch) => epoch.learningRate)?.learningRate?.value;
  // Printed with four digits at least.
  if (printed !== undefined && Math.abs(printed - rate) <= 1e-3 * rate) yield { weight: 2, reason: { id: 'match.rate', args: { rate } } };
  if (printed !== undefined || family !== 'descent' || clipped || scheduled || stepsPerEpoch?.value !== 1) return;
  const lambdaMax = linearCurvature(fit);
  const curve = lambdaMax === undefined ? undefined : trainingLoss(run);
  const growth = curve && findGrowth(curve.points);
  if (lambdaMax === undefined || !growth || growth.ratios.length < 2) return;
  const grown = curvature(rate, settledRatio(growth.ratios), { momentum: momentum?.value ?? 0, nesterov });
  if (Math.abs(grown.lambdaMax / lambdaMax - 1) < 0.01) yield { weight: 2, reason: { id: 'match.growth', args: { rate } } };
}

function* metricClues(run: Run, fit: Fit): Iterable<Clue> {
  const metrics = known(known(fit.compile)?.value.metrics)?.value;
  if (!metrics) return;
  const printed = new Set(run.epochs.flatMap((epoch) => [...epoch.metrics.keys()]).filter((name) => !isValidation(name)));
  const extra = [...printed].filter((name) => name !== 'loss' && !/(?:^|_)loss$|^(?:lr|learning_rate)$/.test(name));
  const missing = metrics.filter((metric) => !extra.some((name) => sameMetric(name, metric)));
  const unexpected = extra.filter((name) => !metrics.some((metric) => sameMetric(name, metric)));
  if (missing.length === 0 && unexpected.length === 0) {
    if (metrics.length > 0) yield { weight: 3, reason: { id: 'match.metrics', args: { metrics: metrics.join(', ') } } };
    else yield { weight: 1, reason: { id: 'match.no-metrics' } };
  } else {
    yield { weight: -3, reason: { id: 'match.other-metrics', args: { metrics: [...missing, ...unexpected].join(', ') } } };
  }
}

/** Keras prints `mse`, `acc` and `accuracy` as they were written, or by their long name, or behind an output's name. */
function sameMetric(printed: string, written: string): boolean {
  const a = longName(printed);
  const b = longName(written);
  return a === b || a.endsWith(`_${b}`);
}

const longNames: Readonly<Record<string, string>> = {
  acc: 'accuracy',
  binary_accuracy: 'accuracy',
  categorical_accuracy: 'accuracy',
  sparse_categorical_accuracy: 'accuracy',
  mse: 'mean_squared_error',
  mae: 'mean_absolute_error',
  mape: 'mean_absolute_percentage_error',
  msle: 'mean_squared_logarithmic_error',
};

function longName(metric: string): string {
  const snake = metric.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().replace(/_\d+$/, '');
  return longNames[snake] ?? snake;
}

function* validationClues(run: Run, fit: Fit): Iterable<Clue> {
  const validates = validationOf(fit);
  if (validates === undefined || run.epochs.length === 0) return;
  const printed = run.epochs.some((epoch) => [...epoch.metrics.keys()].some(isValidation));
  if (validates === printed) yield { weight: 1, reason: { id: printed ? 'match.validation' : 'match.no-validation' } };
  else yield { weight: -3, reason: { id: printed ? 'match.other-validation' : 'match.other-no-validation' } };
}

function validationOf({ validationData, validationSplit }: Fit): boolean | undefined {
  if (!validationData.known || !validationSplit.known) return validationData.known ? undefined : true;
  return validationData.value !== null || validationSplit.value > 0;
}

function countClues(runs: readonly Run[], fits: readonly Fit[]): Clue[] {
  return runs.length === fits.length ? [{ weight: runs.length, reason: { id: 'match.fits', args: { fits: fits.length } } }] : [];
}

function placeClues({ path, modified }: Candidate, logPath?: string, logModified?: number): Clue[] {
  const clues: Clue[] = [];
  if (modified !== undefined && logModified !== undefined && modified > logModified) {
    clues.push({ weight: -1, reason: { id: 'match.changed-since' } });
  }
  if (logPath === undefined) return clues;
  const [folder, name] = split(path);
  const [logFolder, logName] = split(logPath);
  // Also after it was repaired, which changes it: then two must be left.
  if (folder === logFolder) clues.push({ weight: 3, reason: { id: 'match.folder' } });
  const shared = words(name).filter((word) => words(logName).includes(word));
  if (name === logName) clues.push({ weight: 4, reason: { id: 'match.name', args: { name } } });
  else if (shared.length > 0) clues.push({ weight: 2, reason: { id: 'match.name', args: { name: shared.join(' ') } } });
  return clues;
}

/** Folder and name without extension. */
function split(path: string): [string, string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, Math.max(0, slash)), path.slice(slash + 1).replace(/(?!^)\.[^.]*$/, '')];
}

/** Words that many scripts and logs have in their names say nothing. */
const commonWords = new Set(['train', 'training', 'log', 'logs', 'output', 'out', 'run', 'main', 'model', 'keras', 'nohup', 'script', 'test']);

function words(name: string): string[] {
  return name.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1 && !commonWords.has(word));
}
