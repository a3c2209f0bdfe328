import assert from 'node:assert/strict';
import { readScript } from '../../../src/script';
import { known } from './fixtures';

const imports = 'import keras\nfrom keras.layers import Dense, Dropout\n';

/** What a script comes to that sets `rate` and makes a list of `units`: the layers, and the learning rate or where it is not known why. */
function outcome(code: string): readonly [units: unknown, rate: unknown] {
  const { fits } = readScript(`${imports}${code}\nmodel = keras.Sequential([Dense(u) for u in units])\nmodel.compile(keras.optimizers.SGD(rate), 'mse')\nmodel.fit(x, y)\n`);
  const fit = fits[0]!;
  const rate = known(known(fit.compile).optimizer).config.learning_rate!;
  const units = fit.model.known ? fit.model.value.layers.map(({ config }) => (config.units!.known ? config.units!.value : config.units!.reason.id)) : fit.model.reason.id;
  return [units, rate.known ? rate.value : rate.reason.id];
}

/** Each script with its outcome, as CPython 3.11 gives it. */
const cases: Readonly<Record<string, readonly (readonly [code: string, units: unknown, rate: unknown])[]>> = {
  'fields of records': [
    ['from dataclasses import dataclass, field, asdict, replace\n@dataclass\nclass Base:\n  units: list = field(default_factory=lambda: [4, 2])\n@dataclass(eq=False)\nclass Settings(Base):\n  rate: float = 0.1\n  def __post_init__(self):\n    self.rate *= 2\ns = Settings(rate=0.2)\nunits, rate = asdict(s)["units"], s.rate', [4, 2], 0.4],
    ['from dataclasses import dataclass, replace\n@dataclass\nclass Settings:\n  n: int\n  rate: float = 0.1\ns = replace(Settings(3), rate=0.5)\nunits, rate = [s.n], s.rate', [3], 0.5],
    ['from dataclasses import dataclass\nfrom typing import ClassVar\n@dataclass\nclass Settings:\n  base: ClassVar[float] = 0.1\n  n: int = 3\ns = Settings(5)\nunits, rate = [s.n], s.base', [5], 0.1],
    ['from collections import namedtuple\nSettings = namedtuple("Settings", "n rate", defaults=[0.1])\ns = Settings(3)._replace(n=5)\nunits, rate = [s[0], s.n], s.rate', [5, 5], 0.1],
    ['from typing import NamedTuple\nclass Settings(NamedTuple):\n  n: int = 3\n  rate: float = 0.1\nn, rate = Settings(rate=0.7)\nunits = [n]', [3], 0.7],
    ['from types import SimpleNamespace\ns = SimpleNamespace(n=3, rate=0.1)\ns.rate = 0.2\nunits, rate = [s.n], s.rate', [3], 0.2],
    ['from easydict import EasyDict\nimport ml_collections\ns = EasyDict({"net": {"n": 4}, "rate": 0.1})\ns.net.n += 1\ns["rate"] = 0.3\nt = ml_collections.ConfigDict()\nt.n = 2\nt.update(m=6)\nunits, rate = [s.net.n, t.n, t.get("m")], s.rate', [5, 2, 6], 0.3],
    ['import wandb\nrun = wandb.init(project="p", config={"rate": 0.3})\nwandb.config.n = 4\nunits, rate = [run.config.n], wandb.config["rate"]', [4], 0.3],
    ['from enum import Enum, auto\nclass Size(Enum):\n  SMALL = 2\n  LARGE = 8\nclass Kind(Enum):\n  A = auto()\n  B = auto()\nsize = Size["LARGE"]\nunits = [size.value if size is Size.LARGE else 1, Size(2).value, Kind.B.value, len(Size)]\nrate = 0.1 if size == Size.SMALL else 0.2', [8, 2, 2, 2], 0.2],
    ['from pydantic import BaseModel\nclass Settings(BaseModel):\n  n: int = 3\n  rate: float = 0.1\ns = Settings(rate=0.3)\nunits, rate = [s.n], s.rate', [3], 0.3],
  ],
  'attributes by name': [
    ['class S: pass\ns = S()\nfor name, value in {"n": 3, "rate": 0.5}.items(): setattr(s, name, value)\nunits, rate = [s.n], getattr(s, "rate", 0.1) if hasattr(s, "rate") else 0.2', [3], 0.5],
    ['class S:\n  def __init__(self, **given):\n    self.n, self.rate = 2, 0.1\n    self.__dict__.update(given)\ns = S(rate=0.6)\nunits, rate = [vars(s)["n"]], s.rate', [2], 0.6],
    ['class S:\n  def __init__(self): self._rate = 0.1\n  @property\n  def rate(self): return self._rate * 2\n  @rate.setter\n  def rate(self, value): self._rate = value\ns = S()\ns.rate = 0.25\nunits, rate = [1], s.rate', [1], 0.5],
    ['from functools import cached_property\nclass S:\n  @cached_property\n  def units(self): return [2]\ns = S()\ns.units.append(3)\nunits, rate = s.units, 0.1', [2, 3], 0.1],
    ['class S:\n  def __getattr__(self, name): return {"rate": 0.3}[name]\nunits, rate = [1], S().rate', [1], 0.3],
    ['class S:\n  def __getitem__(self, name): return {"rate": 0.3}[name]\nunits, rate = [1], S()["rate"]', [1], 0.3],
    ['def small(): return [2]\ndef large(): return [8]\nrate = 0.1\nunits = globals()["large"]()\nglobals()["rate"] = 0.4', [8], 0.4],
    ['def large(): return [8]\nunits, rate = eval("large")(), 0.1 if "rate" in globals() else 0.2', [8], 0.2],
    ['exec("units = [3]\\nrate = 0.5")', [3], 0.5],
    ['rate = 0.1\nunits = [1]\nrate = eval(open("rate.txt").read())', [1], 'script.file'],
  ],
  'methods of classes': [
    ['class S:\n  def __init__(self, rate): self.rate = rate\n  @classmethod\n  def default(cls, rate=0.2): return cls(rate)\n  @staticmethod\n  def units(n): return [n, n]\ns = S.default()\nunits, rate = s.units(3), s.default(0.4).rate', [3, 3], 0.4],
    ['class S:\n  def __enter__(self):\n    self.rate = 0.3\n    return self\n  def __exit__(self, *args): pass\nwith S() as s:\n  units, rate = [1], s.rate', [1], 0.3],
    ['class Base:\n  def units(self): return [1]\nclass Left(Base):\n  def units(self): return [2] + super().units()\nclass Right(Base):\n  rate = 0.3\n  def units(self): return [3] + super().units()\nclass Both(Left, Right):\n  def units(self): return [4] + super().units()\nunits, rate = Both().units(), Both.rate', [4, 2, 3, 1], 0.3],
    ['class Sized:\n  def __len__(self): return 6\nunits, rate = [len(Sized())], 0.1', [6], 0.1],
    ['class A: pass\nclass B(A): pass\nunits, rate = [isinstance(B(), A) + 1, isinstance(3, (str, int)) + 1], 0.1', [2, 2], 0.1],
  ],
  'decorated functions': [
    ['import functools\ndef logged(f):\n  @functools.wraps(f)\n  def inner(*args, **given):\n    return f(*args, **given)\n  return inner\n@logged\ndef settings(n, rate=0.1): return [n], rate\nunits, rate = settings(3, rate=0.4)', [3], 0.4],
    ['def times(n):\n  def decorator(f):\n    return lambda *args: [f(*args)] * n\n  return decorator\n@times(2)\ndef unit(n): return n\nunits, rate = unit(3), 0.1', [3, 3], 0.1],
    ['from functools import lru_cache\n@lru_cache(maxsize=None)\ndef rate(): return 0.5\nunits, rate = [1], rate()', [1], 0.5],
  ],
  'registered classes': [
    ['known = {}\ndef register(type):\n  known[type.__name__] = type\n  return type\n@register\nclass Settings:\n  rate = 0.2\nunits, rate = [len(known)], known["Settings"].rate', [1], 0.2],
  ],
  'lists and dictionaries that change': [
    ['left = iter([4, 3, 0])\nunits = []\nwhile (n := next(left)): units.append(n)\nrate = next(left, 0.1)', [4, 3], 0.1],
    ['layer = Dense(3)\ntensor = layer(keras.Input((2,)))\ntry:\n  del tensor._keras_mask\nexcept AttributeError:\n  pass\nunits, rate = [tensor.shape[-1]], 0.1', [3], 0.1],
    ['units = [4] * 3\nunits.append(7)\nunits.remove(4)\ndel units[0]\nrate = 0.1', [4, 7], 0.1],
    ['d = {"n": 3, "rate": 0.1}\nd |= {"n": 5}\nd = d | {"rate": 0.2}\ndel d["n"]\nunits, rate = [len(d)], d["rate"]', [1], 0.2],
    ['d = dict([("rate", 0.1)])\nd.update([("rate", 0.3)])\nunits, rate = [1], d["rate"]', [1], 0.3],
    ['d = {"rate": 0.1, "n": 2}\nd.popitem()\nunits, rate = [1], d["rate"]', [1], 'script.unread-call'],
    ['s = {1, 2}\ns.update([2, 3])\ns.discard(9)\nunits, rate = [len(s)], 0.1', [3], 0.1],
    ['import copy\na = {"units": [2]}\nb = copy.deepcopy(a)\na["units"].append(3)\nc = copy.copy(a)\nc["units"].append(4)\nunits, rate = a["units"] + b["units"], 0.1', [2, 3, 4, 2], 0.1],
    ['import json\nd = json.loads(\'{"units": [3, 2], "rate": 0.4, "flag": false}\')\nunits, rate = d["units"], 0.1 if d["flag"] else d["rate"]', [3, 2], 0.4],
    ['units, rate = list(filter(lambda n: n > 2, [1, 3, 5])), 0.1', [3, 5], 0.1],
    ['units = sorted([1, 5, -7], key=abs, reverse=True) + list(sorted([(2, 1), (1, 2)], key=lambda pair: pair[1])[0]) + sum([[4], [3]], [])\nrate = min([0.3, 0.1], key=lambda r: -r) if max([], default=1) else 0', [-7, 5, 1, 2, 1, 4, 3], 0.3],
    ['from collections import OrderedDict, defaultdict, deque\nd = defaultdict(lambda: 3)\nd["a"] += 2\nq = deque([1, 2])\nq.popleft()\nq.append(6)\nunits, rate = [d["a"], d["b"], *OrderedDict(x=4).values(), *q], 0.1', [5, 3, 4, 2, 6], 0.1],
    ['import itertools, functools\nfrom sklearn.model_selection import ParameterGrid\nunits = [a * b for a, b in itertools.product([1, 2], repeat=2)] + [functools.reduce(lambda a, b: a + b, [2, 3], 1)]\nunits += [sum(c) for c in itertools.combinations([1, 2, 3], 2)] + list(itertools.chain([8], [9]))\nrate = list(ParameterGrid({"b": [0.1, 0.2], "a": [1, 2]}))[1]["b"]', [1, 2, 2, 4, 6, 3, 4, 5, 8, 9], 0.2],
    ['import importlib\nk = importlib.import_module("keras.layers")\nunits, rate = [k.Dense(3).units, __import__("keras").layers.Dense(4).units], 0.1', [3, 4], 0.1],
    ['from tqdm import tqdm, trange\nunits = [n for n in tqdm([2, 3], desc="x")]\nfor n in trange(2): units.append(n + 1)\nrate = 0.1', [2, 3, 1, 2], 0.1],
  ],
  'ways through a script': [
    ['n, units = 9, []\nwhile n > 2:\n  n //= 2\n  units.append(n)\nelse:\n  units.append(7)\nrate = 0.1', [4, 2, 7], 0.1],
    ['kind = "b"\nmatch kind:\n  case "a": units = [1]\n  case "b" | "c": units = [2]\n  case _: units = [3]\nmatch 5:\n  case n if n > 9: rate = 0.1\n  case other: rate = other / 10', [2], 0.5],
    ['units, rate = [1], 0.1\nmatch (1, 2):\n  case (1, n): rate = 0.2', [1], 'script.condition'],
  ],
  'words of a command line': [
    ['import click\n@click.command()\n@click.option("--rate", default=0.3, type=float)\n@click.option("-n", "--hidden-units", "n", default=4)\n@click.option("--deep/--flat", is_flag=True)\ndef settings(rate, n, deep):\n  global values\n  values = [n, 9][: 1 + deep], rate\nsettings()\nunits, rate = values', [4], 0.3],
    ['from absl import flags\nimport tensorflow as tf\nFLAGS = flags.FLAGS\nflags.DEFINE_float("rate", 0.3, "…")\ntf.app.flags.DEFINE_integer("n", default=4, help="…")\nunits, rate = [tf.app.flags.FLAGS.n], FLAGS.rate', [4], 0.3],
    ['import argparse\np = argparse.ArgumentParser()\np.add_argument("--rate", "-r", type=float, default=0.1)\np.add_argument("--units", nargs="+", type=int, default=[1])\np.add_argument("--deep", action="store_true")\na = p.parse_args("--units 3 4 --deep -r=0.5".split())\nunits, rate = a.units + [9] * a.deep, a.rate', [3, 4, 9], 0.5],
    ['import argparse\np = argparse.ArgumentParser()\np.add_argument("n", type=int)\np.add_argument("--rate", type=float, default="0.1")\na, rest = p.parse_known_args(["6"])\nunits, rate = [a.n], a.rate', [6], 0.1],
    ['import argparse\np = argparse.ArgumentParser()\np.add_argument("--rate", type=float, default=0.1)\na = p.parse_args(["--other", "3"])\nunits, rate = [1], a.rate', [1], 'script.unread-argument'],
  ],
};

for (const [title, scripts] of Object.entries(cases)) {
  describe(title, () => {
    for (const [code, units, rate] of scripts) it(code.split('\n').at(-1)!, () => assert.deepEqual(outcome(code), [units, rate]));
  });
}

describe('a file of settings', () => {
  it('is read where it is at hand', () => {
    const text = `${imports}import json\nwith open('settings.json') as file:\n  settings = json.load(file)\nmodel = keras.Sequential([Dense(n) for n in settings['units']])\nmodel.compile(keras.optimizers.SGD(settings['rate']), 'mse')\nmodel.fit(x, y)\n`;
    const read = (files?: ReadonlyMap<string, Uint8Array>) => readScript(text, files);
    assert.deepEqual(read().files, ['settings.json']);
    assert.equal(read().fits[0]!.model.known, false);
    const [fit] = read(new Map([['settings.json', new TextEncoder().encode('{"units": [4, 2], "rate": 0.3}')]])).fits;
    assert.deepEqual(known(fit!.model).layers.map(({ config }) => known(config.units!)), [4, 2]);
    assert.equal(known(known(known(fit!.compile).optimizer).config.learning_rate!), 0.3);
  });
});

describe('what nothing in a script calls', () => {
  const fitsOf = (code: string) => readScript(imports + code).fits;

  it('trains what the only function makes that makes a model', () => {
    const train = 'def train(model, x, y):\n  model.compile("sgd", "mse")\n  model.fit(x, y)\n';
    const build = (name: string, units: number) => `def ${name}(n=${units}):\n  return keras.Sequential([Dense(n)])\n`;
    const [fit] = fitsOf(build('build', 3) + train);
    assert.equal(known(known(fit!.model).layers[0]!.config.units!), 3);
    // Of two, it may be either.
    assert.equal(fitsOf(build('small', 3) + build('large', 9) + train)[0]!.model.known, false);
    assert.equal(fitsOf('def build(path):\n  return keras.models.load_model(path) or keras.Sequential()\n' + train)[0]!.model.known, false);
  });

  it('is prepared by the method that builds, not by the one that loads', () => {
    const [fit] = fitsOf('class Trainer:\n  def __init__(self): self.model = None\n  def build(self, n=4): self.model = keras.Sequential([Dense(n)])\n  def load(self, path): self.model = keras.models.load_model(path)\n  def compile(self): self.model.compile("adam", "mse")\n  def train(self, data): self.model.fit(data)\n');
    assert.equal(known(known(fit!.model).layers[0]!.config.units!), 4);
    assert.equal(known(known(fit!.compile).optimizer).className, 'Adam');
  });

  it('is compiled where the model is no name of the script', () => {
    const [fit] = fitsOf('model.compile("adam", "mse")\nmodel.fit(x, y)\n');
    assert.deepEqual([fit!.model.known, known(known(fit!.compile).optimizer).className], [false, 'Adam']);
  });
});

describe('optimizers that are not plain', () => {
  const optimizersOf = (code: string) => readScript(`${imports}model = keras.Sequential([Dense(1)])\n${code}`).fits.map(({ compile }) => {
    const { className, config } = known(known(compile).optimizer);
    return [className, config.learning_rate!.known && config.learning_rate!.value];
  });
  const trained = (optimizer: string) => `model.compile(${optimizer}, 'mse')\nmodel.fit(x, y)\n`;

  it('are classes of the script', () => {
    const code = 'class Own(keras.optimizers.Adam):\n  def __init__(self, learning_rate=0.02, **kwargs):\n    super().__init__(learning_rate=learning_rate, **kwargs)\nclass Plain(keras.optimizers.RMSprop):\n  def get_gradients(self, loss, params): return []\n';
    assert.deepEqual(optimizersOf(code + trained('Own()') + trained('Own(0.3)') + trained('Plain()')), [['Own', 0.02], ['Own', 0.3], ['Plain', 0.001]]);
  });

  it('are given another learning rate through its variable', () => {
    const code = `${trained("'adam'")}model.optimizer.learning_rate.assign(0.25)\nmodel.fit(x, y)\nkeras.backend.set_value(model.optimizer.lr, 0.5)\nmodel.fit(x, y)\n`;
    assert.deepEqual(optimizersOf(code), [['Adam', 0.001], ['Adam', 0.25], ['Adam', 0.5]]);
  });

  it('are made of their configuration', () => {
    const config = "{'learning_rate': 0.3}";
    const serial = `{'class_name': 'SGD', 'config': ${config}}`;
    const code = trained(`keras.optimizers.Adam.from_config(${config})`) + trained(`keras.optimizers.get(${serial})`) + trained(`keras.optimizers.deserialize(${serial})`);
    assert.deepEqual(optimizersOf(`${code}model.compile(keras.optimizers.SGD.from_config(model.optimizer.get_config()))\nmodel.fit(x, y)\n`), [['Adam', 0.3], ['SGD', 0.3], ['SGD', 0.3], ['SGD', 0.3]]);
  });

  it('have another one inside', () => {
    const code = `import tensorflow_addons as tfa\nimport horovod.keras as hvd\n${trained('keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.2))')}${trained('hvd.DistributedOptimizer(keras.optimizers.SGD(0.3))')}${trained('tfa.optimizers.Lookahead(keras.optimizers.Adam(0.4), sync_period=6)')}`;
    assert.deepEqual(optimizersOf(code), [['SGD', 0.2], ['SGD', 0.3], ['Lookahead', 0.4]]);
  });

  it('are of other libraries', () => {
    const code = `from keras_radam import RAdam\nfrom transformers import create_optimizer, AdamWeightDecay\nmade, schedule = create_optimizer(init_lr=2e-5, num_train_steps=9, num_warmup_steps=0)\n${trained('RAdam(0.1)')}${trained('AdamWeightDecay(learning_rate=0.2)')}${trained('made')}`;
    assert.deepEqual(optimizersOf(code), [['RAdam', 0.1], ['AdamWeightDecay', 0.2], ['Adam', false]]);
  });
});

describe('a layer under a condition that only a run can tell', () => {
  const layersOf = (code: string) => {
    const { model } = readScript(`${imports}import settings\n${code}model.compile('sgd', 'mse')\nmodel.fit(x, y)\n`).fits[0]!;
    return model.known ? model.value.layers.map(({ className, config }) => (className === 'Dropout' ? (config.rate!.known ? config.rate!.value : config.rate!.reason.id) : className)) : model.reason.id;
  };

  it('is a Dropout of a rate that may be 0', () => {
    assert.deepEqual(layersOf('model = keras.Sequential([Dense(3)])\nif settings.deep:\n  model.add(Dropout(0.5))\nmodel.add(Dense(1))\n'), ['Dense', 'script.condition', 'Dense']);
    const functional = 'start = keras.Input((2,))\ntensor = Dense(3)(start)\nif settings.rate > 0:\n  tensor = Dropout(settings.rate)(tensor)\nmodel = keras.Model(start, Dense(1)(tensor))\n';
    assert.deepEqual(layersOf(functional), ['InputLayer', 'Dense', 'script.condition', 'Dense']);
  });

  it('leaves the model unknown where it is any other', () => {
    assert.equal(layersOf('model = keras.Sequential([Dense(3)])\nif settings.deep:\n  model.add(Dense(2))\n'), 'script.condition');
    assert.equal(layersOf('start = keras.Input((2,))\ntensor = Dense(3)(start)\nif settings.deep:\n  tensor = Dense(2)(tensor)\nmodel = keras.Model(start, tensor)\n'), 'script.condition');
    assert.equal(layersOf('model = keras.Sequential([Dense(3)])\nif settings.deep:\n  model.add(Dropout(0.5))\nelse:\n  model.add(Dense(2))\n'), 'script.condition');
  });
});

describe('a loop that takes too long to follow', () => {
  it('leaves a model that it only trains as it was, and no other', () => {
    const { fits } = readScript(`${imports}steps = 0\nfirst, second = keras.Sequential([Dense(3)]), keras.Sequential([Dense(3)])\nwhile True:\n  first(x)\n  first.train_on_batch(x, x)\n  second.add(Dense(2))\n  steps += 1\n  if steps == 10**9: break\nfor model in (first, second):\n  model.compile('sgd', 'mse')\n  model.fit(x, y)\n`);
    assert.deepEqual(fits.slice(-2).map(({ model }) => model.known || model.reason.id), [true, 'script.too-much-work']);
  });
});

describe('models made of the configuration of others', () => {
  it('are of the same class of the script where they come from a file that it saved', () => {
    const { fits } = readScript(`${imports}class Own(keras.Model):\n  def __init__(self):\n    super().__init__()\n    self.dense = Dense(3)\n  def call(self, x): return self.dense(x)\nmodel = Own()\nmodel.compile('adam', 'mse')\nmodel.save('own.keras')\nkeras.models.load_model('own.keras').fit(x, y)\n`);
    assert.deepEqual(known(fits[0]!.model).layers.map(({ className }) => className), ['InputLayer', 'Dense']);
    assert.equal(fits[0]!.loadedWeights?.reason.id, 'script.loaded-weights');
  });

  it('have their layers', () => {
    const { fits } = readScript(`${imports}one = keras.Sequential([Dense(3)])\nfor model in (keras.Sequential.from_config(one.get_config()), keras.models.model_from_json(one.to_json())):\n  model.compile('sgd', 'mse')\n  model.fit(x, y)\n`);
    assert.deepEqual(fits.map(({ model }) => known(known(model).layers[0]!.config.units!)), [3, 3]);
  });
});
