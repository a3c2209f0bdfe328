import { readdirSync, readFileSync } from 'node:fs';
import type { Callback, Fit, Json, Known, Layer, Read, Script, Tensor } from '../../../src/script/script';

export interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** One training as test/fixtures/make/golden.py recorded it. */
export interface Case {
  readonly name: string;
  /** Class name, arguments as written, and the layers it takes its input from (the one before it if left out). */
  readonly layers: readonly (readonly [string, Record<string, Json>, (readonly number[])?])[];
  readonly optimizer: readonly [string, Record<string, Json>];
  readonly loss: readonly [string, Record<string, Json>];
  readonly callbacks?: readonly (readonly [string, Record<string, Json>])[];
  readonly fit?: { readonly batch_size?: number; readonly validation_split?: number };
  readonly x: readonly Stored[];
  readonly y: Stored;
  /** Start values of the trainable weights, in Keras' order. */
  readonly weights: readonly (readonly number[])[];
  /** Printed loss of every epoch. */
  readonly losses: readonly number[];
  readonly valLosses?: readonly number[];
}

export interface GoldenFile {
  readonly keras: string;
  readonly backend: 'tensorflow' | 'jax';
  readonly cases: readonly Case[];
}

const folder = 'test/fixtures/golden';

export function goldenFiles(): { name: string; file: GoldenFile }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ name, file: JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as GoldenFile }));
}

const span = { start: 0, end: 0 };
const known = <T>(value: T): Known<T> => ({ known: true, value, span });
const all = (config: Record<string, Json>): Record<string, Read<Json>> =>
  Object.fromEntries(Object.entries(config).map(([name, value]) => [name, known(value)]));

function tensor({ shape, data }: Stored): Tensor {
  return { shape, data: Float64Array.from(data), dtype: 'float32' };
}

/** What the reader of scripts would have found in a script of this case. */
export function scriptOf(golden: Case, backend: Script['backend']): { script: Script; fit: Fit } {
  const layers = golden.layers.map(([className, config, inputs], index): Layer => ({
    className,
    span,
    config: all(config),
    inputs: inputs ?? (className === 'InputLayer' ? [] : [index - 1]),
  }));
  const fit: Fit = {
    span,
    method: 'fit',
    model: known({ kind: 'functional', span, layers, outputs: [layers.length - 1] }),
    compile: known({
      span,
      optimizer: known({ className: golden.optimizer[0], span, form: 'call', config: all(golden.optimizer[1]) }),
      losses: known({ '': { name: golden.loss[0], span, config: all(golden.loss[1]) } }),
      metrics: known([]),
    }),
    x: known(golden.x.map(tensor)),
    y: known([tensor(golden.y)]),
    epochs: known(60),
    batchSize: known(golden.fit?.batch_size ?? 64),
    stepsPerEpoch: known(null),
    shuffle: known(false),
    validationSplit: known(golden.fit?.validation_split ?? 0),
    validationData: known(null),
    callbacks: known((golden.callbacks ?? []).map(([className, config]): Callback => ({ className, span, config: all(config) }))),
    classWeight: known(null),
    sampleWeight: known(null),
  };
  return { script: { text: '', syntaxErrors: [], keras: 3, backend, files: [], fits: [fit] }, fit };
}
