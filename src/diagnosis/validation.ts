import type { Run } from '../log/run';
import { accuracies, trainingLoss, validationLoss, type Point } from './curve';

/** A validation loss and the training loss of the same epoch. */
export interface Pair {
  readonly validation: Point;
  readonly training: number;
}

/** The epochs that print both losses. */
export function lossPairs(run: Run): Pair[] {
  const byEpoch = new Map((trainingLoss(run)?.points ?? []).map(({ epoch, value }) => [epoch, value.value]));
  return (validationLoss(run)?.points ?? []).flatMap((validation) => {
    const training = byEpoch.get(validation.epoch);
    return training === undefined ? [] : [{ validation, training }];
  });
}

/** A validation loss a million times the training loss, now and at the start: no overfitting is that bad. */
const farApart = 1e6;
/** Five times is bad overfitting, unless it is so in every epoch from the first, */
const apart = 5;
const fewestEpochs = 5;
/** … in which the model knew nothing by heart yet: its training accuracy was lower. */
const notLearned = 0.9;

/**
 * Where the validation loss is so far above the training loss that no overfitting explains it: once beyond all measure,
 * or from the first epoch of a classifier on.
 */
export function farFromTraining(run: Run): Pair | undefined {
  const pairs = lossPairs(run);
  const times = ({ validation, training }: Pair): number =>
    training > 0 && Number.isFinite(validation.value.value) ? validation.value.value / training : 0;
  const start = pairs[0]?.training ?? 0;
  const beyond = pairs.find((pair) => times(pair) >= farApart && pair.validation.value.value >= farApart * start);
  if (beyond) return beyond;
  const [accuracy] = accuracies(run)[0]?.points ?? [];
  const fresh = accuracy?.epoch === 1 && accuracy.value.value < notLearned;
  return fresh && pairs.length >= fewestEpochs && pairs.every((pair) => times(pair) >= apart) ? pairs[0] : undefined;
}
