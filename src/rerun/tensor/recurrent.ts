/** Recurrent layers and the wrappers around layers (keras/src/layers/rnn). */
import * as tf from '@tensorflow/tfjs';
import type { Weight } from '../engine';
import type { Initializer } from '../initializers';
import { numberOf } from '../keras-object';
import type { LayerSpec } from '../trace';
import { biasOf, weightOf } from '../weights';
import { type Activation, activationNamed } from './activations';
import { type Builder, type Built, type Call, keepMask, nested, Unbuildable } from './layer';
import { fusedCell, recurrence } from './recurrence';
import { dropoutMask } from './regularization';

/** One step: what goes in already multiplied by the kernel, the state before, and the state after (output first). */
type Cell = (input: tf.Tensor, states: readonly tf.Tensor[], weights: readonly tf.Tensor[]) => tf.Tensor[];

interface Kind {
  /** Blocks of units in the kernels, one for each gate. */
  readonly gates: number;
  readonly states: number;
  cell(units: number, activation: Activation, gate: Activation, layer: LayerSpec): Cell;
}

const split = (x: tf.Tensor, count: number): tf.Tensor[] => tf.split(x, count, x.rank - 1);
const times = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor => tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D);

const simple: Kind = {
  gates: 1,
  states: 1,
  cell: (_units, activation) => (input, [state], [, recurrent]) => [activation(input.add(times(state!, recurrent!)))],
};

const lstm: Kind = {
  gates: 4,
  states: 2,
  cell: (_units, activation, gate) => (input, [hidden, carry], [, recurrent]) => {
    const [i, f, c, o] = split(input.add(times(hidden!, recurrent!)), 4);
    const next = gate(f!).mul(carry!).add(gate(i!).mul(activation(c!)));
    return [gate(o!).mul(activation(next)), next];
  },
};

const gru: Kind = {
  gates: 3,
  states: 1,
  cell: (units, activation, gate, { config }) => (input, [hidden], [, recurrent, bias]) => {
    const [inZ, inR, inH] = split(input, 3);
    let candidate: tf.Tensor;
    let z: tf.Tensor;
    if (config.reset_after === true) {
      const inner = times(hidden!, recurrent!);
      // The second row of the bias belongs to the recurrent side.
      const [recZ, recR, recH] = split(bias ? inner.add(bias.slice([1, 0], [1, 3 * units])) : inner, 3);
      z = gate(inZ!.add(recZ!));
      candidate = activation(inH!.add(gate(inR!.add(recR!)).mul(recH!)));
    } else {
      const [kernelZ, kernelR, kernelH] = split(recurrent!, 3);
      z = gate(inZ!.add(times(hidden!, kernelZ!)));
      const reset = gate(inR!.add(times(hidden!, kernelR!)));
      candidate = activation(inH!.add(times(reset.mul(hidden!), kernelH!)));
    }
    return [z.mul(hidden!).add(tf.sub(1, z).mul(candidate))];
  },
};

function zeros(name: string, shape: readonly number[]): Weight {
  return { name, shape, values: new Float32Array(shape.reduce((product, extent) => product * extent, 1)), initializer: (values) => values.fill(0) };
}

/** Keras starts the forget gate's bias at 1, so that the cell remembers. */
export function forgetBias(layer: LayerSpec, units: number): Initializer | undefined {
  if (layer.config.unit_forget_bias !== true) return undefined;
  const plain = weightOf(layer, 'bias', [units]).initializer;
  return (values, shape, random) => {
    plain(values, shape, random);
    values.fill(1, units, 2 * units);
  };
}

function recurrent(kind: Kind): Builder {
  return (layer, [input, ...starts], { keras, batchSize }) => {
    const { config } = layer;
    const units = Number(config.units);
    const width = kind.gates * units;
    const fits = (starts.length === 0 || starts.length === kind.states) && starts.every((shape) => shape.length === 1 && shape[0] === units);
    if (input!.length !== 2 || !fits) throw new Unbuildable(layer);
    const [steps, features] = [input![0]!, input![1]!];
    const usual = kind === gru && config.reset_after !== true ? undefined : fusedCell(layer.className, config.activation, config.recurrent_activation);
    const cell = kind.cell(units, activationNamed(config.activation, keras), activationNamed(config.recurrent_activation, keras), layer);
    const sequences = config.return_sequences === true;
    const zeroed = config.zero_output_for_mask === true;
    const [rate, recurrentRate] = [numberOf(config.dropout, 0), numberOf(config.recurrent_dropout, 0)];
    const twoBiases = kind === gru && config.reset_after === true;
    const bias = twoBiases && config.use_bias !== false ? [weightOf(layer, 'bias', [2, width])] : biasOf(layer, width, forgetBias(layer, units));
    const returnsState = config.return_state === true;
    const isStateful = config.stateful === true;
    /** What the layer gives, and behind it, where they are asked for, the states it ends with. */
    const all = ({ inputs, masks, weights, state, training, random, update }: Call): readonly tf.Tensor[] => {
      const batch = inputs[0]!.shape[0]!;
      const carries = isStateful && batch === batchSize;
      const x = config.go_backwards === true ? tf.reverse(inputs[0]!, 1) : inputs[0]!;
      const mask = masks[0] && config.go_backwards === true ? tf.reverse(masks[0], 1) : masks[0];
      // One mask for all steps, as in Keras.
      const kept = training && rate > 0 ? x.mul(dropoutMask([batch, 1, features], rate, random)) : x;
      const inner = training && recurrentRate > 0 ? dropoutMask([batch, units], recurrentRate, random) : undefined;
      // The kernel meets all steps at once; only the recurrent part has to wait for the step before.
      const inputBias = weights[2] && twoBiases ? weights[2].slice([0, 0], [1, width]) : weights[2];
      const flat = times(kept.reshape([batch * steps, features]), weights[0]!);
      const sums = (inputBias ? flat.add(inputBias) : flat).reshape([batch, steps, width]);
      if (usual && !mask && !inner && !returnsState && !carries && inputs.length === 1) {
        const recurrentBias = twoBiases ? weights[2]?.slice([1, 0], [1, width]).reshape([width]) : undefined;
        return [recurrence(usual, sums, weights[1]!, recurrentBias, !sequences)];
      }
      let states: readonly tf.Tensor[] = inputs.length > 1 ? inputs.slice(1) : carries ? state : Array.from({ length: kind.states }, () => tf.zeros([batch, units]));
      let output: tf.Tensor = tf.zeros([batch, units]);
      const outputs: tf.Tensor[] = [];
      tf.unstack(sums, 1).forEach((step, index) => {
        const seen = inner ? states.map((state, at) => (at === 0 ? state.mul(inner) : state)) : states;
        const next = cell(step, seen, weights);
        if (mask) {
          // A masked step leaves state and output as they were.
          const on = mask.slice([0, index], [batch, 1]);
          const off = tf.sub(1, on);
          states = next.map((state, at) => state.mul(on).add(states[at]!.mul(off)));
          output = zeroed ? next[0]!.mul(on) : next[0]!.mul(on).add(output.mul(off));
        } else {
          states = next;
          output = next[0]!;
        }
        if (sequences) outputs.push(output);
      });
      if (carries) states.forEach((value, index) => update(index, value));
      return [sequences ? tf.stack(outputs, 1) : output, ...states];
    };
    return {
      shape: sequences ? [steps, units] : [units],
      weights: [weightOf(layer, 'kernel', [features, width]), weightOf(layer, 'recurrent', [units, width]), ...bias],
      // What a batch ends with is what the next one starts from.
      ...(isStateful && { state: Array.from({ length: kind.states }, (_, index) => zeros(`${layer.name}/state_${index}`, [batchSize, units])) }),
      call: (call) => all(call)[0]!,
      ...(returnsState && { more: { shapes: Array.from({ length: kind.states }, () => [units]), all } }),
      ...(sequences && { mask: keepMask }),
    };
  };
}

/**
 * The layers that Keras 2 had for GPUs: the plain ones with fixed activations, and in place of their bias one row of numbers that holds
 * that of the input and behind it that of the recurrent side (keras/layers/cudnn_recurrent.py, version 2.2).
 */
function forGpu(plain: Builder, gates: number): Builder {
  return (layer, inputs, context) => {
    const built = plain({ ...layer, config: { ...layer.config, unit_forget_bias: false } }, inputs, context);
    const [kernel, recurrent] = built.weights!;
    const units = Number(layer.config.units);
    const width = gates * units;
    const isLstm = gates === 4;
    const drawn = weightOf(layer, 'bias', [2 * width]).initializer;
    const bias = weightOf(layer, 'bias', [2 * width], (values, shape, random) => {
      drawn(values, shape, random);
      if (isLstm && layer.config.unit_forget_bias === true) values.fill(1, 5 * units, 6 * units);
    });
    const ofPlain = (call: Call): Call => {
      const rows = call.weights[2]!.reshape([2, width]);
      return { ...call, weights: [call.weights[0]!, call.weights[1]!, isLstm ? rows.sum(0) : rows] };
    };
    return {
      ...built,
      weights: [kernel!, recurrent!, bias],
      call: (call) => built.call(ofPlain(call)),
      ...(built.more && { more: { shapes: built.more.shapes, all: (call) => built.more!.all(ofPlain(call)) } }),
    };
  };
}

/** Forward and backward over the sequence, joined as `merge_mode` says. */
function bidirectional(builders: Readonly<Record<string, Builder>>): Builder {
  return (layer, inputs, context) => {
    const inner = nested(layer);
    const builder = builders[inner.className];
    if (!builder || layer.config.backward_layer || inner.config.stateful === true) throw new Unbuildable(layer, builder ? 'backward_layer' : 'layer');
    const sequences = inner.config.return_sequences === true;
    const side = (name: string, backwards: boolean): Built =>
      // What is masked comes out as zeros here, other than from a recurrent layer alone.
      builder({ ...inner, name: `${layer.name}/${name}`, config: { ...inner.config, go_backwards: backwards, zero_output_for_mask: sequences } }, inputs, context);
    const own = inner.config.go_backwards === true;
    const [forward, backward] = [side('forward', own), side('backward', !own)];
    const mode = layer.config.merge_mode;
    if (mode !== 'concat' && mode !== 'sum' && mode !== 'mul' && mode !== 'ave') throw new Unbuildable(layer, 'merge_mode');
    const count = forward.weights?.length ?? 0;
    const ofForward = (call: Call): Call => ({ ...call, weights: call.weights.slice(0, count) });
    const ofBackward = (call: Call): Call => ({ ...call, weights: call.weights.slice(count) });
    const joined = (a: tf.Tensor, other: tf.Tensor): tf.Tensor => {
      const b = sequences ? tf.reverse(other, 1) : other;
      switch (mode) {
        case 'concat':
          return tf.concat([a, b], a.rank - 1);
        case 'mul':
          return a.mul(b);
        default:
          return mode === 'sum' ? a.add(b) : a.add(b).div(2);
      }
    };
    const shape = forward.shape.map((extent, axis) => (mode === 'concat' && axis === forward.shape.length - 1 ? 2 * extent : extent));
    return {
      shape,
      weights: [...(forward.weights ?? []), ...(backward.weights ?? [])],
      call: (call) => joined(forward.call(ofForward(call)), backward.call(ofBackward(call))),
      ...(forward.more && backward.more && {
        more: {
          shapes: [...forward.more.shapes, ...backward.more.shapes],
          all(call) {
            const [a, ...states] = forward.more!.all(ofForward(call));
            const [b, ...others] = backward.more!.all(ofBackward(call));
            return [joined(a!, b!), ...states, ...others];
          },
        },
      }),
      ...(sequences && { mask: keepMask }),
    };
  };
}

/** Layers whose result depends on the mask of their input. */
const readsMask: ReadonlySet<string> = new Set([
  'SimpleRNN', 'LSTM', 'GRU', 'CuDNNLSTM', 'CuDNNGRU', 'Bidirectional', 'TimeDistributed', 'GlobalAveragePooling1D', 'Softmax',
]);

/** The same layer at every step: steps are taken as samples. */
function timeDistributed(builders: () => Readonly<Record<string, Builder>>): Builder {
  return (layer, [input], context) => {
    const inner = nested(layer);
    const builder = builders()[inner.className];
    if (!builder || input!.length < 2) throw new Unbuildable(layer, 'layer');
    const steps = input![0]!;
    const built = builder(inner, [input!.slice(1)], context);
    // Keras takes step by step, so that statistics over a batch would be those of one step.
    if (built.state?.length) throw new Unbuildable(layer, 'layer');
    return {
      shape: [steps, ...built.shape],
      weights: built.weights ?? [],
      call(call: Call) {
        const x = call.inputs[0]!;
        const batch = x.shape[0]!;
        if (call.masks[0] && readsMask.has(inner.className)) throw new Unbuildable(layer);
        const each = built.call({ ...call, inputs: [x.reshape([batch * steps, ...input!.slice(1)])], masks: [undefined] });
        return each.reshape([batch, steps, ...built.shape]);
      },
      mask: keepMask,
    };
  };
}

const cells: Readonly<Record<string, Builder>> = {
  SimpleRNN: recurrent(simple),
  LSTM: recurrent(lstm),
  GRU: recurrent(gru),
  CuDNNLSTM: forGpu(recurrent(lstm), 4),
  CuDNNGRU: forGpu(recurrent(gru), 3),
};

/** @param all every layer that a TimeDistributed may hold, asked for when one is built. */
export function recurrentLayers(all: () => Readonly<Record<string, Builder>>): Readonly<Record<string, Builder>> {
  return { ...cells, Bidirectional: bidirectional(cells), TimeDistributed: timeDistributed(all) };
}
