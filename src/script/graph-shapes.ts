/** What comes out of each layer of a model. */
import { anyPicture, applicationOf, upTo } from './applications';
import { BATCH, isMade, ofSample } from './operation-shapes';
import type { Graph, Layer } from './script';
import { ofEachSample, outputShape, type Shape, valuesOf, whole } from './shapes';

/**
 * Shape of one sample behind every layer; the whole shape of what has no batch.
 * @param inputs of one sample, one for each `InputLayer` of the model, or the only one of a model without.
 */
export function shapesBehind(model: Pick<Graph, 'layers'>, inputs: readonly Shape[]): readonly (Shape | undefined)[] {
  return wholeShapes(model, inputs.map((shape) => [BATCH, ...shape])).map((shape) => shape && ofSample(shape));
}

function wholeShapes(model: Pick<Graph, 'layers'>, inputs: readonly Shape[]): readonly (Shape | undefined)[] {
  const shapes: (Shape | undefined)[] = [];
  let next = 0;
  for (const layer of model.layers) {
    if (layer.className === 'InputLayer') shapes.push(inputs[next++]);
    else if (layer.inputs.length === 0) shapes.push(behind(layer, isMade(layer.className) ? [] : inputs.slice(0, 1)));
    else if (layer.className === '[]') shapes.push(picked(layer, model.layers[layer.inputs[0]!]!, shapes[layer.inputs[0]!]));
    else shapes.push(behind(layer, layer.inputs.map((index) => shapes[index])));
  }
  return shapes;
}

/** One of the tensors that a recurrent layer gives: behind its output the states it ends with. */
function picked({ config }: Layer, source: Layer, output: Shape | undefined): Shape | undefined {
  const which = config.constant?.known ? config.constant.value : undefined;
  if (which === 0) return output;
  const units = valuesOf((source.wrapped ?? source).config).units;
  return typeof which === 'number' && whole(units) !== undefined && source.origin === undefined ? [output?.[0] ?? BATCH, whole(units)!] : undefined;
}

function behind(layer: Layer, inputs: readonly (Shape | undefined)[]): Shape | undefined {
  if (layer.origin === 'keras.applications') return ofEachSample(inputs, ([input]) => applied(layer, input ?? anyPicture));
  if (layer.inside) return inputs.includes(undefined) ? undefined : wholeShapes(layer.inside, inputs as readonly Shape[])[layer.inside.outputs[0]!];
  return layer.origin === undefined || layer.origin === 'operation' ? outputShape(layer, inputs) : undefined;
}

/**
 * How a model of `keras.applications` whose layers are not known one by one halves its images five times, and the
 * channels it ends with.
 */
const applications: Readonly<Record<string, readonly [halvings: string, channels: number]>> = {
  InceptionResNetV2: ['vmvmvvv', 1536],
  EfficientNetV2B0: ['uuuuu', 1280], EfficientNetV2B1: ['uuuuu', 1280], EfficientNetV2B2: ['uuuuu', 1408], EfficientNetV2B3: ['uuuuu', 1536],
};

/** One step: halved and rounded up, or a window of 3 without padding that moves by 2 (`v`) or by 1 (`m`). */
const steps: Readonly<Record<string, (length: number) => number>> = {
  u: (length) => Math.ceil(length / 2),
  v: (length) => Math.floor((length - 3) / 2) + 1,
  m: (length) => length - 2,
};

/** What a model of `keras.applications` gives for a picture. */
function applied(layer: Layer, input: Shape): Shape | undefined {
  const { className, config } = layer;
  const { include_top: top, pooling, classes, until } = valuesOf(config);
  const application = applicationOf(layer, input);
  const graph = application && upTo(application, until);
  if (graph) return shapesBehind(graph, [input])[graph.outputs[0]!];
  const known = Object.hasOwn(applications, className) ? applications[className] : undefined;
  if (until !== undefined || config.classes?.known === false) return undefined;
  if (top !== false) return top === undefined || top === true ? [whole(classes) ?? 1000] : undefined;
  if (!known) return undefined;
  const [halvings, channels] = known;
  if (pooling === 'avg' || pooling === 'max') return [channels];
  if (input.length !== 3 || config.pooling?.known === false) return undefined;
  const size = input.slice(0, 2).map((length) => (length < 0 ? -1 : [...halvings].reduce((left, step) => steps[step]!(left), length)));
  return [...size, channels];
}
