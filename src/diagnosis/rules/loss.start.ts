import type { Fit } from '../../script/script';
import type { Message } from '../../text/message';
import { trainingLoss } from '../curve';
import { inputsOf, largestInput, layersOf, outputLayer, sampleWeightsOf, scalesInputs, targetsOf, unitsOf } from '../data';
import type { Severity } from '../finding';
import { equalShares, isClassLoss, labelShares } from '../fingerprints';
import type { Rule } from '../rule';
import { usualRate } from '../training';
import { normalizing } from './data.unscaled-inputs';

/** Keras clips probabilities at 1e-7, −ln 1e-7 = 16.118: beyond that outputs, not probabilities, are that far off. */
const beyondClipping = 16.2;
/** One epoch at a larger rate may carry a network anywhere. */
const highestRate = 10 * usualRate.adaptive;
/** Inputs below this do not make outputs of that size. */
const large = 10;

/** A classifier whose first epoch costs what no guess costs: its outputs start far off, as those of inputs that nobody scaled. */
export const lossStart: Rule = {
  code: 'loss.start',
  severity: 'warning',
  about: 'run',
  *check({ run, fit, training: { family, lossName, learningRate } }) {
    const first = run && trainingLoss(run)?.points[0];
    if (!fit || first?.epoch !== 1 || !(first.value.value > beyondClipping && Number.isFinite(first.value.value))) return;
    // SGD on such inputs explodes, and is told of by the inputs alone.
    if (lossName === undefined || !isClassLoss(lossName) || family !== 'adaptive' || !learningRate || learningRate.value > highestRate) return;
    if (sampleWeightsOf(fit) !== 'equal' || fit.loadedWeights || scalesInputs(fit) || isPenalized(fit)) return;
    const output = outputLayer(fit);
    const guess = labelShares(lossName, targetsOf(fit)) ?? equalShares(lossName, output && unitsOf(output));
    const inputs = inputsOf(fit);
    const highest = inputs && largestInput(inputs);
    if (!guess || (highest !== undefined && highest < large)) return;
    const loss = first.value.value;
    const args = { loss, guess: guess.entropy };
    const [severity, message]: readonly [Severity, Message] =
      highest === undefined ? ['information', { id: 'loss.start', args }] : ['warning', { id: 'loss.start.inputs', args: { ...args, highest } }];
    yield {
      severity,
      message,
      log: first.value,
      script: fit.x.span,
      epoch: first.epoch,
      evidence: { firstLoss: loss, guess: guess.entropy, largestInput: highest ?? null },
      related: [],
      remedies: normalizing,
    };
  },
};

/** Whether something is, or may be, added to the crossentropy. */
function isPenalized(fit: Fit): boolean {
  return layersOf(fit).some(({ className, config, origin }) => {
    const penalties = Object.entries(config).filter(([name, read]) => name.endsWith('regularizer') && !(read.known && read.value === null));
    return origin !== undefined || className === 'ActivityRegularization' || penalties.length > 0;
  });
}
