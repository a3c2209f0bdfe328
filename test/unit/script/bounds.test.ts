import assert from 'node:assert/strict';
import { readScript } from '../../../src/script';

const head = 'import numpy as np\nfrom keras import Sequential\nfrom keras.layers import Dense\nmodel = Sequential([Dense(1)])\nmodel.compile("sgd", "mse")\n';

/** Python that would never end or fill any memory, if it were run. */
const hostile: Readonly<Record<string, string>> = {
  'an array that is repeated': 'x = np.ones(2)\nwhile True:\n  x = np.repeat(x, 1000)',
  'an array that is tiled a billion times': 'x = np.tile(np.ones(3), 10**9)',
  'an array that is tiled along both axes': 'x = np.ones((2, 2))\nwhile True:\n  x = np.tile(x, (3, 3))',
  'texts that are joined': 'x = "a"\nwhile True:\n  x = "".join([x, x])',
  'a dictionary that holds itself, copied': 'import copy\nd = {}\nd["d"] = d\nx = copy.deepcopy(d)',
  'a dictionary with attributes that holds itself': 'from easydict import EasyDict\nd = {}\nd["d"] = d\nx = EasyDict(d)',
  'an object that holds itself, as a dictionary': 'from dataclasses import dataclass, asdict\n@dataclass\nclass A:\n  a: object = None\na = A()\na.a = a\nx = asdict(a)',
  'a text that evaluates itself': 'x = "eval(x)"\nx = eval(x)',
  'an attribute that asks for itself': 'class A:\n  def __getattr__(self, name): return self.other\nx = A().x',
  'a text that is multiplied': 'x = "a"\nwhile True:\n  x = x * 1000',
  'a list that is sorted for ever': 'x = list(range(10**5))\nwhile True:\n  y = sorted(x)\n  x = x + y',
};

describe('the reading of a hostile script', () => {
  for (const [what, body] of Object.entries(hostile)) {
    it(`ends, and says so: ${what}`, () => {
      const [fit] = readScript(`${head}${body}\nmodel.fit(x, x)\n`).fits;
      assert.ok(fit && !fit.x.known);
    });
  }

  it('takes no array from a file that lies about its header or its shape', () => {
    const npy = (version: number, length: number, header: string): Uint8Array => {
      const bytes = new Uint8Array(128 + header.length);
      bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
      new DataView(bytes.buffer).setUint32(8, length, true);
      bytes.set(new TextEncoder().encode(header), 12);
      return bytes;
    };
    const header = (shape: string): string => `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape}), }`;
    const script = `${head}x = np.load("x.npy")\nmodel.fit(x, x)\n`;
    for (const file of [
      npy(2, 0xffffffff, header('3,')),
      npy(2, 200_000, header('3,').repeat(4000)),
      npy(2, 64, header('99999999999, 99999999999')),
      npy(2, 64, header('-3, -1')),
      npy(2, 64, header('(')),
    ]) {
      const [fit] = readScript(script, new Map([['x.npy', file]])).fits;
      assert.ok(fit && !fit.x.known);
    }
  });
});
