import type { Remedy } from '../../script/remedy';
import { isAdversarialRun, trainingLoss } from '../curve';
import { roundDown } from '../round';
import type { Rule } from '../rule';
import { indexOfHighest, mean, median, quantile, smallest } from '../series';

const fewestEpochs = 12;

/**
 * The loss jumps up and down by a fifth of its size and its minimum does not fall. A sawtooth whose minimum falls is the
 * edge of stability (Cohen et al. 2021, arXiv 2103.00065) and healthy.
 */
export const lossOscillating: Rule = {
  code: 'loss.oscillating',
  severity: 'information',
  about: 'run',
  *check({ run, training }) {
    const curve = run && trainingLoss(run);
    if (!curve || isAdversarialRun(run)) return;
    const values = curve.points.map(({ value }) => value.value);
    if (values.length < fewestEpochs) {
      return yield { reason: { id: 'skipped.few-epochs', args: { have: values.length, need: fewestEpochs } } };
    }
    if (!values.every((value) => Number.isFinite(value) && value > 0)) return;
    const steps = values.slice(1).map((value, at) => value - values[at]!);
    const turns = steps.slice(1).filter((step, at) => step * steps[at]! < 0).length / (steps.length - 1);
    const size = mean(steps.map(Math.abs)) / mean(values);
    const third = Math.floor(values.length / 3);
    // The lower fifth instead of the minimum itself, which is one lucky epoch.
    const low = [values.slice(0, third), values.slice(-third)].map((part) => quantile(part, 0.2));
    if (turns < 0.6 || size < 0.2 || low[1]! < 0.9 * low[0]! || median(values.slice(-third)) < 0.7 * median(values.slice(0, third))) return;
    const rate = training.learningRate?.value;
    const worst = curve.points[indexOfHighest(values)]!;
    yield {
      message: { id: 'loss.oscillating', args: { percent: size * 100, turns: turns * 100, lowest: smallest(values) } },
      log: worst.value,
      epoch: worst.epoch,
      evidence: { meanStep: size, shareOfTurns: turns, firstLowerFifth: low[0]!, lastLowerFifth: low[1]!, learningRate: rate ?? null },
      related: [],
      remedies: rate === undefined ? [] : [{ kind: 'learning-rate', value: roundDown(rate / 4) } satisfies Remedy],
    };
  },
};
