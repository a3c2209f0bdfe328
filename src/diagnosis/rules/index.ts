import type { Rule } from '../rule';
import { accuracyDead } from './accuracy.dead';
import { callbacksNanErasesBackup } from './callbacks.nan-erases-backup';
import { dataNotFinite } from './data.not-finite';
import { dataOrdered } from './data.ordered';
import { dataTargetScale } from './data.target-scale';
import { dataUnscaledInputs } from './data.unscaled-inputs';
import { dataValidationScale } from './data.validation-scale';
import { labelsOutOfRange } from './labels.out-of-range';
import { layerConstantInitializer } from './layer.constant-initializer';
import { layerVanishingGradient } from './layer.vanishing-gradient';
import { learningRateUnusual } from './learning-rate.unusual';
import { learningRateVanished } from './learning-rate.vanished';
import { lossExploded } from './loss.exploded';
import { lossExploding } from './loss.exploding';
import { lossFingerprint } from './loss.fingerprint';
import { lossNan } from './loss.nan';
import { lossNegative } from './loss.negative';
import { lossOscillating } from './loss.oscillating';
import { lossSlow } from './loss.slow';
import { lossStart } from './loss.start';
import { lossStuck } from './loss.stuck';
import { metricAccuracyOnRegression } from './metric.accuracy-on-regression';
import { outputActivation } from './output.activation';
import { outputBounded } from './output.bounded';
import { outputDoubleSoftmax } from './output.double-softmax';
import { outputFromLogits } from './output.from-logits';
import { outputSoftmaxOneUnit } from './output.softmax-one-unit';
import { validationConstant } from './validation.constant';
import { validationExploding } from './validation.exploding';
import { validationOverfitting } from './validation.overfitting';

/** All rules. Among those about a run, an earlier one is the main finding when several fire. */
export const rules: readonly Rule[] = [
  lossExploded,
  lossExploding,
  lossNan,
  lossNegative,
  lossStart,
  lossFingerprint,
  lossStuck,
  accuracyDead,
  validationExploding,
  validationOverfitting,
  validationConstant,
  lossOscillating,
  learningRateVanished,
  lossSlow,
  outputSoftmaxOneUnit,
  outputActivation,
  outputFromLogits,
  outputDoubleSoftmax,
  outputBounded,
  labelsOutOfRange,
  layerConstantInitializer,
  layerVanishingGradient,
  metricAccuracyOnRegression,
  dataNotFinite,
  dataUnscaledInputs,
  dataTargetScale,
  dataValidationScale,
  dataOrdered,
  learningRateUnusual,
  callbacksNanErasesBackup,
];
