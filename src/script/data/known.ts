import type { DType } from '../numpy/ndarray';

/** An array of a data set: its key in the cached file, its shape and type. */
export interface Part {
  readonly key: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Labels: how many different ones there are. */
  readonly classes?: number;
}

function images(rows: readonly [number, number], size: readonly number[], label: readonly number[], classes: number): Part[] {
  return [
    { key: 'x_train', shape: [rows[0], ...size], dtype: 'uint8' },
    { key: 'y_train', shape: [rows[0], ...label], dtype: 'uint8', classes },
    { key: 'x_test', shape: [rows[1], ...size], dtype: 'uint8' },
    { key: 'y_test', shape: [rows[1], ...label], dtype: 'uint8', classes },
  ];
}

/** Lists of words of different length: only how many there are is known. */
function texts(train: number, test: number, classes: number): Part[] {
  return [
    { key: 'x_train', shape: [train], dtype: 'str' },
    { key: 'y_train', shape: [train], dtype: 'int64', classes },
    { key: 'x_test', shape: [test], dtype: 'str' },
    { key: 'y_test', shape: [test], dtype: 'int64', classes },
  ];
}

function tables(train: number, test: number, features: number): Part[] {
  return [
    { key: 'x_train', shape: [train, features], dtype: 'float64' },
    { key: 'y_train', shape: [train], dtype: 'float64' },
    { key: 'x_test', shape: [test, features], dtype: 'float64' },
    { key: 'y_test', shape: [test], dtype: 'float64' },
  ];
}

/** What `keras.datasets.<name>.load_data()` gives (Keras 3.15, `keras/src/datasets`). */
export const kerasDatasets: Readonly<Record<string, readonly Part[]>> = {
  mnist: images([60000, 10000], [28, 28], [], 10),
  fashion_mnist: images([60000, 10000], [28, 28], [], 10),
  cifar10: images([50000, 10000], [32, 32, 3], [1], 10),
  cifar100: images([50000, 10000], [32, 32, 3], [1], 100),
  imdb: texts(25000, 25000, 2),
  reuters: texts(8982, 2246, 46),
  boston_housing: tables(404, 102, 13),
  california_housing: tables(16512, 4128, 8),
};

/** scikit-learn's tables that come with the program, as `sklearn/<name>.csv` with the target in the last column. */
export const tableNames: readonly string[] = ['iris', 'wine', 'breast_cancer', 'digits', 'diabetes'];
