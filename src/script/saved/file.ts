/**
 * Models that Keras saved: `.keras` (a zip file), `.h5` (HDF5, read by jsfive: pure JavaScript, without WebAssembly, and
 * a tenth of the size of h5wasm), files of weights alone, and the JSON of `model.to_json()`.
 */
import { strFromU8, unzipSync } from 'fflate';
import { File } from 'jsfive';
import type { Json } from '../script';
import { type SavedWeights, stepsIn, weightsIn } from './weights';

export interface SavedFile {
  /** The model in Keras' serialised form `{ class_name, config }`; absent in a file of weights. */
  readonly model?: Json;
  /** Arguments of `compile`: optimizer, loss, loss_weights, metrics. */
  readonly compile?: Readonly<Record<string, Json>>;
  readonly weights?: SavedWeights;
  /** Steps that the optimizer had made. */
  readonly steps: number;
}

/** What a saved model or a file of weights holds; undefined for bytes that are neither. Never throws. */
export function readSavedFile(bytes: Uint8Array): SavedFile | undefined {
  try {
    return bytes[0] === 0x50 && bytes[1] === 0x4b ? readArchive(bytes) : readHdf5(bytes);
  } catch {
    return undefined;
  }
}

/** The model of `to_json()`; undefined for anything else. Never throws. */
export function readModelJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function readArchive(bytes: Uint8Array): SavedFile | undefined {
  const parts = unzipSync(bytes);
  const config = parts['config.json'];
  if (!config) return undefined;
  const model = record(JSON.parse(strFromU8(config)) as Json);
  const compile = record(model?.compile_config);
  const stored = parts['model.weights.h5'];
  const weights = stored && readHdf5(stored);
  return { model, ...(compile && { compile }), ...(weights && { weights: weights.weights }), steps: weights?.steps ?? 0 };
}

function readHdf5(bytes: Uint8Array): SavedFile {
  const file = new File(bytes.slice().buffer, 'model.h5');
  const [model, training] = [jsonIn(file.attrs.model_config), record(jsonIn(file.attrs.training_config))];
  return {
    ...(model !== undefined && { model }),
    ...(training && { compile: { ...training, optimizer: training.optimizer_config ?? null } }),
    weights: weightsIn(file),
    steps: stepsIn(file),
  };
}

function jsonIn(attribute: unknown): Json | undefined {
  return typeof attribute === 'string' ? (JSON.parse(attribute) as Json) : undefined;
}

export function record(value: Json | undefined): Readonly<Record<string, Json>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, Json>>) : undefined;
}
