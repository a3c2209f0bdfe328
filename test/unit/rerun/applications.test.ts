import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isRefusal, specOf } from '../../../src/rerun';
import { Graph } from '../../../src/rerun/tensor/graph';
import { tensorEngineOf } from '../../../src/rerun/tensor/tensor-engine';
import { Training } from '../../../src/rerun/training';
import type { TrainingSpec } from '../../../src/rerun/trace';
import { readScript, standIn } from '../../../src/script';

interface Case {
  readonly className: string;
  readonly arguments: { readonly input_shape: readonly number[] } & Readonly<Record<string, unknown>>;
  readonly layers?: readonly (readonly [string | null, string, unknown, number])[];
}

const cases = JSON.parse(readFileSync('test/fixtures/applications.json', 'utf8')) as Case[];

function specFor(code: string): TrainingSpec {
  const script = readScript(`import keras\nimport numpy as np\nfrom keras import layers\n${code}\n`);
  const filled = standIn(script, script.fits[0]!);
  assert.ok('fit' in filled, 'refused' in filled ? filled.refused.id : '');
  const spec = specOf(script, filled.fit);
  assert.ok(!isRefusal(spec), 'refused' in spec ? `${spec.refused.id} ${JSON.stringify(spec.refused.args)}` : '');
  return spec;
}

const frozen = (spec: TrainingSpec): readonly number[] => spec.layers.flatMap(({ config }, at) => (config.trainable === false ? [at] : []));

describe('a model of keras.applications that is trained', () => {
  for (const { className, arguments: given, layers } of cases) {
    const weights = layers?.reduce((sum, [, kind, , count]) => sum + (kind === 'Normalization' ? 0 : count), 0);
    if (!weights || weights > 9e6) continue;
    it(`has as many weights as Keras': ${className}(${JSON.stringify(given)})`, () => {
      const written = Object.entries(given).map(([name, value]) => `${name}=${value === false ? 'False' : JSON.stringify(value)}`);
      const spec = specFor(`model = keras.applications.${className}(weights=None, ${written.join(', ')})\nmodel.compile("sgd", "mse")\nmodel.fit(np.load("x.npy"), np.load("y.npy"))`);
      const graph = new Graph(spec, [given.input_shape]);
      const count = [...graph.weights, ...graph.state].reduce((sum, { values }) => sum + values.length, 0);
      assert.equal(count, weights);
      assert.deepEqual(spec.substitutions.filter(({ id }) => id === 'rerun.substituted.pretrained'), []);
    });
  }

  const base = 'base = keras.applications.VGG16(include_top=False, input_shape=(32, 32, 3))\n';
  const top = 'model = keras.Sequential([base, layers.Flatten(), layers.Dense(2)])\nmodel.compile("sgd", "mse")\nmodel.fit(np.load("x.npy"), np.load("y.npy"))';

  it('says that it starts anew where Keras loads weights', () => {
    const { substitutions } = specFor(base + top);
    assert.deepEqual(substitutions.find(({ id }) => id === 'rerun.substituted.pretrained')?.args, { models: 'VGG16' });
  });

  it('keeps its first layers as they are where a script freezes those', () => {
    assert.deepEqual(frozen(specFor(`${base}for layer in base.layers[:4]:\n  layer.trainable = False\n${top}`)), [1, 2, 3]);
    const fromName = 'on = False\nfor layer in base.layers:\n  if layer.name == "block1_pool":\n    on = True\n  layer.trainable = on\n';
    assert.deepEqual(frozen(specFor(base + fromName + top)), [1, 2]);
    const pools = 'for layer in base.layers:\n  if isinstance(layer, layers.MaxPooling2D):\n    layer.trainable = False\n';
    assert.deepEqual(frozen(specFor(base + pools + top)).length, 5);
  });

  it('shares its weights where it is called twice', () => {
    const twins = 'a = layers.Input((32, 32, 3))\nb = layers.Input((32, 32, 3))\nmodel = keras.Model([a, b], layers.Subtract()([base(a), base(b)]))\nmodel.compile("sgd", "mse")\nmodel.fit([np.load("x.npy"), np.load("z.npy")], np.load("y.npy"))';
    const { layers } = specFor(base + twins);
    assert.equal(layers.filter(({ className, sharesWeightsWith }) => className === 'Conv2D' && sharesWeightsWith !== undefined).length, 13);
  });

  it('gives what its layer in the middle gives', () => {
    const { layers } = specFor(`${base}model = keras.Model(base.input, layers.Flatten()(base.get_layer("block2_pool").output))\nmodel.compile("sgd", "mse")\nmodel.fit(np.load("x.npy"), np.load("y.npy"))`);
    assert.deepEqual(layers.slice(-2).map(({ className }) => className), ['MaxPooling2D', 'Flatten']);
    assert.equal(layers.length, 8);
  });

  it('is trained on wasm, the deeper ones without a step on cpu before', async () => {
    const wasm = (): Promise<Uint8Array> => readFile('node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm');
    const trained = async (model: string, given = ''): Promise<void> => {
      const spec = specFor(`model = keras.applications.${model}(${given}weights=None, input_shape=(32, 32, 3), classes=2)\nmodel.compile("sgd", "categorical_crossentropy")\nmodel.fit(np.zeros((2, 32, 32, 3)), np.eye(2), epochs=1)`);
      const engine = await tensorEngineOf(spec, wasm);
      assert.ok(!('refused' in engine));
      assert.equal(engine.backend, 'wasm', model);
      const losses = new Training(spec, engine, { seed: 1 }).run();
      assert.ok(losses.length === 1 && losses.every((loss) => Math.abs(loss - Math.LN2) < 0.5), losses.join());
    };
    await trained('MobileNetV2', 'alpha=0.35, ');
    await trained('ResNet50');
  }).timeout(120_000);
});
