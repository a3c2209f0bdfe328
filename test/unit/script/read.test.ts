import assert from 'node:assert/strict';
import { readScript } from '../../../src/script';
import { fixtures, known } from './fixtures';

describe('a script', () => {
  for (const { name, text, expected } of fixtures) {
    if (!expected) continue;
    it(`is read: ${name}`, () => {
      const script = readScript(text);
      assert.deepEqual(script.syntaxErrors, []);
      const fit = script.fits[0];
      assert.ok(fit);
      const compile = known(fit.compile);
      const optimizer = known(compile.optimizer);
      const shape = (tensors: readonly { readonly shape: readonly number[] }[]): readonly number[] => tensors[0]!.shape;
      const read = {
        layers: known(fit.model).layers.map((layer) => layer.className),
        optimizer: optimizer.className,
        learning_rate: known(optimizer.config.learning_rate),
        losses: Object.fromEntries(Object.entries(known(compile.losses)).map(([output, loss]) => [output, loss.name])),
        metrics: known(compile.metrics),
        epochs: known(fit.epochs),
        batch_size: known(fit.batchSize),
        x: shape(known(fit.x)),
        y: shape(known(fit.y)),
        keras: script.keras,
      };
      assert.deepEqual(read, expected);
    });
  }

  it('that is no script is read as one without a fit', () => {
    for (const text of ['', '\0\0\xff', 'model.fit(', '%%bash\nls', '# only a comment', 'while True:\n  x = 1\n']) {
      assert.deepEqual(readScript(text).fits.filter((fit) => fit.model.known), [], text);
    }
  });
});
