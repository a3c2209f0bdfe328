import assert from 'node:assert/strict';
import { decodeLog, LogDecoder, LogDocument, LogReader, looksLikeLog, readLog } from '../../../src/log';
import { fixtures } from './fixtures';

function fixture(name: string): string {
  return fixtures.find((one) => one.name === name)!.text;
}

describe('what a log says besides its values', () => {
  it('tells the learning rate of each epoch from the metrics, or from what callbacks print', () => {
    const rates = (text: string) => readLog(text)[0]!.epochs.map((epoch) => epoch.learningRate?.value);
    const text = fixture('keras3-callbacks.log');
    assert.deepEqual(rates(text), [0.5, 0.5, 0.05, 0.005]);
    // Without the metric: the scheduler acts on its own epoch, the plateau on the next one.
    assert.deepEqual(rates(text.replaceAll(/ - learning_rate: \S+/g, '')), [0.5, 0.5, 0.05000000074505806, 0.004999999888241291]);
    const reduced = text.replaceAll(/ - learning_rate: \S+/g, '').replaceAll(/.*LearningRateScheduler.*/g, '');
    assert.deepEqual(rates(reduced), [undefined, undefined, 0.05, 0.005000000074505806]);
  });

  it('keeps what callbacks print as notices; the infinity that a checkpoint improved from is none', () => {
    const [run] = readLog(fixture('keras3-callbacks.log').replaceAll('from None', 'from inf'));
    const kinds = new Set(run!.notices.map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), ['checkpoint', 'early-stopping', 'lr-schedule', 'reduce-lr', 'restore-best']);
    assert.ok(run!.epochs.every((epoch) => epoch.firstNonFinite === undefined));
  });

  it('finds the first value that is not finite in an update inside an epoch, and its step', () => {
    const [run] = readLog(fixture('keras3-terminate-on-nan.log'));
    const { metric, value, step } = run!.epochs[0]!.firstNonFinite!;
    assert.deepEqual([metric, value.value, step], ['loss', Infinity, 7]);
    assert.deepEqual(
      run!.notices.map(({ kind, value: batch }) => [kind, batch]),
      [['terminate-on-nan', 6]],
    );
  });

  it('keeps running means apart from the values of the epoch, the first one included', () => {
    const [run] = readLog(fixture('keras2-terminal.log'));
    const [first] = run!.epochs;
    assert.deepEqual(
      first!.updates.map(({ step, metrics }) => [step, metrics.get('loss')!.value]),
      [
        [1, 2.9927],
        [2, 2.7625],
        [3, 2.5323],
        [4, 2.3021],
      ],
    );
    assert.equal(first!.metrics.get('loss')!.value, 2.3021);
    assert.equal(run!.records, undefined);
    assert.equal(readLog(fixture('torch-print-steps.log'))[0]!.records, true);
  });

  it('reads the times of an epoch', () => {
    const seconds = (name: string) => readLog(fixture(name))[0]!.epochs[0]!.seconds;
    assert.equal(seconds('keras2-terminal.log'), 2);
    assert.equal(seconds('tf20-verbose2.log'), 263);
    assert.equal(seconds('keras1-verbose2.log'), 3);
  });

  it('tells counters of samples from counters of steps', () => {
    assert.equal(readLog(fixture('keras1-bar.log'))[0]!.stepsPerEpoch, undefined);
    const bar = '1000/1000 [==============================] - 1s 85us/step - loss: 0.5000\n';
    assert.equal(readLog(`Epoch 1/1\n${bar}`)[0]!.stepsPerEpoch, 1000);
    assert.equal(readLog(`Train on 1000 samples\nEpoch 1/1\n${bar}`)[0]!.stepsPerEpoch, undefined);
  });

  it('leaves out a bar of an evaluation after an epoch, but takes the last of two final lines', () => {
    const final = (values: string) => `35/35 ━━━━━━━━━━━━━━━━━━━━ 1s 2ms/step - ${values}\n`;
    const losses = (text: string) => readLog(text).map((run) => run.epochs.map((epoch) => epoch.metrics.get('loss')!.value));
    const twice = `Epoch 1/1\n${final('loss: 1.2316')}${final('loss: 0.8803 - val_loss: 0.9000')}`;
    assert.deepEqual(losses(twice), [[0.8803]]);
    assert.deepEqual(losses(`${twice}${final('loss: 7.0000')}`), [[0.8803]]);
    const cleared = `${final('loss: 0.0440 - learning_rate: 0.0010')}${final('loss: 1.5917').replace('35/35', '7/7')}`;
    assert.deepEqual(losses(cleared), [[0.044]]);
  });

  it('leaves out a last number that is cut, and says that the epoch is not complete', () => {
    const line = '4/4 [==============================] - 0s 5ms/step - loss: 0.5000 - val_loss: 0.41';
    const [epoch] = readLog(`Epoch 1/2\n${line}`)[0]!.epochs;
    assert.deepEqual([...epoch!.metrics.keys()], ['loss']);
    assert.equal(epoch!.complete, false);
    assert.equal(readLog(`Epoch 1/2\n${line}00`)[0]!.epochs[0]!.complete, true);
    assert.equal(readLog(`Epoch 1/2\n${line.replace('0.41', '40')}`)[0]!.epochs[0]!.complete, false);
  });

  it('takes a scheduler line before the header as the beginning of the run', () => {
    const text = '\nEpoch 1: LearningRateScheduler setting learning rate to 0.5.\nEpoch 1/8\n4/4 - 0s - 9ms/step - loss: 0.6202\n';
    const [run] = readLog(text);
    assert.equal(run!.start, 1);
    assert.equal(run!.notices.length, 1);
  });
});

describe('tables with separators', () => {
  it('have separators and quotation marks in cells that stand in quotation marks', () => {
    const [run] = readLog('epoch,note,val_loss,z\n0,"[0.5, 0.25]",0.9,1\n1,"a ""b"", c",0.8,2\n');
    assert.deepEqual(run!.epochs.map(({ metrics }) => [metrics.get('val_loss')?.value, metrics.get('z')?.value]), [[0.9, 1], [0.8, 2]]);
  });
});

describe('what is no training log', () => {
  const texts = {
    prose: 'After 3 epochs, the loss was 0.5 and we stopped.\nSee chapter 1/10 for details: it matters.\n',
    'model.summary()': 'Model: "sequential"\n┏━━━━━━━━━━━━━━┳━━━━━━━━━━━━┓\n┃ Layer (type) ┃ Param # ┃\n dense (Dense)  (None, 1)  2\n======\nTotal params: 2\n',
    'a settings file': 'epochs: 10\nbatch_size: 32\nloss: mse\nlearning_rate: 0.01\n',
    'Python code': 'num_epochs = 10\nval_loss = 0.0\nfor epoch in range(1, 10):\n    print(f"Epoch {epoch}/{10}, loss: {loss:.4f}")\n',
    'a table of data': 'name,age,loss_amount\nAnn,31,12.5\nBob,28,0.0\n',
    'a web server': '127.0.0.1 - - [10/Oct/2000:13:55:36] "GET /a/b HTTP/1.0" 200 2326\n127.0.0.1 - 3s - 1/2\n',
    'a build': '[1/12] Compiling\n[2/12] Linking\n100%|██████████| 12/12 [00:01<00:00, 7.1it/s]\nerror: 0 warnings: 2\n',
    binary: 'PK\x03\x04\0\0Epoch 1/2\n1/1 [====] - 0s 1ms/step - loss: 1.0000\n',
  };
  for (const [name, text] of Object.entries(texts)) {
    it(name, () => {
      assert.equal(looksLikeLog(text), false);
      if (name !== 'binary') assert.deepEqual(readLog(text), []);
    });
  }

  it('is told by its beginning, behind all the warnings that stand there', () => {
    const training = 'Epoch 1/2\n1/1 [====] - 0s 1ms/step - loss: 1.0000\n';
    assert.equal(looksLikeLog(`${'WARNING: 1\n'.repeat(5000)}${training}`), true);
    assert.equal(looksLikeLog(`${'WARNING: 1\n'.repeat(6000)}${training}`), false);
  });

  it('though every log here is one', () => {
    for (const { name, text } of fixtures) assert.equal(looksLikeLog(text), true, name);
  });
});

describe('bytes of a log', () => {
  const bytes = Buffer.from('Epoch 1/2 ━ ü 😀\r\n', 'utf16le');
  it('are decoded the same wherever they are cut', () => {
    for (const encoded of [bytes, Buffer.concat([Buffer.from([0xff, 0xfe]), bytes]), Buffer.from('Epoch 1/2 ━ ü 😀\r\n')]) {
      const whole = decodeLog(encoded);
      assert.equal(whole, 'Epoch 1/2 ━ ü 😀\r\n');
      for (let cut = 0; cut <= encoded.length; cut++) {
        const decoder = new LogDecoder();
        assert.equal(decoder.decode(encoded.subarray(0, cut)) + decoder.decode(encoded.subarray(cut)) + decoder.end(), whole);
      }
    }
  });

  it('are text from their first line on, however few they are', () => {
    assert.equal(new LogDecoder().decode(Buffer.from('Epoch 1/2\n')), 'Epoch 1/2\n');
    assert.equal(new LogDecoder().decode(bytes), ''); // not told yet
  });
});

describe('hard cases', () => {
  it('reads single lines of 10 MB without a line end', () => {
    const million = 1_000_000;
    const lines = ['='.repeat(10 * million), '1'.repeat(10 * million), ' '.repeat(10 * million), 'loss: 0.5 '.repeat(million)];
    lines.push('1/2 [=>.] - loss: 1.0000 '.repeat(million / 4), "{'loss': 1.0, 'epoch': 1.0}".repeat(million / 4), '\x1b['.repeat(million));
    lines.push('Epoch 1/2'.repeat(million), '<td>1</td>'.repeat(million), '1,'.repeat(million), '\x1b]633;'.repeat(million), '{'.repeat(million));
    for (const line of lines) {
      assert.ok(Array.isArray(readLog(`Epoch 1/2\n${line}`)));
      assert.ok(Array.isArray(readLog(`epoch,loss\n${line}\n`)));
    }
  }).timeout(120_000);

  it('shows a log that grows in the middle of an epoch', () => {
    const reader = new LogReader();
    reader.push('Epoch 1/2\n  1/100 [>...] - ETA: 9s - loss: 2.5000');
    assert.equal(reader.runs[0]!.epochs[0]!.metrics.get('loss')!.value, 2.5);
    reader.push('\b\b\b\b\r 50/100 [==>.] - ETA: 4s - loss: 1.5000');
    assert.equal(reader.runs[0]!.epochs[0]!.metrics.get('loss')!.value, 1.5);
    assert.equal(reader.runs[0]!.epochs[0]!.complete, false);
  });

  it('reads only a part of a long document again after an edit in its middle', () => {
    const epoch = (number: number) => `Epoch ${number}/9000\n1/1 [==============================] - 0s 4ms/step - loss: ${number}.0000\n`;
    let text = Array.from({ length: 9000 }, (_, index) => epoch(index + 1)).join('');
    const document = new LogDocument(text);
    const at = text.indexOf('4500.0000');
    document.replace(at, at + 1, '77');
    text = `${text.slice(0, at)}77${text.slice(at + 1)}`;
    assert.deepEqual(document.runs, readLog(text));
    const { start, end } = document.runs[0]!.epochs[8999]!.metrics.get('loss')!;
    assert.equal(text.slice(start, end), '9000.0000');
  });
});

describe('lines with something before or between', () => {
  const read = (text: string) =>
    readLog(text).map((run) => run.epochs.map(({ number, step, metrics }) => [number, step, metrics.get('loss')?.value ?? metrics.get('Loss')?.value]));

  it('the time that a logger prints', () => {
    const text = '2024-05-01 12:00:00,123 INFO: Epoch 1/2\n2024-05-01 12:00:09,456 INFO: 21/21 - 9s - 2s/step - loss: 8.4616\n';
    assert.deepEqual(read(text), [[[1, 21, 8.4616]]]);
    assert.deepEqual(read('[1,0]<stdout>:Epoch 1/2\n[1,0]<stdout>:5/5 [====] - 0s 5ms/step - loss: 8.4616\n'), [[[1, 5, 8.4616]]]);
  });

  it('colours that lost their escape character', () => {
    const text = 'Epoch 1/2\n[1m235/235[0m [32m━━━━━━━━━━━━━━━━━━━━[0m[37m[0m [1m2s[0m 5ms/step - accuracy: 0.8123 - loss: 0.6123\n';
    assert.deepEqual(read(text), [[[1, 235, 0.6123]]]);
    const { start, end } = readLog(text)[0]!.epochs[0]!.metrics.get('loss')!;
    assert.equal(text.slice(start, end), '0.6123');
  });

  it('a header whose line end was lost', () => {
    const bar = '60000/60000 [==============================] - 5s 85us/sample - loss: 0.5000';
    const glued = `Epoch 7/8 ${bar}Epoch 8/8\n${bar}\n`;
    assert.deepEqual(read(glued), [
      [
        [7, 60000, 0.5],
        [8, 60000, 0.5],
      ],
    ]);
    assert.equal(readLog(glued)[0]!.declaredEpochs, 8);
  });

  it('bars of tqdm that count epochs', () => {
    const bar = (step: number, unit: string, before = '') => `${before}${step * 10}%|█  | ${step}/10 [00:03<00:07,  1.00${unit}, loss=0.${step}]\r`;
    const expected = [
      [
        [1, undefined, 0.1],
        [2, undefined, 0.2],
      ],
    ];
    assert.deepEqual(read(bar(0, 'epoch/s') + bar(1, 'epoch/s') + bar(2, 'epoch/s')), expected);
    assert.deepEqual(read(bar(1, 's/it', 'Epochs:  ') + bar(2, 's/it', 'Epochs:  ')), expected);
  });

  it('counters of samples in brackets', () => {
    const text = 'Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.3\nTrain Epoch: 1 [640/60000 (1%)]\tLoss: 1.3\nTest set: Average loss: 0.3\n';
    assert.deepEqual(read(text), [[[1, 640, 1.3]]]);
    assert.equal(readLog(text)[0]!.epochs[0]!.updates.length, 2);
  });
});

describe('a log that grows without end', () => {
  it('is thinned out: first, breaking and latest epochs stay, the rest is spread over all of it', () => {
    const reader = new LogReader({ mostEpochs: 100 });
    for (let epoch = 1; epoch <= 5000; epoch++) {
      const loss = epoch === 1234 || epoch > 4990 ? 'nan' : (1 / epoch).toFixed(6);
      reader.push(`Epoch ${epoch}/9999\n1/1 [====] - 0s 1ms/step - loss: ${loss}\n`);
      if (epoch % 7 === 0) assert.ok(reader.runs.length); // looking in between must not disturb what follows
    }
    const [run, ...others] = reader.runs;
    assert.deepEqual(others, []);
    const numbers = run!.epochs.map(({ number }) => number);
    assert.ok(numbers.length <= 101 && numbers.length >= 60, String(numbers.length));
    assert.equal(numbers[0], 1);
    assert.ok(numbers.includes(1234));
    assert.deepEqual(numbers.slice(-25), Array.from({ length: 25 }, (_, index) => 4976 + index));
    assert.deepEqual([...numbers].sort((a, b) => a - b), numbers);
    const gaps = numbers.slice(1).map((number, index) => number - numbers[index]!);
    assert.ok(Math.max(...gaps) <= 5000 / 5, `a gap of ${Math.max(...gaps)}`);
    for (const { number, metrics } of run!.epochs) {
      assert.equal(metrics.get('loss')!.value, number === 1234 || number > 4990 ? NaN : Number((1 / number).toFixed(6)));
    }
  });

  it('keeps as many runs, and epochs of all but the last: the first, the one that broke, the latest ones', () => {
    const reader = new LogReader({ mostEpochs: 100 });
    for (let run = 1; run <= 3000; run++) {
      for (let epoch = 1; epoch <= 30; epoch++) {
        reader.push(`Epoch ${epoch}/30\n1/1 [====] - 0s 1ms/step - loss: ${run === 700 && epoch > 20 ? 'nan' : `${run}.0000`}\n`);
      }
    }
    const losses = reader.runs.map(({ epochs }) => epochs[0]!.metrics.get('loss')!.value);
    assert.ok(losses.length <= 101 && losses.length >= 60, String(losses.length));
    assert.equal(losses[0], 1);
    assert.ok(losses.includes(700));
    assert.deepEqual(losses.slice(-25), Array.from({ length: 25 }, (_, index) => 2976 + index));
    assert.ok(reader.runs.every(({ epochs }) => epochs.length >= 8 && epochs[0]!.number === 1));
    assert.ok(reader.runs.reduce((sum, { epochs }) => sum + epochs.length, 0) <= 100 * 20);
    assert.equal(reader.runs.at(-1)!.epochs.length, 30);
    assert.ok(reader.runs[losses.indexOf(700)]!.epochs.some(({ firstNonFinite }) => firstNonFinite));
  });
});
