import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { engineOf } from '../../../src/rerun/build';
import { isRefusal, specOf } from '../../../src/rerun/spec';
import type { TrainingSpec } from '../../../src/rerun/trace';
import { Training } from '../../../src/rerun/training';
import { readScript } from '../../../src/script';
import type { Script } from '../../../src/script/script';
import { say } from '../../../src/words';

const folder = 'test/fixtures/models';
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}/${name}`));
/** What real Keras printed for three epochs from the saved weights. */
const history = JSON.parse(readFileSync(`${folder}/history.json`, 'utf8')) as Record<string, readonly number[]>;

const table = 'x = np.arange(12.0).reshape(4, 3) / 10\ny = np.arange(4.0)\n';
const data: Readonly<Record<string, string>> = {
  chain: table,
  graph: 'x = np.array([[1, 2, 3, 0, 0], [4, 5, 0, 0, 0], [1, 6, 8, 7, 2], [8, 7, 6, 0, 0]])\ny = {"kind": np.array([0, 1, 2, 1]), "size": np.arange(4.0)}\n',
  nested: 'x = np.arange(48.0).reshape(4, 4, 3) / 48\ny = np.arange(4.0)\n',
};
const compile: Readonly<Record<string, string>> = {
  chain: 'model.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss="mse")\n',
  graph: 'model.compile("sgd", loss={"kind": "sparse_categorical_crossentropy", "size": "mse"}, loss_weights={"kind": 1.0, "size": 0.5})\n',
};
const fit = 'model.fit(x, y, epochs=3, shuffle=False)\n';

/** Reads the script as a shell does: first without files, then with those it names. */
function read(text: string, has: (name: string) => boolean = () => true): Script {
  const source = `import numpy as np\nfrom tensorflow import keras\n${text}`;
  const files = new Map(readScript(source).files.filter(has).map((name) => [name, file(name)]));
  return readScript(source, files);
}

function accepted(script: Script): TrainingSpec {
  const spec = specOf(script, script.fits[0]!);
  assert.ok(!isRefusal(spec), isRefusal(spec) ? say(spec.refused) : '');
  return spec;
}

async function losses(script: Script): Promise<readonly number[]> {
  const spec = accepted(script);
  assert.deepEqual(spec.substitutions, []);
  const engine = await engineOf(spec);
  assert.ok(!('refused' in engine), 'refused' in engine ? say(engine.refused) : '');
  return new Training(spec, engine, { seed: 1 }).run();
}

function same(found: readonly number[], name: string): void {
  found.forEach((loss, epoch) => assert.ok(Math.abs(loss - history[name]![epoch]!) <= 1e-5 * Math.abs(loss), `epoch ${epoch + 1}: ${loss}, Keras ${history[name]![epoch]}`));
}

describe('a saved model', () => {
  for (const name of Object.keys(data)) {
    for (const form of ['keras', 'h5']) {
      it(`goes on from its weights as in Keras: ${name}.${form}`, async () => {
        same(await losses(read(`model = keras.models.load_model("${name}.${form}")\n${data[name]}${fit}`)), name);
      });
    }
  }

  for (const name of Object.keys(compile)) {
    it(`is built from its JSON and gets its weights from a file: ${name}`, async () => {
      const json = `json_file = open("${name}.json", "r")\nmodel = keras.models.model_from_json(json_file.read())\njson_file.close()\n`;
      same(await losses(read(`${json}model.load_weights("${name}.weights.h5")\n${compile[name]}${data[name]}${fit}`)), name);
      same(await losses(read(`${json}model.load_weights("${name}.h5")\n${compile[name]}${data[name]}${fit}`)), name);
    });
  }

  const own = `model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, activation="tanh"), keras.layers.BatchNormalization(), keras.layers.Dense(1)])\n`;

  it('gives its weights to a model of the script', async () => {
    for (const name of ['chain.weights.h5', 'chain.h5', 'chain.keras']) {
      same(await losses(read(`${own}model.load_weights("${name}")\n${compile.chain}${table}${fit}`)), 'chain');
    }
  });

  it('is a base for other layers, and frozen where the script says so', () => {
    const script = read(`base = keras.models.load_model("chain.keras")\nbase.trainable = False\nmodel = keras.Sequential([base, keras.layers.Dense(2)])\n${compile.chain}${table.replace('np.arange(4.0)', 'np.zeros((4, 2))')}${fit}`);
    const { layers } = accepted(script);
    assert.deepEqual(layers.map(({ className, weights, config }) => [className, weights?.length, config.trainable]), [
      ['InputLayer', undefined, undefined], ['Dense', 2, false], ['BatchNormalization', 4, false], ['Dense', 2, false], ['Dense', undefined, undefined],
    ]);
  });

  it('says what it does not take over', () => {
    // An Adam that has made steps remembers them.
    const trained = 'model = keras.models.load_model("three.keras")\nx = np.zeros((4, 3))\ny = np.array([0, 1, 2, 0])\n';
    assert.deepEqual(accepted(read(`${trained}${fit}`)).substitutions, [{ id: 'rerun.substituted.optimizer' }]);
    assert.deepEqual(accepted(read(`${trained}model.compile("adam", "sparse_categorical_crossentropy")\n${fit}`)).substitutions, []);
    const absent = read(`${own}model.load_weights("chain.weights.h5")\n${compile.chain}${table}${fit}`, () => false);
    assert.deepEqual(accepted(absent).substitutions, [{ id: 'rerun.substituted.weights' }]);
  });

  it('is named by the script, and missed by its name', () => {
    const script = read(`model = keras.models.load_model("graph.keras")\n${table}${fit}`, () => false);
    assert.deepEqual(script.files, ['graph.keras']);
    const spec = specOf(script, script.fits[0]!);
    assert.ok(isRefusal(spec));
    assert.match(say(spec.refused), /graph\.keras/);
  });

  it('that does not fit, or is none, is no crash', async () => {
    const narrow = own.replace('Dense(4', 'Dense(5');
    const spec = accepted(read(`${narrow}model.load_weights("chain.h5")\n${compile.chain}${table}${fit}`));
    const engine = await engineOf(spec);
    assert.ok('refused' in engine);
    const whole = file('chain.keras');
    for (let length = 0; length < whole.length; length += 997) {
      for (const name of ['chain.keras', 'chain.h5']) {
        const text = `import numpy as np\nfrom tensorflow import keras\nmodel = keras.models.load_model("${name}")\n${table}${fit}`;
        assert.equal(readScript(text, new Map([[name, file(name).slice(0, length)]])).fits.length, 1);
      }
    }
  });
});
