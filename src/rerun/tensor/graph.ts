/** A model as layers in topological order, built for the shapes of the data. */
import * as tf from '@tensorflow/tfjs';
import { BATCH, isMade, isOfWholeTensors, ofSample } from '../../script/operation-shapes';
import type { Weight } from '../engine';
import type { LayerSpec, TrainingSpec } from '../trace';
import { startsOf } from '../weights';
import { computes } from './computes';
import { type Built, type Call, type Context, type Mask, product, type Shape, type Step, Unbuildable } from './layer';
import { layers as builders, takesSeveral } from './layers';
import { activityPenalty, strengths } from './regularization';

interface Node {
  readonly layer: LayerSpec;
  readonly inputs: readonly number[];
  /** Of the whole tensor, the batch axis included (`BATCH`), which weights and constants do not have; undefined where it may be anything: only terms of the loss are made of that. */
  readonly shape: Shape | undefined;
  /** undefined for an input, which is number `input` of the data. */
  readonly built: Omit<Built, 'shape'> | undefined;
  readonly input: number;
  /** Which of the tensors of its input this is, where that layer gives several. */
  readonly picks?: number;
  readonly place: Place;
  readonly penalty: ((output: tf.Tensor) => tf.Scalar) | undefined;
}

/** Where a layer's weights stand among the graph's; those of a frozen layer come first in its part of the state. */
interface Place {
  readonly weight: number;
  readonly state: number;
  readonly frozen: boolean;
}

/** What the layers of a pass give. */
export interface Output {
  readonly value: tf.Tensor;
  readonly mask: Mask;
}

/** What a pass needs besides the inputs. */
interface Pass extends Step {
  readonly weights: readonly tf.Tensor[];
  readonly state: readonly tf.Tensor[];
}

export class Graph {
  readonly weights: readonly Weight[];
  readonly state: readonly Weight[];
  /** Shapes of the outputs, batch axis left out. */
  readonly outputShapes: readonly Shape[];
  readonly #nodes: readonly Node[];
  readonly #outputs: readonly number[];
  readonly #terms: readonly number[];

  /**
   * @param inputs shapes of the inputs, batch axis left out, in the order of the input layers.
   * @throws Unbuildable
   */
  constructor(spec: Pick<TrainingSpec, 'keras' | 'backend' | 'layers' | 'outputs' | 'terms' | 'batchSize'>, inputs: readonly Shape[]) {
    const nodes: Node[] = [];
    const weights: Weight[] = [];
    const state: Weight[] = [];
    let nextInput = 0;
    for (const layer of spec.layers) {
      const own: Place = { weight: weights.length, state: state.length, frozen: layer.config.trainable === false };
      const place = layer.sharesWeightsWith === undefined ? own : nodes[layer.sharesWeightsWith]!.place;
      const node = { layer, inputs: layer.inputs, place };
      if (layer.className === 'InputLayer') {
        const shape = inputs[nextInput];
        if (!shape) throw new Unbuildable(layer);
        nodes.push({ ...node, shape: [BATCH, ...shape], built: undefined, input: nextInput++, penalty: undefined });
        continue;
      }
      if (layer.className === '[]') {
        nodes.push({ ...node, ...picked(layer, nodes), built: undefined, input: -1, penalty: undefined });
        continue;
      }
      // A Sequential model without an input layer takes the data as its first layer's input.
      const isFirst = layer.inputs.length === 0 && !isMade(layer.className);
      const from = isFirst ? inputs.map((shape) => [BATCH, ...shape]) : layer.inputs.map((index) => nodes[index]!.shape);
      const built = builtOf(layer, from, { keras: spec.keras, backend: spec.backend, batchSize: spec.batchSize }, spec.terms !== undefined);
      if (!('shape' in built)) {
        nodes.push({ ...node, shape: undefined, built, input: -1, penalty: undefined });
        continue;
      }
      const [trained, kept] = startsOf(layer, built.weights ?? [], built.state ?? []) ?? [];
      if (!trained || !kept) throw new Unbuildable(layer, 'weights');
      if (place === own) {
        (own.frozen ? state : weights).push(...trained);
        state.push(...kept);
      }
      const strength = strengths(layer.config.activity_regularizer);
      nodes.push({ ...node, shape: built.shape, built, input: 0, penalty: strength && activityPenalty(strength.l1, strength.l2) });
    }
    this.#nodes = nodes;
    this.#outputs = spec.outputs;
    this.weights = weights;
    this.state = state;
    this.#terms = spec.terms ?? [];
    this.outputShapes = spec.outputs.map((index) => sampleOf(nodes[index]!));
  }

  /** Multiply-adds of one sample, roughly: each weight is used once for every place of its layer's output. */
  get multiplications(): number {
    return this.#nodes.reduce((sum, { built, shape }) => {
      const size = (built?.weights ?? []).reduce((total, { values }) => total + values.length, 0);
      return sum + size * Math.max(1, product(ofSample(shape ?? []).slice(0, -1)));
    }, 0);
  }

  /** @param inputs with the batch axis. */
  run(inputs: readonly tf.Tensor[], pass: Pass): Output[] {
    const values: tf.Tensor[] = [];
    const masks: Mask[] = [];
    // Of layers that give several tensors.
    const several = new Map<number, readonly tf.Tensor[]>();
    // A layer that is used twice starts the second time from what the first left.
    const state = [...pass.state];
    for (const node of this.#nodes) {
      const { built, place, picks } = node;
      if (picks !== undefined) {
        const [source] = node.inputs;
        values.push(several.get(source!)![picks]!);
        masks.push(picks === 0 ? masks[source!] : undefined);
        continue;
      }
      if (!built) {
        values.push(inputs[node.input]!);
        masks.push(undefined);
        continue;
      }
      const count = built.weights?.length ?? 0;
      const firstState = place.state + (place.frozen ? count : 0);
      const call: Call = {
        batch: inputs[0]?.shape[0] ?? 0,
        inputs: node.inputs.length > 0 ? node.inputs.map((index) => values[index]!) : inputs,
        masks: node.inputs.map((index) => masks[index]),
        weights: place.frozen ? state.slice(place.state, firstState) : pass.weights.slice(place.weight, place.weight + count),
        state: state.slice(firstState, firstState + (built.state?.length ?? 0)),
        training: pass.training && node.layer.config.training !== false,
        random: pass.random,
        update(index, value) {
          state[firstState + index] = value;
          pass.update(firstState + index, value);
        },
        squares: (index, value) => pass.squares(place.weight + index, value),
        addLoss: (loss) => pass.addLoss(loss),
      };
      const all = built.more?.all(call);
      if (all) several.set(values.length, all);
      const value = all?.[0] ?? built.call(call);
      values.push(value);
      masks.push(built.mask?.(call));
      if (node.penalty) pass.addLoss(node.penalty(value));
    }
    for (const term of this.#terms) pass.addLoss(values[term]!);
    return this.#outputs.map((index) => {
      const [value, mask] = [values[index]!, masks[index]];
      // Keras weighs the losses of the steps with the mask: it has to have one number for each.
      if (mask && mask.size !== product(value.shape.slice(0, -1))) throw new Unbuildable(this.#nodes[index]!.layer);
      return { value, mask };
    });
  }
}

/** The shape of one sample of an output. */
function sampleOf({ layer, shape }: Node): Shape {
  if (shape?.[0] !== BATCH) throw new Unbuildable(layer);
  return ofSample(shape);
}

/**
 * A layer for inputs of these shapes; where terms are added to the loss, also an operation that goes beyond the samples of
 * a batch one by one, which is computed on whatever tensors it is given.
 */
function builtOf(layer: LayerSpec, from: readonly (Shape | undefined)[], context: Context, forTerms: boolean): Built | Omit<Built, 'shape'> {
  const compute = forTerms && Object.hasOwn(computes, layer.className) ? computes[layer.className] : undefined;
  try {
    const builder = builders[layer.className];
    if (!builder || from.includes(undefined) || (from.length > 1 && !takesSeveral(layer.className))) throw new Unbuildable(layer);
    const wholes = from as readonly Shape[];
    if (isOfWholeTensors(layer.className)) return builder(layer, wholes, context);
    // What is no operation leaves the first axis as it is, whatever it is.
    const [first = BATCH] = wholes[0] ?? [];
    if (wholes.some((shape) => shape[0] !== first)) throw new Unbuildable(layer);
    const built = builder(layer, wholes.map((shape) => shape.slice(1)), context);
    const { more } = built;
    return { ...built, shape: [first, ...built.shape], ...(more && { more: { ...more, shapes: more.shapes.map((shape) => [first, ...shape]), all: (call) => more.all(call) } }) };
  } catch (error) {
    if (!compute || !(error instanceof Unbuildable)) throw error;
    return { call: ({ inputs, batch }) => compute(inputs, layer.config, { keras: context.keras, batch }) };
  }
}

/** One of the tensors that the layer before gives. */
function picked(layer: LayerSpec, nodes: readonly Node[]): Pick<Node, 'shape' | 'picks'> {
  const source = nodes[layer.inputs[0]!];
  const which = layer.config.constant;
  const shape = typeof which === 'number' && source?.shape && source.built?.more ? [source.shape, ...source.built.more.shapes][which] : undefined;
  if (!shape) throw new Unbuildable(layer);
  return { shape, picks: Number(which) };
}
