import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { completed } from '../../../src/rerun/keras-layers';
import type { Json, Layer, Read } from '../../../src/script';
import { applicationOf, upTo } from '../../../src/script/applications';
import { shapesBehind } from '../../../src/script/graph-shapes';

type Row = readonly [name: string | null, className: string, inputs: readonly number[], weights: number, shape: readonly number[], config: Readonly<Record<string, Json>>];

interface Case {
  readonly className: string;
  readonly arguments: Readonly<Record<string, Json>>;
  readonly layers?: readonly Row[];
  /** Where the layers are not written out: how many there are, and how many numbers stand behind all of them. */
  readonly count: number;
  readonly numbers: number;
}

const cases = JSON.parse(readFileSync(join(__dirname, '../../fixtures/applications.json'), 'utf8')) as Case[];
const span = { start: 0, end: 0 };
const read = (config: Readonly<Record<string, Json>>): Record<string, Read<Json>> => Object.fromEntries(Object.entries(config).map(([name, value]) => [name, { known: true, value, span }]));
const written = ({ config }: Layer): Record<string, Json> => Object.fromEntries(Object.entries(config).flatMap(([name, value]) => (value.known ? [[name, value.value]] : [])));

/** One number in place of the same for each axis, and an object by its class alone where it says nothing more. */
function plain(value: Json | undefined): Json | undefined {
  if (Array.isArray(value) && value.length > 0) {
    const items = value.map(plain) as Json[];
    return items.every((item) => JSON.stringify(item) === JSON.stringify(items[0])) ? items[0] : items;
  }
  return value;
}

describe('models of keras.applications', () => {
  for (const { className, arguments: { input_shape: input, ...given }, layers, count, numbers } of cases) {
    it(`${className}(${JSON.stringify(given)}) has Keras' layers`, () => {
      const graph = applicationOf({ className, config: read({ weights: null, ...given }), span }, input as number[]);
      assert.ok(graph);
      const shapes = shapesBehind(graph, [input as number[]]);
      if (!layers) {
        const sum = shapes.reduce((total, shape) => total + shape!.reduce((product, length) => product * length, 1), 0);
        assert.deepEqual([graph.layers.length, sum], [count, numbers]);
        return;
      }
      assert.equal(graph.layers.length, layers.length);
      layers.forEach(([name, kind, inputs, , shape, config], at) => {
        const layer = graph.layers[at]!;
        const place = `layer ${at}, ${name ?? kind}`;
        assert.deepEqual([layer.name ?? null, layer.className, layer.inputs, shapes[at]], [name, kind, inputs, shape], place);
        // The last axis by its number.
        const lastAxis: Record<string, Json> = config.axis === shape.length ? { axis: -1 } : {};
        const [ours, theirs] = [completed(kind, { ...written(layer), ...lastAxis }), completed(kind, { ...config, ...lastAxis })];
        for (const argument of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
          // What a Normalization takes away are weights in Keras.
          if (kind === 'InputLayer' || argument === 'mean' || argument === 'variance') continue;
          assert.deepEqual(plain(ours[argument]), plain(theirs[argument]), `${place}: ${argument}`);
        }
      });
      assert.equal(graph.outputs[0], layers.length - 1);
    });
  }

  it('are those that come before a layer where a script takes a part of them', () => {
    const whole = applicationOf({ className: 'ResNet50', config: {}, span })!;
    const until = (last: Json): number | undefined => upTo(whole, last)?.layers.length;
    assert.deepEqual([until(4), until('conv2_block1_out'), until('nowhere')], [5, 19, undefined]);
  });

  it('are not told where an argument is not known, or the model is none of these', () => {
    assert.equal(applicationOf({ className: 'NASNetLarge', config: {}, span }), undefined);
    assert.equal(applicationOf({ className: 'VGG16', config: { classes: { known: false, span, reason: { id: 'script.loop' } } }, span }), undefined);
    assert.equal(applicationOf({ className: 'MobileNetV3Small', config: read({ minimalistic: true }), span }), undefined);
  });
});
