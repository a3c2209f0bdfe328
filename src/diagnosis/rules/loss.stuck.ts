import type { Remedy } from '../../script/remedy';
import type { Fit } from '../../script/script';
import { constantLoss, type ConstantLoss } from '../constant';
import { layersOf } from '../data';
import type { Rule } from '../rule';
import { isRound } from '../series';
import { known, usualRate, type Training } from '../training';

/** The loss has not moved since the first epoch, and its value names no cause. */
export const lossStuck: Rule = {
  code: 'loss.stuck',
  severity: 'warning',
  about: 'run',
  ofOutputs: true,
  *check({ run, fit, training }) {
    const constant = run && constantLoss(run, training, fit);
    if (!constant) return;
    const { curve, loss, relativeRange, accuracy } = constant;
    const first = curve.points[0]!;
    const rate = training.learningRate?.value;
    const tiny = rate !== undefined && rate <= 1e-6;
    yield {
      message: {
        id: tiny ? 'loss.stuck.tiny-rate' : messageOf(constant, training, fit),
        args: { loss, epochs: curve.points.length, percent: relativeRange * 100, learningRate: rate ?? '' },
      },
      log: first.value,
      ...(tiny && training.optimizerSpan && { script: training.optimizerSpan }),
      epoch: first.epoch,
      evidence: { loss, relativeRange, epochs: curve.points.length, accuracy: accuracy ?? null, learningRate: rate ?? null },
      related: [],
      remedies: tiny ? [{ kind: 'learning-rate', value: usualRate[training.family === 'descent' ? 'descent' : 'adaptive'] } satisfies Remedy] : [],
    };
  },
};

/** So many steps may be all the learning there is to do. */
const manySteps = 100;

function messageOf({ curve, relativeRange, accuracy }: ConstantLoss, { stepsPerEpoch }: Training, fit: Fit | undefined): string {
  if (relativeRange === 0 && fit && isFrozen(fit)) return 'loss.stuck.frozen';
  if (relativeRange === 0 && !isRound(curve.points[0]!.value.value)) return 'loss.stuck.unmoved';
  return accuracy === undefined && (stepsPerEpoch?.value ?? 0) >= manySteps ? 'loss.stuck.or-done' : 'loss.stuck';
}

/** Every layer says `trainable=False`. */
function isFrozen(fit: Fit): boolean {
  const layers = layersOf(fit);
  return layers.length > 0 && layers.every(({ config }) => known(config['trainable'])?.value === false);
}
