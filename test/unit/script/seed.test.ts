import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readScript, remedyEdits, type Remedy, type Script } from '../../../src/script';
import { applyEdits } from '../../../src/text/edit';

const text = readFileSync('test/fixtures/scripts/seed.py', 'utf8');

function known<T>(read: { known: true; value: T } | { known: false; reason: { id: string } }): T {
  assert.ok(read.known, read.known ? '' : read.reason.id);
  return read.value;
}

function applied(script: Script, remedy: Remedy): string {
  const result = remedyEdits(script, script.fits[0]!, remedy);
  assert.ok('edits' in result);
  return applyEdits(script.text, result.edits);
}

describe('a linear model of twenty points', () => {
  const script = readScript(text);
  const fit = script.fits[0]!;

  it('is read fully', () => {
    assert.equal(script.fits.length, 1);
    assert.deepEqual(script.syntaxErrors, []);
    const model = known(fit.model);
    assert.deepEqual(model.layers.map((layer) => layer.className), ['InputLayer', 'Dense']);
    assert.deepEqual(known(model.layers[0]!.config.shape!), [1]);
    assert.equal(known(model.layers[1]!.config.units!), 1);
    assert.deepEqual(model.layers[1]!.inputs, [0]);
    const compile = known(fit.compile);
    assert.equal(known(compile.losses)['']!.name, 'mean_squared_error');
    assert.equal(known(fit.epochs), 500);
    assert.deepEqual(known(fit.x).map(({ shape, dtype }) => ({ shape, dtype })), [{ shape: [20], dtype: 'float64' }]);
    assert.deepEqual([...known(fit.y)[0]!.data], Array.from({ length: 20 }, (_, i) => (i + 1) / 2));
  });

  it("has Keras' defaults where it says nothing, marked as such", () => {
    const optimizer = known(known(fit.compile).optimizer);
    assert.equal(optimizer.className, 'SGD');
    assert.equal(optimizer.form, 'string');
    assert.equal(text.slice(optimizer.span.start, optimizer.span.end), '"sgd"');
    const rate = optimizer.config.learning_rate!;
    assert.ok(rate.known && rate.byDefault);
    assert.equal(rate.value, 0.01);
    assert.ok(fit.batchSize.known && fit.batchSize.byDefault);
    assert.equal(fit.batchSize.value, 32);
  });

  it('gets a learning rate with the name it has for Keras', () => {
    const edited = applied(script, { kind: 'learning-rate', value: 0.0034 });
    assert.equal(edited, text.replace('optimizer="sgd"', 'optimizer=keras.optimizers.SGD(learning_rate=0.0034)'));
    assert.equal(applied(readScript(edited), { kind: 'learning-rate', value: 0.0034 }), edited);
    assert.equal(applied(readScript(edited), { kind: 'learning-rate', value: 1e-5 }), edited.replace('0.0034', '1e-05'));
  });

  it('keeps its quotes when it gets Adam', () => {
    assert.equal(applied(script, { kind: 'adam' }), text.replace('"sgd"', '"adam"'));
  });

  it('gets scaled inputs, in its prediction too, and once only', () => {
    const edited = applied(script, { kind: 'normalize-inputs' });
    assert.ok(edited.includes('xs_mean, xs_std = xs.mean(), xs.std()\nmodel.fit((xs - xs_mean) / xs_std, ys, epochs=500)\n'), edited);
    assert.ok(edited.includes('model.predict((np.array([25.0]) - xs_mean) / xs_std)'), edited);
    const again = readScript(edited);
    const [x] = known(again.fits[0]!.x);
    assert.equal(x!.data.reduce((sum, value) => sum + value, 0).toFixed(9), '0.000000000');
    assert.equal(applied(again, { kind: 'normalize-inputs' }), edited);
  });

  it('keeps its line ends', () => {
    const windows = text.replace(/\n/g, '\r\n');
    const edited = applied(readScript(windows), { kind: 'clip-gradients', value: 1 });
    assert.equal(edited, windows.replace('"sgd"', 'keras.optimizers.SGD(clipnorm=1.0)'));
  });
});
