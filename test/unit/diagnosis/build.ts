/** Runs and scripts by hand, for tests of the rules alone. */
import type { Epoch, Run, Value } from '../../../src/log/run';
import type { Compile, Fit, Json, Known, Layer, Loss, Read, Script, Tensor, Unknown } from '../../../src/script/script';

const nowhere = { start: 0, end: 0 };

export const known = <T>(value: T, byDefault = false): Known<T> => ({ known: true, value, span: nowhere, ...(byDefault && { byDefault }) });

export const unknown: Unknown = { known: false, span: nowhere, reason: { id: 'script.unknown' } };

/** Every value has its own place: value number n stands at [n, n + 1). */
export function runOf(columns: Readonly<Record<string, readonly number[]>>, more: Partial<Run> = {}): Run {
  let at = 0;
  const length = Math.max(...Object.values(columns).map((column) => column.length));
  const epochs: Epoch[] = [];
  for (let index = 0; index < length; index++) {
    const metrics = new Map<string, Value>();
    for (const [name, column] of Object.entries(columns)) {
      const value = column[index];
      if (value !== undefined) metrics.set(name, { value, start: at, end: ++at });
    }
    epochs.push({ number: index + 1, metrics, complete: true, updates: [], start: at, end: at });
  }
  return { dialect: 'test', epochs, notices: [], start: 0, end: at, ...more };
}

export interface FitParts {
  optimizer?: string;
  config?: Readonly<Record<string, Json>>;
  /** Names in `config` that nobody wrote. */
  defaults?: readonly string[];
  loss?: string;
  lossConfig?: Readonly<Record<string, Json>>;
  metrics?: readonly string[];
  layers?: readonly Layer[];
  x?: Tensor;
  y?: Tensor;
  more?: Partial<Fit>;
}

/** `compile` and `fit` of a script; what is not given is as Keras' defaults have it, or unknown. */
export function fitOf(parts: FitParts = {}): Fit {
  const { optimizer = 'SGD', config = { learning_rate: 0.01, momentum: 0 }, defaults = [], layers } = parts;
  const losses: Record<string, Loss> = {
    '': { name: parts.loss ?? 'mean_squared_error', span: nowhere, config: reads(parts.lossConfig ?? {}) },
  };
  const compile: Compile = {
    span: nowhere,
    optimizer: known({ className: optimizer, span: { start: 100, end: 115 }, form: 'call', config: reads(config, defaults) }),
    losses: known(losses),
    lossWeights: known(null),
    metrics: known(parts.metrics ?? []),
  };
  return {
    span: nowhere,
    method: 'fit',
    model: layers ? known({ kind: 'sequential', span: nowhere, layers, outputs: [layers.length - 1] }) : unknown,
    compile: known(compile),
    x: parts.x ? known([parts.x]) : unknown,
    y: parts.y ? known([parts.y]) : unknown,
    epochs: known(500),
    batchSize: known(32, true),
    stepsPerEpoch: known(null, true),
    shuffle: known(true, true),
    validationSplit: known(0, true),
    validationData: known(null, true),
    callbacks: known([], true),
    classWeight: known(null, true),
    sampleWeight: known(null, true),
    ...parts.more,
  };
}

export function scriptOf(...fits: Fit[]): Script {
  return { text: '', syntaxErrors: [], keras: 3, backend: 'tensorflow', backendNamed: false, files: [], modules: [], fits };
}

export function layer(className: string, config: Readonly<Record<string, Json>> = {}): Layer {
  return { className, span: nowhere, config: reads(config), inputs: [] };
}

export function vector(values: readonly number[], width = 1): Tensor {
  return { shape: width === 1 ? [values.length] : [values.length / width, width], data: Float64Array.from(values), dtype: 'float64' };
}

function reads(config: Readonly<Record<string, Json>>, defaults: readonly string[] = []): Record<string, Read<Json>> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, known(value, defaults.includes(name))]));
}
