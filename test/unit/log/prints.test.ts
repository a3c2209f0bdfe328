import assert from 'node:assert/strict';
import { readLog } from '../../../src/log';

interface Print {
  readonly what: string;
  readonly text: string;
  readonly epochs: readonly number[];
  /** Of the last epoch. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly unit?: 'step' | 'round';
}

/** How training loops print, each shape with the fewest lines that show it. */
const prints: readonly Print[] = [
  {
    what: 'a metric after so many iterations',
    text: 'Cost after iteration 0: 0.7010\nCost after iteration 100: 0.5520\n',
    epochs: [0, 100],
    metrics: { Cost: 0.552 },
    unit: 'step',
  },
  { what: 'a metric after an epoch', text: 'Cost after epoch 0: 1.02\nCost after epoch 50: 0.91\n', epochs: [0, 50], metrics: { Cost: 0.91 } },
  { what: 'a metric of an iteration', text: 'loss of iteration 0 : 1.7\nloss of iteration 20 : 1.5\n', epochs: [0, 20], metrics: { loss: 1.5 }, unit: 'step' },
  { what: 'a score at an iteration', text: '06:38:16.4 [main] INFO org.Listener - Score at iteration 100 is 1.39\n', epochs: [100], metrics: { Score: 1.39 }, unit: 'step' },
  { what: 'a metric and the epoch in its name', text: 'accuracy epoch 0:0.66\naccuracy epoch 1:0.67\n', epochs: [0, 1], metrics: { accuracy: 0.67 } },
  { what: 'a metric that is', text: 'Epoch 1 of 2\nBatch 0, average loss is 2.3, average accuracy is 0.1\n', epochs: [1], metrics: { 'average loss': 2.3, 'average accuracy': 0.1 } },
  { what: 'arrows', text: 'Iter 0: Train Loss --> 4.36, Val Loss --> 4.35\nIter 500: Train Loss --> 1.68, Val Loss --> 1.84\n', epochs: [0, 500], metrics: { 'Train Loss': 1.68, 'Val Loss': 1.84 }, unit: 'step' },
  { what: 'the step in front of other metrics than losses', text: '[2024-05-08 04:06:17,722 INFO] Step 50/100000; acc:  12.00; ppl: 26.87; lr: 1.00000; 11270/8704 tok/s\n', epochs: [50], metrics: { acc: 12, ppl: 26.87, lr: 1 }, unit: 'step' },
  { what: 'the number of the step alone', text: '0 [D loss: 0.69, acc.: 50.00%] [G loss: 0.71]\n1 [D loss: 0.50, acc.: 70.00%] [G loss: 0.80]\n', epochs: [0, 1], metrics: { 'D loss': 0.5, 'acc.': 70, 'G loss': 0.8 }, unit: 'step' },
  { what: 'epoch and batch in brackets', text: '[1,  2000] loss: 2.173\n[1,  4000] loss: 1.856\n[2,  2000] loss: 1.405\n', epochs: [1, 2], metrics: { loss: 1.405 } },
  { what: 'epoch and batch in two brackets', text: '[0/5][50/1583]\tLoss_D: 0.9\tLoss_G: 15.1\n[1/5][0/1583]\tLoss_D: 0.5\tLoss_G: 4.1\n', epochs: [0, 1], metrics: { Loss_D: 0.5, Loss_G: 4.1 } },
  { what: 'the data in brackets behind the word epoch', text: 'Epoch(train)   [1][ 50/100]  lr: 1e-03  loss: 1.2\nEpoch(val)   [1][10/10]  accuracy: 0.7\n', epochs: [1], metrics: { lr: 0.001, loss: 1.2, 'val accuracy': 0.7 } },
  { what: 'the data in front of the epoch', text: 'train (1/2) loss: 0.5\nvalid (1/2) loss: 0.4\n', epochs: [1], metrics: { loss: 0.5, 'val loss': 0.4 } },
  { what: 'one line for training and one for validation', text: 'INFO | train | epoch 001 | loss 8.1 | ppl 181.2\nINFO | valid | epoch 001 | valid on \'valid\' subset | loss 7.1 | ppl 90.5\n', epochs: [1], metrics: { loss: 8.1, ppl: 181.2, 'val loss': 7.1, 'val ppl': 90.5 } },
  { what: 'validation and test of an epoch', text: 'Training Epoch: 1, Loss: 0.2\nValidating Epoch: 1, accuracy: 0.94\nTesting Epoch: 1, accuracy: 0.95\n', epochs: [1], metrics: { Loss: 0.2, 'val accuracy': 0.94, 'test accuracy': 0.95 } },
  { what: 'settings between the epoch and the time', text: "2025-06-02 14:24:20,402 - INFO - Config: {'batch_size': 128, 'learning_rate': 0.001}, Epoch 1/30, Train Loss: 1.5\n", epochs: [1], metrics: { learning_rate: 0.001, 'Train Loss': 1.5 } },
  { what: 'the file and line of a logger', text: 'I0224 00:32:03.932723   655 solver.cpp:229] Iteration 100, loss = 1.06\n', epochs: [100], metrics: { loss: 1.06 }, unit: 'step' },
  { what: 'values in brackets', text: 'epoch: 0, batch: 100, loss is: [0.5], acc is [0.8]\n', epochs: [0], metrics: { loss: 0.5, acc: 0.8 } },
  { what: 'Chinese', text: '第1轮 训练损失: 0.5 准确率: 0.8\n第2轮 训练损失: 0.4 准确率：0.85\n', epochs: [1, 2], metrics: { 训练损失: 0.4, 准确率: 0.85 } },
  { what: 'Spanish', text: 'Época 1/2, pérdida: 0.5\nÉpoca 2/2, pérdida: 0.4\n', epochs: [1, 2], metrics: { pérdida: 0.4 } },
  { what: 'an update printed twice, with the step of the training and with the epoch', text: 'Training Step: 3  | total loss: \x1b[1m0.50000\x1b[0m | time: 0.1s\n| Adam | epoch: 002 | loss: 0.50000 - acc: 0.7000 -- iter: 32/64\n', epochs: [2], metrics: { loss: 0.5, acc: 0.7 } },
  { what: 'the checkpoint of Lightning', text: "Epoch 0, global step 2917: 'val_loss' reached 0.64435 (best 0.64435), saving model to '/logs/epoch=0-step=2917.ckpt' as top 1\n", epochs: [0], metrics: { val_loss: 0.64435 } },
  { what: 'bars of rich', text: 'Epoch 0/1  ━━━━━━━━━━ 50/100 0:00:02 • 0:00:02 18.2it/s v_num: 0 train_loss: 0.6\rEpoch 0/1  ━━━━━━━━━━ 100/100 0:00:05 • 0:00:00 18.2it/s v_num: 0 train_loss: 0.5\n', epochs: [0], metrics: { train_loss: 0.5 } },
  { what: 'bars cut at the width of the terminal', text: 'Epochs:  18%|▏| 76/400 [9:53:48<41:30:56, 462.71s/it, train_loss=0.8734, val_loss=0.7501, val_f1=0.62\rEpochs:  19%|▏| 77/400 [9:53:48<41:30:56, 462.71s/it, train_loss=0.8634, val_loss=0.7401, val_f1=0.6`Trainer.fit` stopped: `max_epochs=77` reached.\n', epochs: [76, 77], metrics: { train_loss: 0.8634, val_loss: 0.7401 } },
  { what: 'the number of an epoch behind its bar', text: '100%|███| 9/9 [00:12<00:00,  8.1it/s, loss=0.5]\nEpoch 0: Train Loss: 0.6\n100%|███| 9/9 [00:12<00:00,  8.1it/s, loss=0.4, batch_id=8]\nEpoch 1: Train Loss: 0.45\n', epochs: [0, 1], metrics: { loss: 0.4, 'Train Loss': 0.45 } },
  { what: 'a NaN that looks like the rest of a bar of Keras', text: 'Epoch 1/2\nloss: 0.5 - val_loss: 0.6\nEpoch 2/2\nloss: nan - val_loss: nan\n', epochs: [1, 2], metrics: { loss: NaN, val_loss: NaN } },
  { what: 'the columns of Megatron', text: [100, 200].map((step) => ` iteration      ${step}/     500 | consumed samples:     800 | elapsed time per iteration (ms): 47.9 | learning rate: 2.999E-04 | global batch size:     8 | lm loss: ${step / 100}.5E+00 | loss scale: 1.0 | grad norm: nan | number of skipped iterations:   0 |\n`).join(''), epochs: [100, 200], metrics: { 'consumed samples': 800, 'learning rate': 2.999e-4, 'lm loss': 2.5, 'loss scale': 1, 'grad norm': NaN }, unit: 'step' },
  { what: 'a NaN and no number', text: 'Epoch 1/2\nTrain Loss: 0.5\nEpoch 2/2\nTrain Loss: nan\n', epochs: [1, 2], metrics: { 'Train Loss': NaN } },
  { what: 'bars of an unknown number of steps', text: 'Epoch 1/2: 201it [00:24,  7.66it/s, loss=0.9]\nEpoch 2/2: 100it [00:12,  7.66it/s, loss=0.8]\rEpoch 2/2: 201it [00:24,  7.66it/s, loss=nan, lr=0.1]\n', epochs: [1, 2], metrics: { loss: NaN, lr: 0.1 } },
  { what: 'the epoch among the metrics of a bar', text: '100%|█| 32/32 [00:12<00:00,  2.63it/s, epoch=1/2, avg_epoch_loss=1.99]\n 50%|█| 16/32 [00:06<00:06,  2.63it/s, epoch=2/2, avg_epoch_loss=1.9]\r100%|█| 32/32 [00:12<00:00,  2.63it/s, epoch=2/2, avg_epoch_loss=1.8]\n', epochs: [1, 2], metrics: { avg_epoch_loss: 1.8 } },
  { what: 'the time of the epoch behind its bar', text: 'Epoch 8: 100%|█| 9/9 [00:42<00:00,  6.22it/s, loss=1.9]\nMean Training loss : nan\nEpoch 8 time: 45.87 seconds\nEpoch 9: 100%|█| 9/9 [00:44<00:00,  6.01it/s, loss=1.8]\nMean Training loss : 1.7\nEpoch 9 time: 47.3 seconds\n', epochs: [8, 9], metrics: { loss: 1.8, 'Mean Training loss': 1.7 } },
  { what: 'a bar cut by what is printed behind it', text: "Epoch 0:  50%|█▍  | 7/14 [04:03<04:03,  4.14it/s, loss=0.5, v_num=Epoch 0, global step 51: 'val_acc' reached 0.02 (best 0.02), saving model to 'a.ckpt' as top 3\n", epochs: [0], metrics: { loss: 0.5, val_acc: 0.02 } },
  { what: 'wrapped bars of rich', text: `Epoch 0/1 ━━━━━━ 1/1 0:00:00 • 0:00:00 0.00it/s v_num: 0 train/loss:  \n${' '.repeat(30)}0.77 train_acc: 0.9  \nEpoch 1/1 ━━━━━━ 1/1 0:00:00 • 0:00:00 0.00it/s v_num: 0 train/loss: 0.76 train_acc:\n${' '.repeat(30)}1.000 val_loss: 0.5   \n`, epochs: [0, 1], metrics: { 'train/loss': 0.76, train_acc: 1, val_loss: 0.5 } },
  { what: 'the rounds of a Chinese course', text: '-------第 1 轮训练开始------\n训练次数：100, Loss：1.98\n整体测试集上的Loss: 262.62\n-------第 2 轮训练开始------\n训练次数：800, Loss：1.25\n整体测试集上的Loss: 230.35\n', epochs: [1, 2], metrics: { Loss: 1.25, '整体测试集上的Loss': 230.35 } },
  { what: 'epoch and step without their names', text: '333 154 Loss=0.5 Time=0.040\n333 155 Loss=0.4 Time=0.041\n334 1 Loss=0.3 Time=0.044\n', epochs: [333, 334], metrics: { Loss: 0.3 } },
  { what: 'a dash behind the number of the epoch', text: 'Training loss at epoch 1 - 0.0345\nTraining loss at epoch 2 - nan\n', epochs: [1, 2], metrics: { 'Training loss': NaN } },
  { what: 'the epoch called this one', text: 'Finished epoch 0. Average loss for this epoch: 0.026\nFinished epoch 1. Average loss for this epoch: 0.020\n', epochs: [0, 1], metrics: { 'Average loss for this epoch': 0.02 } },
  { what: 'nothing between number and name', text: 'epoch:1loss:1.76\nepoch:2loss:1.09\n', epochs: [1, 2], metrics: { loss: 1.09 } },
  { what: 'bars and prints that take turns', text: 'Epoch 1/2: 100%|███| 2/2 [00:01<00:00, 2.0it/s, loss=0.9]\nEpoch 1/2\nTrain Loss: 0.95\nVal Loss: 1.05\nEpoch 2/2: 100%|███| 2/2 [00:01<00:00, 2.0it/s, loss=0.7]\nEpoch 2/2\nTrain Loss: 0.8\nVal Loss: 0.9\n', epochs: [1, 2], metrics: { loss: 0.7, 'Train Loss': 0.8, 'Val Loss': 0.9 } },
  { what: 'a table and prints that take turns', text: '     Epoch  iou_loss   l1_loss\n      0/1     4.583     3.153\nEpoch: 0 | mAP@0.5: 0.1\n     Epoch  iou_loss   l1_loss\n      1/1     4.1     3.0\nEpoch: 1 | mAP@0.5: 0.2\n', epochs: [0, 1], metrics: { iou_loss: 4.1, l1_loss: 3, 'mAP@0.5': 0.2 } },
  { what: 'two metrics with two values', text: 'Epoch: 001/100 | Batch 000/469 | Gen/Dis Loss: 0.6576/-0.7134\n', epochs: [1], metrics: { 'Gen Loss': 0.6576, 'Dis Loss': -0.7134 } },
  { what: 'tensors', text: "Epoch :  1  loss :  tensor(1763.8848, device='cuda:0')\nEpoch :  2  loss :  tensor(nan)\n", epochs: [1, 2], metrics: { loss: NaN } },
  { what: 'iterations before the first epoch', text: '(Iteration 1 / 200) loss: 2.314871\n(Epoch 0 / 10) train acc: 0.138000; val_acc: 0.142000\n(Iteration 11 / 200) loss: 2.1\n(Epoch 1 / 10) train acc: 0.340000; val_acc: 0.282000\n', epochs: [0, 1], metrics: { 'train acc': 0.34, val_acc: 0.282 } },
  { what: 'darknet', text: ' 1: 800.123, 800.066 avg loss, 0.000100 rate, 5.1 seconds, 64 images, 10.5 hours left\n', epochs: [1], metrics: { loss: 800.123, 'avg loss': 800.066, learning_rate: 0.0001 }, unit: 'step' },
  { what: 'cross-validation of XGBoost', text: '[0]\ttrain-error:0.10+0.01\ttest-error:0.12+0.02\n', epochs: [0], metrics: { 'train-error': 0.1, 'test-error': 0.12 }, unit: 'round' },
  { what: 'gradient boosting of scikit-learn', text: '      Iter       Train Loss   Remaining Time \n         1           1.2564            0.50s\n         2           1.1690            0.40s\n', epochs: [1, 2], metrics: { 'Train Loss': 1.169 }, unit: 'round' },
  { what: 'spaCy', text: 'E    #       LOSS TOK2VEC  LOSS NER  SCORE \n---  ------  ------------  --------  ------\n  0       0          0.00     39.33    0.00\n  1     400         20.00   1000.10    0.60\n', epochs: [0, 1], metrics: { 'LOSS TOK2VEC': 20, 'LOSS NER': 1000.1, SCORE: 0.6 } },
  { what: 'a table in Markdown', text: '| Training Loss | Epoch | Step | Validation Loss |\n|:-------------:|:-----:|:----:|:---------------:|\n| No log        | 0.5   | 50   | 0.9             |\n| 0.3           | 2.0   | 200  | 0.35            |\n', epochs: [1, 2], metrics: { 'Training Loss': 0.3, 'Validation Loss': 0.35 } },
  { what: 'several tabs between columns', text: 'iter\tLogloss\t\t\tAUC\n0\t\t0.69\t0.5\n1\t\t0.68\t0.55\n', epochs: [1, 2], metrics: { Logloss: 0.68, AUC: 0.55 } },
  { what: 'a history', text: "{'loss': [0.9, 0.5], 'val_loss': [0.8, nan]}\n", epochs: [1, 2], metrics: { loss: 0.5, val_loss: NaN } },
  { what: 'a history on several lines', text: "{'loss': [0.9,\n  0.5],\n 'accuracy': [0.5,\n  0.7]}\n", epochs: [1, 2], metrics: { loss: 0.5, accuracy: 0.7 } },
  { what: 'a bar of tqdm that is described by its metrics, and its validation', text: 'Epoch: 1 Loss: 3.7244 Acc: 0.0312 : 100%|███| 10/10 [01:52<00:00,  8.93it/s]\nTest : 1 Loss: 3.8 Acc: 0.03 : 100%|███| 5/5 [00:05<00:00, 17.52it/s]\nEpoch: 2 Loss: 3.1 Acc: 0.2 : 100%|███| 10/10 [01:52<00:00,  8.93it/s]\nTest : 2 Loss: 3.2 Acc: 0.19 : 100%|███| 5/5 [00:05<00:00, 17.52it/s]\n', epochs: [1, 2], metrics: { Loss: 3.1, Acc: 0.2, 'test Loss': 3.2, 'test Acc': 0.19 } },
  { what: 'a description of one metric', text: '  0%|          | 0/98 [00:00<?, ?it/s]loss 1.87685: 100%|██████████| 98/98 [00:50<00:00,  1.94it/s]\nloss 1.5: 100%|██████████| 98/98 [00:21<00:00,  4.60it/s]\n', epochs: [1, 2], metrics: { loss: 1.5 } },
  { what: 'bars that say at their end what they measure', text: '100%|██| 9/9 [05:23<00:00,  1.07s/it, accuracy=0.778, loss=0.633, stage=train]\n100%|██| 3/3 [00:22<00:00,  1.51it/s, accuracy=0.804, loss=0.571, stage=valid]\nValidation score improved (inf --> 0.571). Saving model!\n', epochs: [1], metrics: { accuracy: 0.778, loss: 0.633, 'val accuracy': 0.804, 'val loss': 0.571 } },
  { what: 'steps in front of the line that names their epoch', text: 'step 100, loss 0.9\nstep 200, loss 0.8\nEpoch 1 loss 0.85\nstep 100, loss 0.7\nEpoch 2 loss 0.65\n', epochs: [1, 2], metrics: { loss: 0.65 } },
  { what: 'the first step alone in front of the line that names its epoch', text: 'step 0, loss 0.9\nEpoch 1 loss 0.85\nstep 100, loss 0.7\nEpoch 2 loss 0.65\n', epochs: [1, 2], metrics: { loss: 0.65 } },
  { what: 'a header behind the name of a logger', text: '2020-05-23 20:10:39,834 - train.log - INFO - Epoch [1/2]\n2020-05-23 20:11:11,028 - train.log - INFO - Iter: 0 | Train Loss: 19.8 | Dev Loss: 17.5\n2020-05-23 20:15:43,890 - train.log - INFO - Epoch [2/2]\n2020-05-23 20:16:11,028 - train.log - INFO - Iter: 100 | Train Loss: 9.8 | Dev Loss: 7.5\n', epochs: [1, 2], metrics: { 'Train Loss': 9.8, 'Dev Loss': 7.5 } },
  { what: 'losses that stand alone, each with what was tested', text: 'Training Loss: 0.1345\nModel test error: 0.61342\nTraining Loss: 0.1092\nModel test error: 0.47339\n', epochs: [1, 2], metrics: { 'Training Loss': 0.1092, 'Model test error': 0.47339 } },
  { what: 'a loss without its name', text: '      0/ 200000: 27.8817\n  10000/ 200000: 2.8263\n', epochs: [0, 10000], metrics: { loss: 2.8263 }, unit: 'step' },
  { what: 'spaCy 2', text: "Losses {'ner': 21.3}\nLosses {'ner': 1.3e-05}\n", epochs: [1, 2], metrics: { 'ner loss': 1.3e-5 } },
  { what: 'fastText', text: 'Progress:  45.3% words/sec/thread:  123456 lr:  0.054700 avg.loss:  2.345678 ETA:   0h 0m12s\rProgress: 100.0% words/sec/thread:  123456 lr:  0.000000 avg.loss:  0.234567 ETA:   0h 0m 0s\n', epochs: [1], metrics: { loss: 0.234567, lr: 0 } },
  { what: 'the rounds of Flower', text: 'INFO :      History (loss, distributed):\nINFO :      \tround 1: 2.1\nINFO :      \tround 2: nan\n', epochs: [1, 2], metrics: { loss: NaN } },
  { what: 'the tables of Stable Baselines', text: '-----------------------------\n| rollout/           |      |\n|    ep_rew_mean     | 22.2 |\n| time/              |      |\n|    total_timesteps | 2048 |\n-----------------------------\n-----------------------------\n| time/              |      |\n|    total_timesteps | 4096 |\n| train/             |      |\n|    loss            | 8.33 |\n|    explained_variance | -0.0011 |\n-----------------------------\n', epochs: [2048, 4096], metrics: { loss: 8.33, explained_variance: -0.0011 }, unit: 'step' },
];

describe('what training loops print', () => {
  for (const { what, text, epochs, metrics, unit } of prints) {
    it(what, () => {
      const [run, ...others] = readLog(text);
      assert.deepEqual(others, []);
      assert.deepEqual(run!.epochs.map(({ number }) => number), epochs);
      assert.deepEqual(Object.fromEntries([...run!.epochs.at(-1)!.metrics].map(([name, { value }]) => [name, value])), metrics);
      assert.equal(run!.unit, unit);
    });
  }

  it('begins another run where the epoch has the same number of another total', () => {
    const runs = readLog('Epoch 1/1 - Train Loss: 0.38\nEpoch 1/3 - Train Loss: 0.06\nEpoch 2/3 - Train Loss: 0.05\n');
    assert.deepEqual(runs.map(({ epochs, declaredEpochs }) => [epochs.length, declaredEpochs]), [[1, 1], [2, 3]]);
  });

  it('begins another run where the line behind a bar counts from the first epoch again', () => {
    const training = (...losses: readonly number[]): string =>
      losses.map((loss, index) => `100%|███| 9/9 [00:12<00:00,  8.1it/s, loss=${loss}]\nEpoch ${index + 1}/${losses.length}: val loss: 0.9\n`).join('');
    const runs = readLog(`${training(0.5, 0.4)}${training(0.8, 0.7, 0.6)}100%|███| 9/9 [00:12<00:00,  8.1it/s, loss=0.1]\n`);
    const losses = runs.map(({ epochs }) => epochs.map(({ metrics }) => metrics.get('loss')?.value));
    assert.deepEqual(losses, [[0.5, 0.4], [0.8, 0.7, 0.6, 0.1]]);
    assert.deepEqual(runs.map(({ declaredEpochs }) => declaredEpochs), [2, 3]);
    assert.equal(runs[1]!.epochs.at(-1)!.complete, false);
  });

  it('begins another run behind a training printed in steps, where no steps stand between the epochs', () => {
    const steps = 'step 100, loss 0.9\nstep 200, loss 0.8\n';
    const epochs = (text: string) => readLog(text).map((run) => [run.unit, ...run.epochs.map(({ number, updates }) => [number, updates.length])]);
    const apart = [['step', [100, 0], [200, 0]], [undefined, [1, 0], [2, 0], [3, 0]]];
    assert.deepEqual(epochs(`${steps}Epoch 1 loss 0.85\nEpoch 2 loss 0.65\nEpoch 3 loss 0.5\n`), apart);
    assert.deepEqual(epochs(`${steps}Epoch 1 loss 0.85\nstep 300, loss 0.7\nEpoch 2 loss 0.65\nEpoch 3 loss 0.5\n`), [[undefined, [1, 2], [2, 1], [3, 0]]]);
  });

  for (const [what, text] of [
    ['behind its name', 'Training losses: [0.91, 0.52, nan, 0.29, 1e-05]\n'],
    ['of NumPy\'s numbers', 'loss = [np.float32(0.91), np.float32(0.52), np.float32(nan), np.float32(0.29), np.float32(1e-05)]\n'],
    ['that was asked for in Python', ">>> history.history['loss']\n[0.91, 0.52, nan, 0.29, 1e-05]\n"],
    ['that was asked for in IPython', "In [3]: history.history['loss']\nOut[3]: [0.91, 0.52, nan, 0.29, 1e-05]\n"],
  ] as const) {
    it(`reads a list of losses ${what}`, () => {
      const [run, ...others] = readLog(text);
      assert.deepEqual(others, []);
      const losses = run!.epochs.map(({ number, metrics }) => [number, ...[...metrics.values()].map(({ value, start, end }) => [value, text.slice(start, end)])]);
      assert.deepEqual(losses, [[1, [0.91, '0.91']], [2, [0.52, '0.52']], [3, [NaN, 'nan']], [4, [0.29, '0.29']], [5, [1e-5, '1e-05']]]);
    });
  }

  it('begins another run of boosting behind the best round of the one before', () => {
    const fold = (first: number) => `[${first}]\tvalid_1's auc: 0.8\nEarly stopping, best iteration is:\n[${first - 83}]\tvalid_1's auc: 0.81\n`;
    assert.deepEqual(readLog(fold(200) + fold(400)).map(({ epochs }) => epochs.map(({ number }) => number)), [[200], [400]]);
  });

  it('reads the lists of fastai 0.7 only behind a bar', () => {
    const lists = '[ 0.      0.2649  0.1643  0.9404]\n[ 1.      0.1998  nan  0.9681]\n';
    assert.deepEqual(readLog(lists), []);
    const [, run] = readLog(` 10%|█   | 1/10 [00:05<04:30,  5.75s/it, loss=0.74]\r${lists}`);
    const epochs = run!.epochs.map(({ number, metrics }) => [number, ...[...metrics.values()].map(({ value }) => value)]);
    assert.deepEqual(epochs, [[0, 0.2649, 0.1643, 0.9404], [1, 0.1998, NaN, 0.9681]]);
  });

  it('takes empty cells of Lightning\'s table, which pandas shows as NaN, for no values', () => {
    const row = (cells: readonly string[]) => `<tr><th>0</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
    const head = `<tr>${['', 'epoch', 'step', 'train_loss', 'val_loss'].map((name) => `<th>${name}</th>`).join('')}</tr>`;
    const [run] = readLog(`<table>${head}${row(['0', '49', 'NaN', '0.6'])}${row(['0', '50', '0.5', 'NaN'])}</table>\n`);
    assert.deepEqual([...run!.epochs[0]!.metrics].map(([name, { value }]) => [name, value]), [['val_loss', 0.6], ['train_loss', 0.5]]);
    assert.equal(run!.epochs[0]!.firstNonFinite, undefined);
  });

  it('takes the models that fastai saves for notices', () => {
    const [run, ...others] = readLog('epoch     train_loss  valid_loss  time\n0         0.9  0.8  00:05\nBetter model found at epoch 0 with valid_loss value: 0.8000001.\n');
    assert.deepEqual(others, []);
    assert.deepEqual(run!.notices.map(({ kind, epoch, value }) => [kind, epoch, value]), [['checkpoint', 0, 0.8000001]]);
    assert.equal(run!.epochs[0]!.metrics.get('valid_loss')!.value, 0.8);
  });

  for (const [what, text] of [
    ['a command line', 'python train.py --json=data/30k256.json --decoder_lr=1e-3 --epoch=80 --grad_loss=0.5\n'],
    ['the name of a file', '2026-06-30 16:42:13 | INFO | before: weights/epoch30.pt loss=0.5\n'],
    ['the trials of a search', 'val_loss,iteration,activation,optimizer\n2.15e-08,0,relu,Adam\n2.28e-08,1,tanh,SGD\n'],
    ['a list of numbers', '[ 0.  0.5  0.25]\n'],
    ['a list of numbers without a name', '[0.9, 0.8, 0.7, 0.6, 0.5]\n'],
    ['a list behind a question and something else', ">>> history.history['loss']\nKeyError\n[0.9, 0.8, 0.7, 0.6, 0.5]\n"],
    ['the loss and the metrics of an evaluation', 'loss: [0.3, 0.9, 0.8]\n'],
    ['the scale of a loss', ' iteration     5426/  250000 | consumed samples:  8 | learning rate: 1E-04 | global batch size: 8 | loss scale: 1.0 | grad norm: nan |\n'],
    ['an array of NumPy', 'loss: [0.9 0.8 0.7 0.6 0.5]\n'],
    ['a list of counts', 'losses: [10, 20, 30, 40, 50]\n'],
    ['a setting in YAML', 'loss_weights: [0.5, 0.5, 0.5, 0.5, 0.5]\n'],
    ['settings in JSON', '{"class_loss_weights": [1.0, 0.5], "rates": [0.1, 0.2]}\n'],
    ['the summary of Weights & Biases', '{"loss": 0.5, "epoch": 3, "_step": 449, "_wandb": {"runtime": 17}}\n'],
    ['a checkpoint of Lightning that was not the best', "Epoch 3, global step 1080: 'val_loss' was not in top 1\n"],
    ['prose about an epoch', 'rate 0.25 overlearning was partially prevented but the count is low. Epoch=25 accuracy: 0.9178\n'],
    ['prose about steps', 'With these settings the model takes about two hours and after 60 iterations it will reach a validation loss: 2.4 or so.\n'],
    ['a history that a bar has printed before', "Epoch 1/1\n3/3 [=====] - 0s 1ms/step - loss: 0.5000\n{'loss': [0.5]}\n"],
    ['lists that end in other lines', "{'weights': [1, 2,\nno list at all: 3\n"],
    ['a search for hyperparameters', '100%|██████████| 10/10 [00:10<00:00,  1.00s/trial, best loss: -0.95]\n'],
    ['a table without a loss', 'E    #       ENTS_F\n1     400         20.00\n'],
  ] as const) {
    it(`takes ${what} for none of an own`, () => {
      assert.ok(readLog(text).length <= (text.startsWith('Epoch') ? 1 : 0));
    });
  }
});
