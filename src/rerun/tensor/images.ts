/**
 * Layers that prepare pictures (keras/src/layers/preprocessing/image_preprocessing). Those that change them at random do so
 * in training only, by Keras' laws with other draws.
 */
import * as tf from '@tensorflow/tfjs';
import type { Json } from '../../script/script';
import { numberOf } from '../keras-object';
import type { Random } from '../random';
import type { LayerSpec } from '../trace';
import { type Builder, type Context, keepMask, type Shape, Unbuildable } from './layer';

type Config = LayerSpec['config'];

/** Where a pixel at column x and row y is taken from: column a x + b y + c, row d x + e y + f. */
type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Weights by which each of `to` places is made of `from` places (half-pixel centres, as `tf.image.resize`): [to, from]. */
function resizing(from: number, to: number, interpolation: Json): tf.Tensor2D {
  const weights = new Float32Array(to * from);
  for (let place = 0; place < to; place++) {
    const centre = ((place + 0.5) * from) / to;
    if (interpolation === 'nearest') {
      weights[place * from + Math.min(Math.floor(centre), from - 1)] = 1;
      continue;
    }
    const before = Math.floor(centre - 0.5);
    const share = centre - 0.5 - before;
    weights[place * from + Math.max(before, 0)]! += 1 - share;
    weights[place * from + Math.min(before + 1, from - 1)]! += share;
  }
  return tf.tensor2d(weights, [to, from]);
}

/** The pictures [batch, rows, columns, channels] in another size. @param interpolation `nearest` or `bilinear` */
export function resized(pictures: tf.Tensor, [rows, columns]: readonly [number, number], interpolation: Json): tf.Tensor {
  const along = (x: tf.Tensor, axis: 1 | 2, length: number): tf.Tensor => {
    const last = axis === 1 ? [0, 3, 2, 1] : [0, 1, 3, 2];
    const turned = tf.transpose(x, last);
    const from = turned.shape[3]!;
    const made = tf.matMul(turned.reshape<tf.Tensor2D>([-1, from]), resizing(from, length, interpolation), false, true);
    return tf.transpose(made.reshape([...turned.shape.slice(0, 3), length]), last);
  };
  return along(along(pictures, 1, rows), 2, columns);
}

/** A place outside of 0 … length - 1 brought back (`ImageProjectiveTransformV3`); undefined where it stays outside. */
function filled(place: number, length: number, mode: Json | undefined): number | undefined {
  if (place >= 0 && place <= length - 1) return place;
  let inside = place;
  switch (mode) {
    case 'nearest':
      break;
    case 'wrap':
      // The copies stand one place apart, the way between them is cut off.
      inside = place < 0 ? place + length * (Math.trunc(-place / (length - 1)) + 1) : place - length * Math.trunc(place / (length - 1));
      break;
    case 'reflect': {
      const period = 2 * length;
      const from = place < 0 ? -place - 1 : place;
      inside = from - period * Math.floor(from / period);
      if (inside >= length) inside = period - 1 - inside;
      break;
    }
    default:
      return undefined;
  }
  return Math.min(Math.max(inside, 0), length - 1);
}

/** The map that leads back. */
function inverse([a, b, c, d, e, f]: Affine): Affine {
  const determinant = a * e - b * d;
  return [e / determinant, -b / determinant, (b * f - c * e) / determinant, -d / determinant, a / determinant, (c * d - a * f) / determinant];
}

/** Each picture moved by its map; as in TensorFlow, gradients are moved back as if they were pictures (image_ops.py). */
function moved(pictures: tf.Tensor, maps: readonly Affine[], config: Config): tf.Tensor {
  return tf.customGrad((x) => ({
    value: transformed(x as tf.Tensor, maps, config),
    gradFunc: (gradient: tf.Tensor) => transformed(gradient, maps.map(inverse), config),
  }))(pictures);
}

/** Each picture with its pixels taken from where its map says. */
function transformed(pictures: tf.Tensor, maps: readonly Affine[], config: Config): tf.Tensor {
  const [batch, rows, columns, channels] = pictures.shape as [number, number, number, number];
  const bilinear = config.interpolation !== 'nearest';
  const size = batch * rows * columns;
  const corners = Array.from({ length: bilinear ? 4 : 1 }, () => ({ places: new Int32Array(size), shares: new Float32Array(size) }));
  const missing = new Float32Array(size);
  const constant = config.fill_mode === 'constant';
  for (let at = 0; at < size; at++) {
    const [column, row, picture] = [at % columns, Math.floor(at / columns) % rows, Math.floor(at / (rows * columns))];
    const [a, b, c, d, e, f] = maps[picture]!;
    const [x, y] = [a * column + b * row + c, d * column + e * row + f];
    const [left, top] = [constant ? x : filled(x, columns, config.fill_mode)!, constant ? y : filled(y, rows, config.fill_mode)!];
    let rest = 1;
    corners.forEach(({ places, shares }, corner) => {
      const [right, below] = [corner & 1, corner >> 1];
      const [i, j] = bilinear ? [Math.floor(left) + right, Math.floor(top) + below] : [Math.round(left), Math.round(top)];
      if (i < 0 || j < 0 || i >= columns || j >= rows) return;
      places[at] = (picture * rows + j) * columns + i;
      shares[at] = bilinear ? (1 - Math.abs(left - i)) * (1 - Math.abs(top - j)) : 1;
      rest -= shares[at]!;
    });
    missing[at] = rest * numberOf(config.fill_value, 0);
  }
  const pixels = pictures.reshape([-1, channels]);
  const parts = corners.map(({ places, shares }) => tf.gather(pixels, tf.tensor1d(places, 'int32')).mul(tf.tensor2d(shares, [size, 1])));
  return tf.addN([...parts, tf.tensor2d(missing, [size, 1]).tile([1, channels])]).reshape(pictures.shape);
}

/** Bounds of a factor: two numbers, or one that goes both ways. */
function bounds(layer: LayerSpec, name: string): [number, number] {
  const value = layer.config[name];
  const [low, high] = Array.isArray(value) ? value.map(Number).sort((a, b) => a - b) : [-Math.abs(Number(value)), Math.abs(Number(value))];
  if (!Number.isFinite(low) || !Number.isFinite(high)) throw new Unbuildable(layer, name);
  return [low!, high!];
}

const between = ([low, high]: readonly [number, number], random: Random): number => low + (high - low) * random.uniform();

/** A layer that changes pictures in training only. */
function atRandom(prepare: (layer: LayerSpec, picture: Shape, context: Context) => (pictures: tf.Tensor, random: Random) => tf.Tensor): Builder {
  return (layer, [input], context) => {
    if (input!.length !== 3) throw new Unbuildable(layer);
    const change = prepare(layer, input!, context);
    return { shape: input!, call: ({ inputs: [x], training, random }) => (training ? change(x!, random) : x!), mask: keepMask };
  };
}

/** A layer that moves the pixels of each picture by a map drawn for it. */
function moving(draw: (layer: LayerSpec, picture: Shape) => (random: Random) => Affine): Builder {
  return atRandom((layer, picture) => {
    const next = draw(layer, picture);
    return (pictures, random) => moved(pictures, Array.from({ length: pictures.shape[0]! }, () => next(random)), layer.config);
  });
}

/** A number for each picture, to be stretched over it. */
const forEach = (pictures: tf.Tensor, draw: () => number): tf.Tensor => tf.tensor4d(Float32Array.from({ length: pictures.shape[0]! }, draw), [pictures.shape[0]!, 1, 1, 1]);

const flip = atRandom(({ config: { mode } }, _picture, { keras }) => {
  const [sideways, upright] = [mode !== 'vertical', mode !== 'horizontal'];
  const mirrored = (x: tf.Tensor, axis: number, which: tf.Tensor): tf.Tensor => tf.reverse(x, axis).mul(which).add(x.mul(tf.sub(1, which)));
  return (pictures, random) => {
    const coin = (): tf.Tensor => forEach(pictures, () => Number(random.uniform() <= 0.5));
    const first = coin();
    const flipped = sideways ? mirrored(pictures, 2, first) : pictures;
    // Keras 3 throws one coin for both directions.
    return upright ? mirrored(flipped, 1, keras === 3 ? first : coin()) : flipped;
  };
});

const rotation = moving((layer, [rows, columns]) => {
  const turns = bounds(layer, 'factor');
  const [x, y] = [(columns! - 1) / 2, (rows! - 1) / 2];
  return (random) => {
    const angle = 2 * Math.PI * between(turns, random);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [cos, -sin, x - x * cos + y * sin, sin, cos, y - x * sin - y * cos];
  };
});

const translation = moving((layer, [rows, columns]) => {
  const [down, right] = [bounds(layer, 'height_factor'), bounds(layer, 'width_factor')];
  return (random) => {
    const rise = between(down, random) * rows!;
    return [1, 0, -between(right, random) * columns!, 0, 1, -rise];
  };
});

const zoom = moving((layer, [rows, columns]) => {
  const high = bounds(layer, 'height_factor');
  const wide = layer.config.width_factor === null ? undefined : bounds(layer, 'width_factor');
  return (random) => {
    const y = 1 + between(high, random);
    const x = wide ? 1 + between(wide, random) : y;
    return [x, 0, ((columns! - 1) / 2) * (1 - x), 0, y, ((rows! - 1) / 2) * (1 - y)];
  };
});

function rangeOf(layer: LayerSpec): [number, number] {
  const { value_range: range } = layer.config;
  if (!Array.isArray(range) || range.length !== 2) throw new Unbuildable(layer, 'value_range');
  return [Number(range[0]), Number(range[1])];
}

const contrast = atRandom((layer, _picture, { keras }) => {
  const [low, high] = bounds(layer, 'factor');
  // Of two numbers the first goes down; one goes both ways in Keras 2, but Keras 3 cuts it off below 0.
  const down = Array.isArray(layer.config.factor) ? low : keras === 3 ? 0 : high;
  const factors = [1 - down, 1 + high] as const;
  const [darkest, brightest] = rangeOf(layer);
  return (pictures, random) => {
    const mean = tf.mean(tf.mean(pictures, 1, true), 2, true);
    return tf.clipByValue(pictures.sub(mean).mul(forEach(pictures, () => between(factors, random))).add(mean), darkest, brightest);
  };
});

const brightness = atRandom((layer) => {
  const shifts = bounds(layer, 'factor');
  const [darkest, brightest] = rangeOf(layer);
  return (pictures, random) => tf.clipByValue(pictures.add(forEach(pictures, () => between(shifts, random) * (brightest - darkest))), darkest, brightest);
});

const resize: Builder = (layer, [input]) => {
  const { height, width, interpolation } = layer.config;
  if (interpolation !== 'bilinear' && interpolation !== 'nearest') throw new Unbuildable(layer, 'interpolation');
  if (input!.length !== 3) throw new Unbuildable(layer);
  const size = [Number(height), Number(width)] as const;
  return { shape: [...size, input![2]!], call: ({ inputs: [x] }) => resized(x!, size, interpolation) };
};

const centerCrop: Builder = (layer, [input]) => {
  const [rows, columns, channels] = input!;
  const [height, width] = [Number(layer.config.height), Number(layer.config.width)];
  // Keras stretches a smaller picture.
  if (input!.length !== 3 || height > rows! || width > columns!) throw new Unbuildable(layer);
  const begin = [0, Math.floor((rows! - height) / 2), Math.floor((columns! - width) / 2), 0];
  return { shape: [height, width, channels!], call: ({ inputs: [x] }) => tf.slice(x!, begin, [x!.shape[0]!, height, width, channels!]) };
};

export const imageLayers: Readonly<Record<string, Builder>> = {
  Resizing: resize,
  CenterCrop: centerCrop,
  RandomFlip: flip,
  RandomRotation: rotation,
  RandomTranslation: translation,
  RandomZoom: zoom,
  RandomContrast: contrast,
  RandomBrightness: brightness,
};
