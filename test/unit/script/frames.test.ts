import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { readScript, type Fit } from '../../../src/script';
import { known } from './fixtures';

interface Case {
  readonly code: string;
  readonly shape: readonly number[];
  /** null stands for NaN. */
  readonly data: readonly (number | null)[];
}

const folder = 'test/fixtures/tables';
const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`)]));
const cases = JSON.parse(readFileSync(`${folder}/cases.json`, 'utf8')) as readonly Case[];

const model = 'from keras import Sequential\nfrom keras.layers import Dense\nmodel = Sequential([Dense(1)])\nmodel.compile(loss="mse")\n';
const read = (code: string): Fit => readScript(`import numpy as np\nimport pandas as pd\n${code}\n${model}model.fit(x, x)\n`, files).fits[0]!;
const customers = 'd = pd.read_csv("customers.csv")\n';

describe('tables, as pandas and scikit-learn make them', () => {
  for (const { code, shape, data } of cases) {
    it(code.split('\n').slice(-2).join('; '), () => {
      const [x] = known(read(code).x);
      assert.deepEqual(x!.shape, shape);
      for (const [i, expected] of data.entries()) {
        const number = x!.data[i]!;
        const close = expected === null ? Number.isNaN(number) : Math.abs(number - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
        assert.ok(close, `element ${i} is ${number} and not ${expected}`);
      }
    });
  }
});

describe('tables', () => {
  it('have their categories encoded first by the OneHotEncoder of old, the other columns behind them', () => {
    const encode = (encoder: string): string => `${customers}from sklearn.preprocessing import LabelEncoder, OneHotEncoder\nX = d.iloc[:, 2:5].values\nfor c in [1, 2]:\n  X[:, c] = LabelEncoder().fit_transform(X[:, c])\nx = ${encoder}`;
    const [old] = known(read(encode('OneHotEncoder(categorical_features=[1]).fit_transform(X).toarray()')).x);
    const [hot] = known(read(encode('np.hstack([OneHotEncoder().fit_transform(X[:, [1]]).toarray(), X[:, [0, 2]].astype(float)])')).x);
    assert.deepEqual(old, hot);
    assert.deepEqual(old!.shape, [30, 5]);
  });

  it('are changed through a column that was taken out of them', () => {
    const [whole] = known(read(`${customers}d["Gender"].replace({"Female": 1, "Male": 0}, inplace=True)\nd["Age"].fillna(0, inplace=True)\nx = d[["Gender", "Age"]]`).x);
    assert.ok([...whole!.data].every((value, i) => (i % 2 === 0 ? value === 0 || value === 1 : value === 0 || value >= 18)));
    assert.ok([...whole!.data].some((value, i) => i % 2 === 0 && value === 1));
  });

  it('are unknown after a change that is not followed', () => {
    for (const change of ['d["new"] = input()', 'd["Score"][f()] = 0', 'd.loc[f(), "Score"] = 0', 'd.insert(0, "a", 1)', 'd.eval("a = Score", inplace=True)', 'd["Score"].interpolate(inplace=True)', 'd.columns = f()']) {
      const fit = read(`from elsewhere import f\n${customers}${change}\nx = d[["Score", "Age"]].values`);
      assert.ok(!fit.x.known, change);
    }
  });

  it('are unknown where an option of read_csv is not followed, or words are no numbers', () => {
    for (const code of ['pd.read_csv("customers.csv", thousands=".")[["Score"]]', 'pd.read_csv("customers.csv", sep=r"[,;]")[["Score"]]', 'pd.read_csv("customers.csv")["Gender"].astype(float)', 'pd.read_csv("customers.csv").values', 'pd.read_csv("customers.csv")["none"]']) {
      assert.ok(!read(`x = ${code}`).x.known, code);
    }
  });

  it('have the shape that is known of them where times are not followed', () => {
    const { x } = read(`${customers}d["Surname"] = pd.to_datetime(d["Surname"])\nd["month"] = d["Surname"].apply(lambda t: t.month)\nx = d[["month", "Score"]].values`);
    assert.ok(!x.known);
    assert.deepEqual(x.shapes, [[30, 2]]);
  });
});
