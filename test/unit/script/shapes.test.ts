import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, Layer, Model, Read } from '../../../src/script';
import { shapesBehind } from '../../../src/script/graph-shapes';

interface Case {
  readonly className: string;
  readonly origin?: string;
  readonly config: Readonly<Record<string, Json>>;
  readonly inputs: readonly (readonly (number | null)[])[];
  readonly output: readonly (number | null)[];
}

const cases = JSON.parse(readFileSync(join(__dirname, '../../fixtures/shapes.json'), 'utf8')) as Case[];
const span = { start: 0, end: 0 };
const open = (shape: readonly (number | null)[]): number[] => shape.map((length) => length ?? -1);

/** A model of one layer with an input layer for each of its inputs. */
function modelOf({ className, origin, config, inputs }: Case): Model {
  const written = Object.fromEntries(Object.entries(config).map(([name, value]): [string, Read<Json>] => [name, { known: true, value, span }]));
  const layers: Layer[] = inputs.map(() => ({ className: 'InputLayer', span, config: {}, inputs: [] }));
  return { kind: 'functional', span, layers: [...layers, { className, ...(origin && { origin }), span, config: written, inputs: [...inputs.keys()] }], outputs: [inputs.length] };
}

describe('shapes behind layers', () => {
  it('are those that Keras computes', () => {
    for (const given of cases) {
      const shape = shapesBehind(modelOf(given), given.inputs.map(open)).at(-1);
      assert.deepEqual(shape, open(given.output), `${given.className} of ${JSON.stringify(given.inputs)}`);
    }
  });

  it('are not told for layers that are not known', () => {
    const [first] = cases;
    const model = modelOf({ ...first!, className: 'Capsule' });
    assert.equal(shapesBehind(model, [[5]]).at(-1), undefined);
    const own = modelOf(first!);
    const foreign = { ...own, layers: own.layers.map((layer) => ({ ...layer, origin: 'script' })) };
    assert.equal(shapesBehind(foreign, [[5]]).at(-1), undefined);
  });
});
