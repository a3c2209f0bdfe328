import { readdirSync, readFileSync } from 'node:fs';
import type { Read, Remedy } from '../../../src/script';

/** What a fixture's first line says of its first fit. */
export interface Expectation {
  readonly layers: readonly string[];
  readonly optimizer: string;
  readonly learning_rate: number;
  readonly losses: Readonly<Record<string, string>>;
  readonly metrics: readonly string[];
  readonly epochs: number;
  readonly batch_size: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly keras: number;
}

export interface Fixture {
  readonly name: string;
  readonly text: string;
  readonly expected?: Expectation;
}

const folder = 'test/fixtures/scripts';

export const fixtures: readonly Fixture[] = readdirSync(folder)
  .filter((name) => name.endsWith('.py'))
  .map((name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const line = /^# expect: (.*)$/m.exec(text)?.[1];
    return line ? { name, text, expected: JSON.parse(line) as Expectation } : { name, text };
  });

/** One remedy of every kind. */
export const remedies: readonly Remedy[] = [
  { kind: 'learning-rate', value: 0.0034 },
  { kind: 'learning-rate', value: 1e-5 },
  { kind: 'adam' },
  { kind: 'adam', value: 0.003 },
  { kind: 'optimizer', value: 'Adagrad' },
  { kind: 'optimizer', value: 'Nadam', learningRate: 0.02 },
  { kind: 'clip-gradients', value: 1 },
  { kind: 'normalize-inputs' },
  { kind: 'normalization-layer' },
  { kind: 'rescale-output', scale: 77.1, offset: 152 },
  { kind: 'output-activation', value: 'softmax' },
  { kind: 'output-activation', value: 'linear' },
  { kind: 'hidden-activation', value: 'relu' },
  { kind: 'output-units', value: 7 },
  { kind: 'loss', value: 'mean_absolute_error' },
  { kind: 'from-logits', value: true },
  { kind: 'from-logits', value: false },
  { kind: 'metric', value: 'mse' },
  { kind: 'batch-size', value: 6 },
  { kind: 'epochs', value: 2 },
  { kind: 'callback', value: 'TerminateOnNaN' },
  { kind: 'callback', value: 'ReduceLROnPlateau' },
  { kind: 'callback', value: 'EarlyStopping' },
  { kind: 'shuffle' },
  { kind: 'initializer' },
  { kind: 'raise-on-nan' },
];

/** The value of something that must have been read. @throws Error with the reason if it was not. */
export function known<T>(read: Read<T> | undefined): T {
  if (!read) throw new Error('not there');
  if (!read.known) throw new Error(`not read: ${read.reason.id} ${JSON.stringify(read.reason.args ?? {})}`);
  return read.value;
}
