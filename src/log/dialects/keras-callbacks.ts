/*
 * What callbacks print between the epochs, those of Keras and `SaveModelCallback` of fastai. `inf` in them is healthy, and none of their numbers is a value of the epoch.
 *
 *   Epoch 2: ReduceLROnPlateau reducing learning rate to 4.999999873689376e-06.
 *   Epoch 00001: LearningRateScheduler setting learning rate to 0.01.
 *   Epoch 1: val_loss improved from inf to 0.31000, saving model to best.keras
 *   Epoch 3: val_accuracy did not improve from 0.95000
 *   Epoch 1: finished saving model to best.keras
 *   Epoch 00000: saving model to saved_model.hdf5
 *   Better model found at epoch 3 with valid_loss value: 0.3502342998981476.
 *   Epoch 5: early stopping
 *   Restoring model weights from the end of the best epoch: 1.
 *   Batch 47: Invalid loss, terminating training
 *   Traceback (most recent call last):
 *   Trial 2 Complete [00h 04m 17s]
 */
import type { NoticeKind } from '../run';
import { valueAt } from '../values';
import type { Dialect } from './dialect';

const EPOCH = String.raw`(?<![A-Za-z])Epoch (?<epoch>\d{1,9}): `;
const NUMBER = String.raw`(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|inf|-inf|nan)`;

const NOTICES: readonly { kind: NoticeKind; hint: string; pattern: RegExp }[] = [
  {
    kind: 'reduce-lr',
    hint: 'reducing learning rate to ',
    pattern: new RegExp(String.raw`(?:${EPOCH})?(?:ReduceLROnPlateau )?reducing learning rate to (?<rate>${NUMBER})`, 'd'),
  },
  {
    kind: 'lr-schedule',
    hint: 'LearningRateScheduler ',
    pattern: new RegExp(
      String.raw`${EPOCH}LearningRateScheduler (?:setting|reducing) learning rate to (?:tf\.Tensor\()?(?<rate>${NUMBER})`,
      'd',
    ),
  },
  {
    kind: 'checkpoint',
    hint: ' improved from ',
    pattern: new RegExp(String.raw`${EPOCH}\S{1,120} improved from (?:None|-?${NUMBER}) to (?<value>-?${NUMBER})`, 'd'),
  },
  { kind: 'checkpoint', hint: ' did not improve', pattern: new RegExp(String.raw`${EPOCH}\S{1,120} did not improve`, 'd') },
  { kind: 'checkpoint', hint: 'saving model to ', pattern: new RegExp(String.raw`${EPOCH}(?:finished )?saving model to `, 'd') },
  {
    kind: 'checkpoint',
    hint: 'Better model found at epoch ',
    pattern: new RegExp(String.raw`Better model found at epoch (?<epoch>\d{1,9}) with \S{1,120} value: (?<value>-?${NUMBER})`, 'd'),
  },
  { kind: 'early-stopping', hint: 'early stopping', pattern: new RegExp(String.raw`${EPOCH}early stopping`, 'd') },
  {
    kind: 'restore-best',
    hint: 'Restoring model weights',
    pattern: /Restoring model weights from the end of the best epoch(?:: (?<epoch>\d{1,9}))?/d,
  },
  {
    kind: 'terminate-on-nan',
    hint: 'Invalid loss, terminating training',
    pattern: /Batch (?<value>\d{1,12}): Invalid loss, terminating training/d,
  },
  { kind: 'traceback', hint: 'Traceback (most recent call last)', pattern: /Traceback \(most recent call last\)/d },
  { kind: 'trial', hint: 'Trial ', pattern: /^\s{0,8}Trial (?<value>\d{1,9}) Complete/d },
];

export const kerasCallbacks: Dialect = {
  name: 'keras-callbacks',
  read(line, builder) {
    for (const { kind, hint, pattern } of NOTICES) {
      if (!line.text.includes(hint)) continue;
      const match = pattern.exec(line.text);
      if (!match) continue;
      const rate = match.indices?.groups?.['rate'];
      const learningRate = rate ? valueAt(line, rate[0], rate[1]) : undefined;
      const value = learningRate?.value ?? numberIn(match, 'value');
      const epoch = numberIn(match, 'epoch');
      builder.notice(kind, line.span(match.index, line.text.trimEnd().length), {
        ...(value === undefined ? {} : { value }),
        ...(epoch === undefined ? {} : { epoch }),
        ...(learningRate ? { learningRate } : {}),
      });
      return line.text.length;
    }
    return undefined;
  },
};

function numberIn(match: RegExpExecArray, group: string): number | undefined {
  const text = match.groups?.[group];
  return text === undefined ? undefined : Number(text.replace('inf', 'Infinity'));
}
