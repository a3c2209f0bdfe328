import assert from 'node:assert/strict';
import { join } from 'node:path';
import { call, exploding, inFolder } from './call';

/** Python that would never end or fill any memory, if it were run. */
const hostile: Readonly<Record<string, string>> = {
  'a list that doubles': 'x = [1]\nwhile True:\n    x = x + x',
  'a list that doubles in place': 'x = [1]\nwhile True:\n    x += x',
  'a list that is extended by itself': 'x = [1]\nwhile True:\n    x.extend(x)',
  'a tuple that doubles': 'x = (1,)\nwhile True:\n    x = x + x',
  'a text that doubles': 'x = "a"\nwhile True:\n    x = f"{x}{x}"',
  'a text that is split for ever': 'x = "a " * 10**6\nwhile True:\n    y = x.split()',
  'a list in itself': 'x = []\nwhile True:\n    x.append(x)',
  'an array that doubles': 'import numpy as np\nx = np.ones(2)\nwhile True:\n    x = np.concatenate([x, x])',
  'an array of 10^12 numbers': 'import numpy as np\nx = np.zeros((10**6, 10**6))',
  'a power of powers': 'x = 7**7**7**7\ny = 1 << 10**9',
  'a function that calls itself': 'def f(n):\n    return [f(n), f(n)]\nx = f(1)',
  'a range of 10^10': 'x = list(range(10**10))',
  'a model of 10^9 layers': 'for i in range(10**9):\n    model.add(keras.layers.Dense(10**9))',
  'data of the world': 'import pandas as pd\nx = pd.read_csv("/dev/zero")',
};

const head = 'from tensorflow import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile("sgd", "mse")\n';

describe('cli: hostile scripts', () => {
  for (const [what, body] of Object.entries(hostile)) {
    it(`ends in one sentence: ${what}`, async () => {
      const text = `${head}${body}\nmodel.fit(x, x, epochs=500)\n`;
      await inFolder({ 'a.py': text }, async (path) => {
        const { code, out, err } = await call('rerun', path('a.py'), '--log', join(exploding, 'train.log'), '--remedy', 'adam');
        assert.equal(code, 2);
        assert.equal(out, '');
        assert.match(err, /^.*a\.py[^\n]+\n$/);
        assert.doesNotMatch(err, /Internal/);
      });
    });
  }

  it('brackets nested a hundred thousand deep', async () => {
    const { code, err } = await inFolder({ 'a.py': `x = ${'['.repeat(100_000)}\n` }, (path) => call('fix', path('a.py')));
    assert.equal(code, 2);
    assert.match(err, /syntax error at line 1/);
  });
});
