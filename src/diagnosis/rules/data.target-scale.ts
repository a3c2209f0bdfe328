import type { Remedy } from '../../script/remedy';
import { sameModel, targetsOf } from '../data';
import { isRegressionLoss, outputOf } from '../outputs';
import { reachOf } from '../reach';
import { rounded, roundUp } from '../round';
import type { Rule } from '../rule';
import { mean, variance } from '../series';
import { known } from '../training';

/** The bound is loose, yet Adam's first steps may be longer than its learning rate: only what is twice too far is told. */
const tooFar = 2;

/** Above this an adaptive optimizer hardly trains a network (see learning-rate.unusual). */
const largestRate = 0.1;

/** An adaptive optimizer moves a weight by about its learning rate a step, which bounds how far the output can get. */
export const dataTargetScale: Rule = {
  code: 'data.target-scale',
  severity: 'warning',
  about: 'fit',
  *check({ script, fit, training }) {
    const output = outputOf(fit);
    if (!fit || !output || training.family !== 'adaptive' || !isRegressionLoss(output.loss.name)) return;
    // Their steps are as long as a weight's norm has them.
    if (training.optimizer === 'Lamb' || training.optimizer === 'Muon') return;
    // In a loop, or call after call, it gets farther than one call tells.
    if (script?.fits.some((other) => other !== fit && sameModel(other, fit))) return;
    if (training.scheduled) return yield { reason: { id: 'skipped.scheduled' } };
    const targets = targetsOf(fit);
    const epochs = known(fit.epochs)?.value;
    const rate = training.learningRate?.value;
    const steps = training.stepsPerEpoch?.value;
    if (!targets || epochs === undefined || rate === undefined || rate <= 0 || steps === undefined) {
      return yield { reason: { id: 'skipped.no-targets' } };
    }
    const values = Array.from(targets.data);
    const size = Math.abs(mean(values));
    const have = epochs * steps;
    const reach = reachOf(fit);
    const moved = reach && movedFor(size, reach);
    if (moved === undefined || moved < tooFar * have * rate) return;
    const enough = roundUp((tooFar * moved) / have);
    yield {
      message: { id: 'data.target-scale', args: { size, optimizer: training.optimizer ?? '', learningRate: rate, needed: moved / rate, have } },
      script: fit.y.span,
      evidence: { meanTarget: size, learningRate: rate, stepsNeeded: moved / rate, steps: have },
      related: [],
      remedies: [
        { kind: 'rescale-output', scale: rounded(Math.sqrt(variance(values)) || 1), offset: rounded(mean(values)) } satisfies Remedy,
        ...(enough <= largestRate ? [{ kind: 'learning-rate', value: enough } satisfies Remedy] : []),
      ],
    };
  },
};

/** How far the weights must move at least for an output of this size; undefined where no distance bounds it. */
function movedFor(size: number, reach: (moved: number) => number): number | undefined {
  const enough = (moved: number): boolean => !(reach(moved) < size);
  let [low, high] = [0, 1];
  if (enough(low)) return undefined;
  while (!enough(high)) {
    if (high > 1e12) return undefined;
    [low, high] = [high, 2 * high];
  }
  for (let halving = 0; halving < 30; halving++) {
    const middle = (low + high) / 2;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
