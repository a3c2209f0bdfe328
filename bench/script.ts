/**
 * Reading a 1,000-line training script: the whole of it against the Python parser alone, and again after a keystroke
 * against the whole. Ratios within one run, so that they mean the same on every machine.
 */
import { parser } from '@lezer/python';
import { readScript, ScriptReader } from '../src/script';
import { fastest, type Measurement } from './measurement';

/** The shortest of several times for each task; the tasks take turns, so that a disturbance meets all of them. */
export function* measure(rounds = 60): Iterable<Measurement> {
  const text = thousandLines();
  const reader = new ScriptReader();
  const keystrokes = keystrokesIn(text);
  for (let i = 0; i < 15; i++) {
    parser.parse(text);
    readScript(text);
    for (const typed of keystrokes) reader.read(typed);
  }
  let [parsing, reading, typing] = [Infinity, Infinity, Infinity];
  for (let i = 0; i < rounds; i++) {
    parsing = Math.min(parsing, fastest(1, () => parser.parse(text)));
    reading = Math.min(reading, fastest(1, () => readScript(text)));
    reader.read(text);
    typing = Math.min(typing, fastest(1, () => reader.read(keystrokes[i % keystrokes.length]!)));
  }
  yield {
    task: 'read a script of 1,000 lines',
    value: { amount: reading, unit: 'ms' },
    baseline: { name: 'Python parser alone', amount: parsing },
    limit: 'at most 1.5 of the parser',
  };
  yield {
    task: 'read it again after a keystroke',
    value: { amount: typing, unit: 'ms' },
    baseline: { name: 'full reading', amount: reading },
    limit: 'at most 0.1 of a full reading',
  };
  for (const [name, setup] of Object.entries(withData)) yield* onData(name, setup);
}

/** Where the data take longer than the script. */
const withData: Readonly<Record<string, string>> = {
  'draws a million numbers': 'rng = np.random.default_rng(1)\nx = rng.normal(size=(20000, 50))\ny = rng.random(20000)',
  'reads a CSV of a million numbers': "table = pd.read_csv('table.csv')\nx = table.drop('c49', axis=1).values\ny = table['c49'].values",
};

function* onData(name: string, setup: string): Iterable<Measurement> {
  const script = (name: string): string =>
    `import numpy as np\nimport pandas as pd\nfrom tensorflow import keras\n${setup}\nmodel = keras.Sequential([keras.layers.Dense(1, name='${name}')])\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)\n`;
  const rows = [Array.from({ length: 50 }, (_, i) => `c${i}`).join(), ...Array.from({ length: 20_000 }, (_, row) => Array.from({ length: 50 }, (__, i) => ((row * 50 + i) % 997) / 100).join())];
  const files = new Map([['table.csv', new TextEncoder().encode(rows.join('\n'))]]);
  const reader = new ScriptReader();
  reader.read(script('output'), files);
  const typing = fastest(5, () => reader.read(script('outputs'), files));
  const reading = fastest(5, () => new ScriptReader().read(script('output'), new Map([...files].map(([path, bytes]) => [path, bytes.slice()]))));
  yield { task: `read a script again that ${name}`, value: { amount: typing, unit: 'ms' }, baseline: { name: 'full reading', amount: reading } };
}

/** One character typed: at the start, in the middle and at the end of the script. */
function keystrokesIn(text: string): string[] {
  return [0.1, 0.5, 0.9].map((share) => {
    const at = text.indexOf('label=', Math.floor(text.length * share)) + 'label='.length + 1;
    return `${text.slice(0, at)}x${text.slice(at)}`;
  });
}

/** A script as long ones are: imports, settings, helpers that load and draw, a few models, and their training. */
function thousandLines(): string {
  const parts = [imports];
  for (let i = 0; i < 6; i++) parts.push(experiment(i));
  const lines = (): number => parts.join('\n').split('\n').length;
  for (let i = 0; lines() + helperLines <= 1000; i++) parts.push(helper(i));
  return parts.join('\n') + '\n'.repeat(1000 - lines());
}

const imports = `"""Compares small networks on a few made-up problems."""
import os
import numpy as np
import matplotlib.pyplot as plt
from tensorflow import keras
from tensorflow.keras import layers

np.random.seed(42)
BATCH_SIZE = 32
OUTPUT = os.path.join('results', 'figures')
`;

function experiment(i: number): string {
  return `
# Experiment ${i}: a network of its own on a problem of its own
settings_${i} = {'units': [64, 32, ${16 + i}], 'learning_rate': 1e-${2 + (i % 3)}, 'epochs': ${50 + i}}
x_${i} = np.linspace(-1.0, 1.0, 200).reshape(-1, 1)
y_${i} = np.sin(${i + 1} * x_${i}) + 0.1 * np.random.randn(200, 1)


def build_model_${i}(settings):
    """A plain stack of dense layers."""
    inputs = keras.Input(shape=(1,), name='inputs_${i}')
    x = inputs
    for width in settings['units']:
        x = layers.Dense(width, activation='relu', kernel_initializer='he_normal')(x)
        x = layers.Dropout(0.1)(x)
    outputs = layers.Dense(1, name='prediction_${i}')(x)
    model = keras.Model(inputs, outputs)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=settings['learning_rate']),
        loss='mse',
        metrics=['mae'],
    )
    return model


model_${i} = build_model_${i}(settings_${i})
model_${i}.summary()
early_stopping_${i} = keras.callbacks.EarlyStopping(monitor='val_loss', patience=10)
history_${i} = model_${i}.fit(
    x_${i}, y_${i}, batch_size=BATCH_SIZE, epochs=settings_${i}['epochs'],
    validation_split=0.2, callbacks=[early_stopping_${i}], verbose=2,
)
plt.figure(figsize=(8, 4))
plt.plot(history_${i}.history['loss'], label='training loss')
plt.plot(history_${i}.history['val_loss'], label='validation loss')
plt.xlabel('epoch')
plt.legend(loc='upper right')
plt.savefig(os.path.join(OUTPUT, 'losses_${i}.png'))
print('experiment ${i}: best validation loss', min(history_${i}.history['val_loss']))`;
}

const helperLines = helper(0).split('\n').length;

function helper(i: number): string {
  return `

def draw_predictions_${i}(model, x, y, title=None, colors=('C0', 'C1'), path=None):
    """Draws the targets and what the model makes of them.

    Saves the figure where a path is given.
    """
    predictions = model.predict(x, verbose=0)
    residuals = np.abs(predictions - y)
    figure, axes = plt.subplots(1, 2, figsize=(12, 4), sharex=True)
    axes[0].scatter(x, y, color=colors[0], label='targets', s=4)
    axes[0].plot(x, predictions, color=colors[1], label='predictions')
    axes[0].set_title(title or 'predictions ${i}')
    axes[1].hist(residuals.ravel(), bins=30, label='residuals')
    for axis in axes:
        axis.grid(True, alpha=0.3)
        axis.legend()
    if path is not None:
        figure.savefig(path, dpi=150, bbox_inches='tight')
    else:
        plt.show()
    worst = int(np.argmax(residuals))
    print(f'mean {residuals.mean():.4f}, worst {residuals.max():.4f} at {worst}')
    return {'mean': float(residuals.mean()), 'worst': worst}`;
}
