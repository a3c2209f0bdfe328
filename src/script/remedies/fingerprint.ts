import type { Compile, Fit, Read, Tensor } from '../script';

/** Parts of a reading that a remedy may be meant to change. */
export type Part =
  | 'model' | 'optimizer' | 'losses' | 'metrics' | 'x' | 'y' | 'epochs' | 'batchSize' | 'stepsPerEpoch' | 'shuffle' | 'validation' | 'callbacks' | 'weights';

/** A reading of a fit without its places: equal texts for equal readings. */
export function fingerprint(fit: Fit): Record<Part, string> {
  const compile: Partial<Compile> = fit.compile.known ? fit.compile.value : {};
  return {
    model: worded(fit.model),
    optimizer: worded(compile.optimizer),
    losses: worded(compile.losses),
    metrics: worded(compile.metrics),
    x: tensors(fit.x),
    y: tensors(fit.y),
    epochs: worded(fit.epochs),
    batchSize: worded(fit.batchSize),
    stepsPerEpoch: worded(fit.stepsPerEpoch),
    shuffle: worded(fit.shuffle),
    validation: worded(fit.validationSplit) + (fit.validationData.known && fit.validationData.value ? fit.validationData.value.x.map(digest).join() : worded(fit.validationData)),
    callbacks: worded(fit.callbacks),
    weights: worded(fit.classWeight) + (fit.sampleWeight.known && fit.sampleWeight.value ? digest(fit.sampleWeight.value) : worded(fit.sampleWeight)),
  };
}

function worded(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => (key === 'span' || key === 'byDefault' || key === 'form' ? undefined : part)) ?? '';
}

function tensors(read: Read<readonly Tensor[]>): string {
  return read.known ? read.value.map(digest).join() : worded(read);
}

/** Readings of much the same text share their numbers. */
const hashes = new WeakMap<Float64Array, number>();

/** FNV-1a over the bytes, with shape and type. */
export function digest({ shape, data, dtype }: Tensor): string {
  const hash = hashes.get(data) ?? hashOf(data);
  hashes.set(data, hash);
  return `${dtype}[${shape.join()}]${hash}`;
}

function hashOf(data: Float64Array): number {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
  let hash = 0x811c9dc5;
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
  return hash >>> 0;
}
