/**
 * Writes docs/rerun.md: which parts of Keras a rerun rebuilds and which it refuses by name, asked of the code itself.
 *
 *     npx tsx scripts/rebuilt.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { callbackOf, watches } from '../src/rerun/callbacks';
import { constraintOf } from '../src/rerun/constraints';
import { initializerOf } from '../src/rerun/initializers';
import { activationNames, fixedArguments, layerArguments, lossOperations } from '../src/rerun/keras-layers';
import { supportsLoss } from '../src/rerun/losses';
import { metricOf } from '../src/rerun/metrics';
import { algorithmOf } from '../src/rerun/optimizers';
import { regularizerOf } from '../src/rerun/regularizers';
import { scheduleOf } from '../src/rerun/schedules';

type Kind = 'layers' | 'activations' | 'losses' | 'optimizers' | 'schedules' | 'callbacks' | 'metrics' | 'initializers' | 'regularizers' | 'constraints';

/** Everything that Keras offers, as test/fixtures/make/names.py found it. */
const offered = JSON.parse(readFileSync('test/fixtures/keras-names.json', 'utf8')) as Readonly<Record<Kind, readonly string[]> & { keras: string }>;

const oneOutput = { backend: 'jax', layers: [], outputs: [0], losses: [] } as const;
const monitored = offered.callbacks.filter((className) => watches({ className, config: {} }));

/** Whether a rerun takes it; what it does depends on the arguments, too. */
const takes: Readonly<Record<Kind, (name: string) => boolean>> = {
  layers: (name) => Object.hasOwn(layerArguments, name),
  activations: (name) => activationNames.has(name),
  losses: (name) => supportsLoss(name),
  optimizers: (name) => algorithmOf(name, {}) !== undefined,
  schedules: (className) => scheduleOf({ className, config: {} }) !== undefined,
  callbacks: (className) => callbackOf({ className, config: { schedule: [] } }) !== undefined,
  metrics: (name) => metricOf(name, oneOutput) !== undefined,
  initializers: (className) => initializerOf({ className, config: {} }) !== undefined,
  regularizers: (className) => regularizerOf({ className, config: {} }) !== undefined,
  constraints: (className) => constraintOf({ className, config: {} }) !== undefined,
};

const titles: Readonly<Record<Kind, string>> = {
  layers: 'Layers', activations: 'Activations', losses: 'Losses', optimizers: 'Optimizers', schedules: 'Learning-rate schedules',
  callbacks: 'Callbacks', metrics: 'Metrics that a callback may watch, besides the loss', initializers: 'Initialisers',
  regularizers: 'Regularisers', constraints: 'Constraints',
};

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.map((name) => `\`${name}\``).join(', '));

function section(kind: Kind): string {
  const names = offered[kind];
  const [rebuilt, refused] = [names.filter(takes[kind]), names.filter((name) => !takes[kind](name))];
  return `## ${titles[kind]}\n\nRebuilt (${rebuilt.length}): ${listed(rebuilt)}.\n\nRefused (${refused.length}): ${listed(refused)}.\n`;
}

/** The page. */
export function rebuiltPage(): string {
  const watching = offered.callbacks.filter((className) => callbackOf({ className, config: {} }) === null);
  return `# What a rerun rebuilds

A rerun trains the script's model with Keras' own definitions, in TypeScript and TensorFlow.js. What stands below as rebuilt
agrees with Keras ${offered.keras} to a relative difference of 1e-5 in every printed loss of 60 steps from the same start weights
(\`test/fixtures/golden\`, made by real Keras; dropout, noise and random changes of pictures follow the same laws with other draws).
What is refused is refused by its name: nothing is trained, and nothing is judged. \`npx tsx scripts/rebuilt.ts\` writes this page from the code,
and a test compares them.

- Models: Sequential, functional (several inputs and outputs, \`loss_weights\`), and classes with a plain \`call\`. Layers that are
  used twice share their weights; frozen layers stay as they are.
- A layer called with \`training=False\` trains as it infers where Keras heeds that: Keras 2 does, Keras 3 only in the \`call\` of a
  class. Where it cannot be told which other layers that reaches in Keras 3, the rerun is refused.
- Starts: Keras' initialisers, or the weights of a saved model (\`.keras\`, \`.h5\`, \`.weights.h5\`, \`model.json\`).
- \`sample_weight\`, \`class_weight\`, masks, \`validation_split\` and \`validation_data\` count as they do in Keras.
- Clipping (\`clipnorm\`, \`clipvalue\`, \`global_clipnorm\`), \`weight_decay\` and Keras 2's \`decay\` are rebuilt; \`use_ema\`,
  \`gradient_accumulation_steps\` and \`loss_scale_factor\` are refused.
- Defaults are those of the Keras that the script is written for, 2 or 3. On TensorFlow a crossentropy behind a softmax or
  sigmoid is taken from the logits, and the gradient of an embedding is squared look-up by look-up, as Keras 3 does there; on
  JAX probabilities are clipped.
- These arguments of layers are rebuilt with their default only: ${listed([...fixedArguments].sort())}.
- ${listed(monitored)} watch the loss or one of the metrics below; ${listed(watching)} change nothing in a training and are left out.
- Callbacks of the script's own are left out where their code only watches, left out by name where it may end the training,
  followed where it sets the learning rate and looks at no loss for that, and refused where it reaches for more.
- Models of \`keras.applications\` whose layers are known (VGG, ResNet, ResNetV2, MobileNet, MobileNetV2, DenseNet, Xception, InceptionV3,
  EfficientNet) are built layer by layer where they are trained, and start anew where Keras would load weights; the result says so.
  One that is frozen as a whole gives way to stand-ins for what it gives.
- A loop of the script's own is rebuilt where it plainly is a \`fit\`: \`train_on_batch\` or a \`GradientTape\` step down a loss of
  Keras, on all data, on slices that make up the data pass by pass, or on the batches of a \`tf.data.Dataset\`. The result says
  so. Two models in turn, drawn batches, changed learning rates or clipped gradients stay unread.
- Layers and models of the script's own are rebuilt operation by operation where each operation is one of those below, their weights
  included: \`add_weight\` in \`__init__\` or in \`build\`, \`keras.Variable\`, and constants that meet tensors. \`tf.Variable\` and
  \`K.variable\` are trained where the script is for Keras 2; Keras 3 leaves them as they are. They agree with Keras as closely
  (\`test/fixtures/weights.json\`). What a step itself assigns, what moves the batch or mixes its samples, and any other operation is
  refused by the name of the layer.
- A loss function of the script's own is rebuilt operation by operation, without masks, where each operation is one of these: ${listed([...lossOperations].filter((name) => name !== 'InputLayer'))}.
- What \`add_loss\` adds, a loss function that looks into the model, and what a \`train_step\` of the script makes smaller with one
  optimizer over all weights are part of what is trained: variational autoencoders, endpoint layers, penalties on what a layer gives.
  The sample of an autoencoder is drawn anew in each step. Steps that train several models in turn are refused; so are weights of
  samples with a loss of such a kind.
- float32 only.

${(Object.keys(titles) as Kind[]).map(section).join('\n')}`;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  writeFileSync('docs/rerun.md', rebuiltPage());
}
