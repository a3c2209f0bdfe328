import type { Epoch, Run, Value } from '../../log/run';
import type { Remedy } from '../../script/remedy';
import type { Fit, Script } from '../../script/script';
import type { Message } from '../../text/message';
import { isLoss, isValidation, trainingLoss, type Curve, type Point } from '../curve';
import { hasFiniteData, inputsOf, largestInput, sameModel } from '../data';
import { findExplosion } from '../explosion';
import type { Related } from '../finding';
import type { Found, Patient, Rule } from '../rule';
import { largest } from '../series';
import { usualRate, type Training } from '../training';

/** A loss is NaN or infinite. */
export const lossNan: Rule = {
  code: 'loss.nan',
  severity: 'error',
  about: 'run',
  *check(patient) {
    const first = patient.run && firstNonFinite(patient.run);
    if (first) yield explain(patient.run, first, patient);
  },
};

/** The first loss of a run that is NaN or infinite. */
interface NonFiniteLoss {
  readonly metric: string;
  readonly value: Value;
  readonly epoch: Epoch;
  /** Index of the epoch in the run. */
  readonly at: number;
  /** Step inside the epoch, where it is known. */
  readonly step: number | undefined;
}

function firstNonFinite(run: Run): NonFiniteLoss | undefined {
  for (const [at, epoch] of run.epochs.entries()) {
    const inside = epoch.firstNonFinite;
    if (inside && isLoss(inside.metric)) return { metric: inside.metric, value: inside.value, epoch, at, step: inside.step };
    for (const [metric, value] of epoch.metrics) {
      if (isLoss(metric) && !Number.isFinite(value.value)) return { metric, value, epoch, at, step: undefined };
    }
  }
  return undefined;
}

/** What the place of the first NaN, the losses before and after it, and the optimizer say about the cause. */
type Cause =
  | 'sweep'
  | 'growth'
  | 'validation'
  | 'passing'
  | 'continued'
  | 'own-loss'
  | 'first-value'
  | 'first-epoch-descent'
  | 'first-epoch-adaptive'
  | 'first-epoch'
  | 'sudden-descent'
  | 'sudden';

const messages: Readonly<Record<Cause, string>> = {
  sweep: 'loss.nan.sweep',
  growth: 'loss.nan.growth',
  validation: 'loss.nan.validation',
  passing: 'loss.nan.passing',
  continued: 'loss.nan.continued',
  'own-loss': 'loss.nan.own-loss',
  'first-value': 'loss.nan.first-value',
  'first-epoch-descent': 'loss.nan.first-epoch-descent',
  'first-epoch-adaptive': 'loss.nan.first-epoch-adaptive',
  'first-epoch': 'loss.nan.first-epoch',
  'sudden-descent': 'loss.nan.sudden-descent',
  sudden: 'loss.nan.sudden',
};

function causeOf(run: Run, first: NonFiniteLoss, { training, fit, script, before }: Patient): Cause {
  if (training.sweep) return 'sweep';
  const curve = trainingLoss(run);
  if (curve && (findExplosion(run, curve) || largest(finiteBefore(curve, first)) >= huge)) return 'growth';
  const later = run.epochs.slice(first.at + 1).map(({ metrics }) => metrics.get(first.metric)?.value);
  if (later.some((value) => value !== undefined && Number.isFinite(value))) return 'passing';
  const sameEpoch = curve && first.epoch.metrics.get(curve.metric)?.value;
  if (isValidation(first.metric) && sameEpoch !== undefined && Number.isFinite(sameEpoch)) return 'validation';
  if (first.at === 0 && before && lastNonFinite(before.run) && goesOnFrom(before.fit, fit, script)) return 'continued';
  const clean = fit !== undefined && hasFiniteData(fit);
  const beforeAnyStep = first.at === 0 && first.step !== undefined && first.step <= 1;
  if (clean && ownLoss(fit) && (beforeAnyStep || training.family === 'adaptive')) return 'own-loss';
  if (first.at > 0 || first.epoch.number > 1) {
    const explodesInside = training.family === 'descent' && (training.stepsPerEpoch?.value ?? 1) > 1;
    return explodesInside ? 'sudden-descent' : 'sudden';
  }
  if (beforeAnyStep) return 'first-value';
  if (training.stepsPerEpoch?.value === 1 && first.step === undefined) return 'first-value';
  if (training.family === 'adaptive') return 'first-epoch-adaptive';
  if (training.family !== 'descent') return 'first-epoch';
  // Keras' own losses of finite numbers are finite, as long as the weights are.
  return isDaring(training) || isUnscaled(fit) || (clean && training.lossName !== undefined) ? 'first-epoch-descent' : 'first-epoch';
}

/** The last loss of a run, where that is NaN or infinite. */
function lastNonFinite(run: Run): Point | undefined {
  const last = trainingLoss(run)?.points.at(-1);
  return last && !Number.isFinite(last.value.value) ? last : undefined;
}

/** Both train the same model, made in a line that runs once: one that is indented may make another each time. */
function goesOnFrom(earlier: Fit | undefined, fit: Fit | undefined, script: Script | undefined): boolean {
  if (!earlier || !fit?.model.known || !script || !sameModel(earlier, fit)) return false;
  const { start } = fit.model.value.span;
  return !/^\s/.test(script.text.slice(script.text.lastIndexOf('\n', start - 1) + 1));
}

/** The name of the script's own loss function, where it is one. */
function ownLoss({ compile }: Fit): string | undefined {
  const losses = compile.known ? compile.value.losses : undefined;
  if (!losses || losses.known || !['script.own-function', 'script.lambda'].includes(losses.reason.id)) return undefined;
  return String(losses.reason.args?.['name']);
}

/** No loss of a network that learns is near this, whatever its unit: only growth brings one there. */
const huge = 1e15;

function finiteBefore({ points }: Curve, { epoch }: NonFiniteLoss): number[] {
  return points.filter((point) => point.epoch < epoch.number && Number.isFinite(point.value.value)).map(({ value }) => value.value);
}

/** SGD at a learning rate that often explodes within an epoch. */
const isDaring = ({ learningRate }: Training): boolean => (learningRate?.value ?? 0) >= 0.1;

/** Inputs that make it explode within an epoch at a usual learning rate too. */
function isUnscaled(fit: Fit | undefined): boolean {
  const inputs = inputsOf(fit);
  return inputs !== undefined && largestInput(inputs) > 10;
}

function explain(run: Run, first: NonFiniteLoss, patient: Patient): Found {
  const { training, fit, before: earlier } = patient;
  const cause = causeOf(run, first, patient);
  const previous = run.epochs[first.at - 1];
  const before = previous?.metrics.get(first.metric);
  const atMost = cause === 'first-epoch-descent' ? boundOfOverflow(training) : undefined;
  const blamesRate = cause === 'growth' || cause === 'first-epoch-descent' || cause === 'sudden-descent';
  const blame = blamesRate ? training.optimizerSpan : cause === 'own-loss' && fit?.compile.known ? fit.compile.value.losses.span : undefined;
  const ended = first.at === 0 && earlier ? lastNonFinite(earlier.run) : undefined;
  return {
    severity: cause === 'sweep' ? 'information' : cause === 'passing' ? 'warning' : 'error',
    message: {
      id: messages[cause],
      args: { metric: first.metric, value: first.value.value, epoch: first.epoch.number, name: (fit && ownLoss(fit)) ?? '' },
    },
    log: first.value,
    ...(blame && { script: blame }),
    epoch: first.epoch.number,
    evidence: {
      metric: first.metric,
      value: String(first.value.value),
      cause,
      step: first.step ?? null,
      optimizer: training.optimizer ?? null,
      learningRate: training.learningRate?.value ?? null,
      maxStableLearningRateAtMost: atMost ?? null,
      lastFiniteLoss: before?.value ?? null,
    },
    related: [
      ...(before ? [lossAt(before, { id: 'related.last-finite', args: { loss: before.value, epoch: previous!.number } })] : []),
      ...(ended ? [lossAt(ended.value, { id: 'related.nan-before', args: { loss: ended.value.value, epoch: ended.epoch } })] : []),
    ],
    remedies: remediesOf(cause, patient),
  };
}

const lossAt = (span: Value, message: Message): Related => ({ where: 'log', span, message });

/**
 * To overflow float32 from a loss near 1 within S steps, the loss has to grow by exp(88.72 / S) a step, so the largest
 * stable learning rate of plain SGD is at most 2η / (1 + exp(44.36 / S)). The truth may lie orders of magnitude below.
 */
function boundOfOverflow({ learningRate, stepsPerEpoch, momentum }: Training): number | undefined {
  if (!learningRate || !stepsPerEpoch || (momentum?.value ?? 0) !== 0) return undefined;
  return (2 * learningRate.value) / (1 + Math.exp(44.36 / stepsPerEpoch.value));
}

function remediesOf(cause: Cause, { training, fit }: Patient): Remedy[] {
  const terminate: Remedy = { kind: 'callback', value: 'TerminateOnNaN' };
  switch (cause) {
    case 'first-epoch-descent': {
      // No rate from the bound, which is only an upper one.
      const lower: Remedy[] = isDaring(training) ? [{ kind: 'learning-rate', value: usualRate.descent }] : [];
      const scale: Remedy[] = isUnscaled(fit) ? [{ kind: 'normalize-inputs' }] : [];
      const all: Remedy[] = [...lower, ...scale, { kind: 'clip-gradients', value: 1 }, { kind: 'adam' }];
      return all.slice(0, 3);
    }
    case 'sudden-descent':
      return [{ kind: 'clip-gradients', value: 1 }, { kind: 'adam' }, terminate];
    case 'growth':
    case 'sweep':
    case 'passing':
    case 'validation':
    case 'continued':
      return [];
    case 'first-value':
    case 'first-epoch-adaptive':
    case 'first-epoch':
    case 'own-loss':
    case 'sudden':
      return [terminate];
  }
}
