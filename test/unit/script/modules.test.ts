import assert from 'node:assert/strict';
import { readScript, remedyEdits, type Fit, type Remedy, type Script } from '../../../src/script';
import { applyEdits } from '../../../src/text/edit';
import { known } from './fixtures';

const model = 'from keras import Sequential\nfrom keras.layers import Dense\nfrom keras.optimizers import SGD\nimport numpy as np\n';

function read(text: string, files: Readonly<Record<string, string>> = {}): Script {
  return readScript(text, new Map(Object.entries(files).map(([name, content]) => [name, new TextEncoder().encode(content)])));
}

function rateOf({ compile }: Fit): unknown {
  const rate = known(known(compile).optimizer).config.learning_rate;
  return rate?.known ? rate.value : undefined;
}

const fitted = (rate: string, units = '1'): string =>
  `model = Sequential([Dense(${units}, input_shape=(1,))])\nmodel.compile(SGD(${rate}), "mse")\nmodel.fit(np.arange(4.0), np.arange(4.0), epochs=3)\n`;

describe('files that a script imports', () => {
  it('are asked for by their paths from the script, those of libraries are not', () => {
    const { modules } = read(`import keras, os.path\nfrom tensorflow.keras import layers\nimport config\nfrom lib.parts import build\nfrom . import names\n`);
    assert.deepEqual(modules, [
      'config.py', 'config/__init__.py', 'lib/parts.py', 'lib/parts/__init__.py', 'lib/parts/build.py', 'lib/parts/build/__init__.py',
      '__init__.py', 'names.py', 'names/__init__.py',
    ]);
  });

  it('give their constants, in every way of importing', () => {
    const files = { 'config.py': 'RATE = 0.25\nUNITS = 3', 'lib/sizes.py': 'from ..config import UNITS\n', 'lib/__init__.py': 'from .sizes import *' };
    for (const code of [
      `import config\n${fitted('config.RATE')}`,
      `import config as c\n${fitted('c.RATE')}`,
      `from config import RATE as r\n${fitted('r')}`,
      `from config import *\n${fitted('RATE')}`,
      `from config import RATE\nimport lib.sizes\n${fitted('RATE', 'lib.sizes.UNITS')}`,
      `from config import RATE\nfrom lib import UNITS\n${fitted('RATE', 'UNITS')}`,
      `from config import RATE\nfrom lib import sizes\n${fitted('RATE', 'sizes.UNITS')}`,
    ]) {
      const [fit] = read(model + code, files).fits;
      assert.equal(rateOf(fit!), 0.25, code);
      const { units } = known(fit!.model).layers.at(-1)!.config;
      assert.equal(units?.known && units.value, code.includes('UNITS') ? 3 : 1, code);
    }
  });

  it('give functions that build and train, placed where the script calls them', () => {
    const files = {
      'build.py': `${model}import data\ndef make():\n  model = Sequential([Dense(data.WIDTH, input_shape=(1,))])\n  model.compile("sgd", "mse")\n  return model\ndef train(model):\n  model.fit(np.ones(4), np.ones(4))\n`,
      'data.py': 'WIDTH = 5\nif __name__ == "__main__":\n  WIDTH = 6\n',
    };
    const text = 'from build import make, train\nm = make()\ntrain(m)\n';
    const { fits } = read(text, files);
    assert.equal(fits.length, 1);
    assert.equal(text.slice(fits[0]!.span.start, fits[0]!.span.end), 'train(m)');
    const { layers, span } = known(fits[0]!.model);
    assert.equal(text.slice(span.start, span.end), 'make()');
    const { units } = layers.at(-1)!.config;
    assert.equal(units?.known && units.value, 5);
  });

  it('are not edited: a remedy for what stands in them is refused', () => {
    const files = { 'build.py': `${model}def train():\n${fitted('0.1').replaceAll(/^/gm, '  ')}` };
    const script = read(`from build import train\n${fitted('0.2').split('\n')[0]}\ntrain()\n`, files);
    const result = remedyEdits(script, script.fits[0]!, { kind: 'learning-rate', value: 0.01 });
    assert.deepEqual(result, { refused: { id: 'script.refused.other-file' } });
  });

  it('keep nothing from being edited that stands in the script itself', () => {
    const files = {
      'build.py': `${model}def make():\n${fitted('0.1').split('\n').slice(0, 2).join('\n').replaceAll(/^/gm, '  ')}\n  return model\ndef warm_up():\n${fitted('0.3').replaceAll(/^/gm, '  ')}`,
      'config.py': 'RATE = 0.5\n',
    };
    const own = 'from build import make, warm_up\nwarm_up()\nmodel = make()\nmodel.fit([1.0], [2.0], epochs=3)\n';
    const script = read(own, files);
    const edited = (kind: Remedy, of = script, at = 1): unknown => {
      const result = remedyEdits(of, of.fits[at]!, kind);
      return 'edits' in result ? applyEdits(of.text, result.edits) : result.refused.id;
    };
    assert.equal(script.fits.length, 2);
    assert.equal(edited({ kind: 'epochs', value: 9 }), own.replace('epochs=3', 'epochs=9'));
    assert.equal(edited({ kind: 'batch-size', value: 4 }), own.replace('epochs=3', 'epochs=3, batch_size=4'));
    assert.match(String(edited({ kind: 'callback', value: 'TerminateOnNaN' })), /callbacks=\[/);
    assert.equal(edited({ kind: 'learning-rate', value: 0.01 }), 'script.refused.other-file');
    assert.equal(edited({ kind: 'output-units', value: 4 }), 'script.refused.other-file');
    const rated = `from config import RATE\n${model}${fitted('RATE')}`;
    assert.equal(edited({ kind: 'learning-rate', value: 0.01 }, read(rated, files), 0), rated.replace('(RATE)', '(0.01)').replace('=RATE', '=0.01'));
  });

  it('may import each other, be broken or be endless', () => {
    const files = { 'a.py': 'import b\nX = 0.5\n', 'b.py': 'import a\nY = a.X\n', 'c.py': 'def (:\nwhile True:\n  pass\n' };
    const script = read(`import a, b, c\n${model}${fitted('a.X')}`, files);
    assert.equal(rateOf(script.fits[0]!), 0.5);
  });
});
