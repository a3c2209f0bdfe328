/** `tf.image` on pictures of which only the shape is followed (tensorflow/python/ops/image_ops_impl.py). */
import { operand } from '../numpy/methods';
import { shaped } from '../numpy/ndarray';
import { asNumber, type Call } from '../python/call';
import type { Functions } from '../python/library';
import { array, doubtOf, unknown, type Value } from '../python/values';

type Size = readonly [number, number];
type Picture = readonly [height: number, width: number, channels: number];

/** A function whose pictures, its first argument, are as `change` has them; that gives undefined where it is not known. */
function pictures(signature: string, change: (picture: Picture, bound: Partial<Record<string, Value>>) => Picture | undefined) {
  return (call: Call): Value => {
    const bound = call.bind(signature);
    const given = bound[signature.split(' ')[0]!];
    const whole = operand(given);
    if (!given || !whole || whole.shape.length < 3) return (given && doubtOf(given)) ?? call.unread();
    const [height, width, channels] = whole.shape.slice(-3) as [number, number, number];
    const made = change([height, width, channels], bound);
    return made ? array(shaped([...whole.shape.slice(0, -3), ...made], 'float32', whole.missing ?? unknown(call.span, 'script.unread-call', { name: call.name })), call.span) : call.unread();
  };
}

function sizeFrom(given: Value | undefined): Size | undefined {
  const lengths = given?.kind === 'tuple' || given?.kind === 'list' ? given.items.map(asNumber) : [...(operand(given)?.data ?? [])].map(Number);
  const [height, width] = lengths;
  return lengths.length === 2 && height !== undefined && width !== undefined ? [height, width] : undefined;
}

const toSize = pictures('images size', ([, , channels], { size }) => {
  const lengths = sizeFrom(size);
  return lengths && [...lengths, channels];
});

const toSides = pictures('image target_height target_width', ([, , channels], { target_height: height, target_width: width }) => {
  const lengths = [asNumber(height), asNumber(width)] as const;
  return lengths[0] === undefined || lengths[1] === undefined ? undefined : [lengths[0], lengths[1], channels];
});

const same = pictures('image', (picture) => picture);

export const tensorflowImageFunctions: Functions = Object.fromEntries([
  ...['resize', 'resize_images'].map((name) => [name, toSize] as const),
  ...['resize_with_pad', 'resize_with_crop_or_pad', 'resize_image_with_crop_or_pad'].map((name) => [name, toSides] as const),
  ...[
    'convert_image_dtype', 'per_image_standardization', 'flip_left_right', 'flip_up_down', 'random_flip_left_right', 'random_flip_up_down', 'random_brightness',
    'random_contrast', 'random_saturation', 'random_hue', 'adjust_brightness', 'adjust_contrast', 'adjust_saturation', 'adjust_hue',
  ].map((name) => [name, same] as const),
  ['grayscale_to_rgb', pictures('images', ([height, width]) => [height, width, 3])],
  ['rgb_to_grayscale', pictures('images', ([height, width]) => [height, width, 1])],
].map(([name, work]) => [`tensorflow.image.${name as string}`, work as (call: Call) => Value]));
