/** Chooses what does the arithmetic of a training, and builds it. */
import { arrayActivations } from './activations';
import { DenseStack, type DenseLayer } from './dense-stack';
import type { Engine } from './engine';
import { fromLogits } from './logits';
import { lossOf } from './losses';
import { samplesOf } from './samples';
import type { LayerSpec, Refusal, TrainingSpec } from './trace';
import type { WasmSource } from './tensor/backend';
import { biasOf, startsOf, weightOf } from './weights';

/** Above this many multiply-adds of a forward step a tensor library is worth its overhead (measured, either is fine around it). */
const PLAIN_LIMIT = 200_000;

/**
 * The engine for a training.
 * @param wasm the bytes of `tfjs-backend-wasm-simd.wasm`; without them models that are not tiny train several times slower.
 * @returns a refusal where the shapes of model and data do not fit together.
 * @throws Error for a spec that did not come from `specOf`.
 */
export async function engineOf(spec: TrainingSpec, wasm?: WasmSource): Promise<Engine | Refusal> {
  const seen = fromLogits(spec);
  const plain = denseStackOf(seen);
  if (plain) return plain;
  const { tensorEngineOf } = await import('./tensor/tensor-engine');
  return tensorEngineOf(seen, wasm);
}

/** The plain engine, for small stacks of Dense layers on vectors; undefined for anything else. */
export function denseStackOf(spec: TrainingSpec): Engine | undefined {
  const { x, y, losses } = spec;
  const [loss, ...others] = losses;
  if (spec.terms || x.length !== 1 || y.length !== 1 || !loss || others.length > 0 || loss.own || loss.weight !== undefined || x[0]!.shape.length > 2) return undefined;
  const stack: DenseLayer[] = [];
  let [width, multiplications] = [x[0]!.shape[1] ?? 1, 0];
  for (const [index, layer] of spec.layers.entries()) {
    if (index > 0 && (layer.inputs.length !== 1 || layer.inputs[0] !== index - 1)) return undefined;
    if (layer.className === 'InputLayer' && declares(layer, width)) continue;
    const activation = arrayActivations[String(layer.config.activation ?? 'linear')];
    const plain = layer.config.trainable !== false && layer.sharesWeightsWith === undefined;
    if (layer.className !== 'Dense' || !activation || layer.config.activity_regularizer || !plain) return undefined;
    const units = Number(layer.config.units);
    multiplications += width * units;
    const [kernel, bias] = startsOf(layer, [weightOf(layer, 'kernel', [width, units]), ...biasOf(layer, units)], [])?.[0] ?? [];
    if (!kernel) return undefined;
    stack.push({ kernel, ...(bias && { bias }), activation });
    width = units;
  }
  const wanted = loss.name === 'sparse_categorical_crossentropy' ? 1 : width;
  if (stack.length === 0 || spec.outputs[0] !== spec.layers.length - 1 || (y[0]!.shape[1] ?? 1) !== wanted || y[0]!.shape.length > 2) return undefined;
  if (multiplications * Math.min(spec.batchSize, x[0]!.shape[0]!) > PLAIN_LIMIT) return undefined;
  return new DenseStack(stack, lossOf(loss, spec.backend), samplesOf(spec));
}

function declares({ config }: LayerSpec, width: number): boolean {
  const shape = Array.isArray(config.shape) ? config.shape : Array.isArray(config.batch_shape) ? config.batch_shape.slice(1) : [width];
  return shape.length === 1 && (shape[0] === width || shape[0] === null);
}
