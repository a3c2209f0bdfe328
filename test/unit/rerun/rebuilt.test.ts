import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rebuiltPage } from '../../../scripts/rebuilt';
import { layerArguments } from '../../../src/rerun/keras-layers';
import { operationArguments } from '../../../src/rerun/keras-operations';
import { goldenFiles } from './golden';

describe('the page on what is rebuilt', () => {
  it('says what the code does (npx tsx scripts/rebuilt.ts)', () => {
    assert.equal(readFileSync('docs/rerun.md', 'utf8'), rebuiltPage());
  });

  it('claims no layer that was never trained against Keras', () => {
    const trained = new Set(goldenFiles().flatMap(({ file }) => file.cases.flatMap(({ layers }) => layers.map(([className]) => className))));
    /** What draws has other draws; ThresholdedReLU and CuDNN* (layers.test.ts) are Keras 2's, ActivityRegularization is the argument that every layer has. */
    const others = ['ActivityRegularization', 'AlphaDropout', 'CuDNNGRU', 'CuDNNLSTM', 'GaussianDropout', 'GaussianNoise', 'RandomFlip', 'SpatialDropout1D', 'SpatialDropout2D', 'SpatialDropout3D', 'ThresholdedReLU'];
    // Operations on tensors are no layers of Keras; operations.test.ts holds them to their numbers.
    const layers = Object.keys(layerArguments).filter((name) => !Object.hasOwn(operationArguments, name));
    assert.deepEqual(layers.filter((name) => !trained.has(name)).sort(), others);
  });
});
