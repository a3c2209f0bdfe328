/** Diagnoses every run that `runs.py draw` made, as Keras would have printed it, and writes the suggested learning rate. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose } from '../../src/diagnosis';
import { readLog } from '../../src/log';
import { readScript } from '../../src/script';

interface Drawn {
  readonly optimizer: string;
  readonly rate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly samples: number;
  readonly batch: number;
  readonly losses: readonly string[];
}

/** As Keras' progress bar prints it: four decimals, in exponent form at 0.001 and below (keras/src/utils/progbar.py). */
function printed(loss: string): string {
  const value = Number(loss.replace('inf', 'Infinity'));
  if (!Number.isFinite(value)) return loss;
  return value > 1e-3 ? value.toFixed(4) : value.toExponential(4).replace(/e([+-])(\d)$/, 'e$10$2');
}

function logOf({ losses, samples, batch }: Drawn): string {
  const steps = Math.ceil(samples / batch);
  const bar = '━'.repeat(20);
  return losses
    .map((loss, at) => `Epoch ${at + 1}/${losses.length}\n${steps}/${steps} ${bar} 0s 1ms/step - loss: ${printed(loss)}\n`)
    .join('');
}

function scriptOf({ rate, momentum, nesterov, samples, batch, losses }: Drawn): string {
  return `import keras
import numpy as np
x = np.ones((${samples}, 8))
y = np.ones((${samples}, 1))
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=${rate}, momentum=${momentum}, nesterov=${nesterov ? 'True' : 'False'}), loss="mse")
model.fit(x, y, batch_size=${batch}, epochs=${losses.length})
`;
}

const folder = process.argv[2]!;
const lines = readFileSync(join(folder, 'runs.jsonl'), 'utf8').trim().split('\n');
const suggestions = lines.map((line) => {
  const drawn = JSON.parse(line) as Drawn;
  const finding = diagnose(readLog(logOf(drawn)), readScript(scriptOf(drawn))).findings.find(({ code, severity }) => code === 'loss.exploding' && severity === 'error');
  const lower = finding?.remedies.find((remedy) => remedy.kind === 'learning-rate');
  return JSON.stringify({
    ...drawn,
    losses: undefined,
    found: finding !== undefined,
    suggested: lower?.value ?? null,
    bound: finding?.evidence['maxStableLearningRate'] ?? null,
    settled: finding?.evidence['settled'] ?? null,
  });
});
writeFileSync(join(folder, 'suggestions.jsonl'), `${suggestions.join('\n')}\n`);
