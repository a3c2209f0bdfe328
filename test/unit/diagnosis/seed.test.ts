import assert from 'node:assert/strict';
import { diagnose } from '../../../src/diagnosis';
import { explain, remedyTitle, say } from '../../../src/words';
import { fitOf, layer, runOf, scriptOf, vector } from './build';

const exploding = [
  450.9794, 1603.0852, 5698.4731, 20256.3398, 72005.1719, 255956.5938, 909848.5, 3234236, 11496730, 40867392, 145271264,
  516395584, 1835629312, 6525110272, 23194802176, 82450513920, 293086593024, 1041834835968, 3703408164864, 13164500484096,
];
const converging = [1.2133, 1.1442, 1.0792, 1.0178, 0.9599, 0.9053, 0.8538, 0.8053, 0.7595, 0.7163];

const run = (losses: readonly number[]) => runOf({ loss: losses }, { stepsPerEpoch: 1, declaredEpochs: 500 });
const samples = Array.from({ length: 20 }, (_, index) => index + 1);
const script = scriptOf(
  fitOf({
    config: { learning_rate: 0.01, momentum: 0, nesterov: false, clipnorm: null },
    defaults: ['learning_rate', 'momentum', 'nesterov', 'clipnorm'],
    x: vector(samples),
  }),
);

const ofRun = (losses: readonly number[]) => diagnose([run(losses)], script).findings.filter((finding) => finding.run === 0);

function near(actual: unknown, expected: number, relative: number): void {
  assert.equal(typeof actual, 'number');
  assert.ok(Math.abs(Number(actual) / expected - 1) <= relative, `${String(actual)} is not ${expected}`);
}

describe('the seed', () => {
  it('asks for the same learning rate again where the script was repaired after the log was made', () => {
    const config = { learning_rate: 0.0034, momentum: 0, nesterov: false, clipnorm: null };
    const layers = [layer('Dense', { units: 1, activation: 'linear', use_bias: true })];
    const repaired = scriptOf(fitOf({ config, layers, x: vector(samples) }));
    const finding = diagnose([run(exploding)], repaired).findings.find(({ code }) => code === 'loss.exploding')!;
    near(finding.evidence['learningRate'], 0.01, 1e-4);
    near(finding.evidence['lambdaMax'], 288.539, 1e-4);
    assert.deepEqual(finding.remedies[0], { kind: 'learning-rate', value: 0.0034 });
  });

  it('measures curvature and bound of the exploding run, and forecasts the overflow', () => {
    const findings = ofRun(exploding);
    assert.equal(findings.length, 1);
    const { code, evidence, epoch, log, script: place, related, remedies } = findings[0]!;
    assert.equal(code, 'loss.exploding');
    near(evidence['growthPerEpoch'], 3.554698, 1e-6);
    near(evidence['lambdaMax'], 288.539, 1e-4);
    near(evidence['maxStableLearningRate'], 0.0069315, 1e-4);
    assert.equal(evidence['overflowEpoch'], 64);
    assert.equal(evidence['assumed'], 'learningRate, momentum');
    assert.equal(epoch, 2);
    assert.deepEqual({ start: log?.start, end: log?.end }, { start: 1, end: 2 });
    assert.deepEqual(place, { start: 100, end: 115 });
    assert.deepEqual(related[0]?.span.start, 0);
    assert.deepEqual(remedies, [{ kind: 'learning-rate', value: 0.0034 }, { kind: 'clip-gradients', value: 1 }, { kind: 'adam' }]);
  });

  it('is certain from the third epoch on, and never before', () => {
    assert.deepEqual(ofRun(exploding.slice(0, 2)), []);
    const findings = ofRun(exploding.slice(0, 3));
    near(findings[0]?.evidence['maxStableLearningRate'], 0.0069315, 1e-4);
    assert.equal(findings[0]?.evidence['overflowEpoch'], 64);
  });

  it('gives a factor, and no rate, when the script is unknown', () => {
    const { evidence, message, remedies } = diagnose([run(exploding)]).findings[0]!;
    assert.equal(evidence['lambdaMax'], null);
    assert.equal(evidence['maxStableLearningRate'], null);
    assert.equal(evidence['overflowEpoch'], 64);
    assert.match(say(message), /at least 1\.45 times too high/);
    assert.ok(remedies.every(({ kind }) => kind !== 'learning-rate'));
  });

  it('is silent on the converging run, at every epoch', () => {
    for (let epochs = 0; epochs <= converging.length; epochs++) {
      assert.deepEqual(ofRun(converging.slice(0, epochs)), []);
    }
  });

  it('says it in one sentence with its numbers, and teaches in four lines', () => {
    const [finding] = ofRun(exploding);
    assert.equal(
      say(finding!.message),
      "Loss grows ×3.555 per epoch: learning rate 0.01 (Keras' default) is above 0.0069315, the largest stable one " +
        '(λmax ≈ 288.54; SGD, momentum 0, 1 step per epoch); float32 overflows at epoch 64',
    );
    assert.ok(explain(finding!).length <= 4);
    assert.equal(remedyTitle(finding!.remedies[0]!), 'Set the learning rate to 0.0034');
  });

  it('places the NaN that follows, explained by the growth', () => {
    const findings = ofRun([...exploding, Infinity, NaN]);
    assert.deepEqual(findings.map(({ code, severity }) => [code, severity]), [['loss.exploding', 'error'], ['loss.nan', 'information']]);
    assert.equal(findings[1]?.log?.start, 20);
    assert.equal(findings[1]?.evidence['explainedBy'], 'loss.exploding');
    assert.equal(findings[0]?.evidence['overflowEpoch'], 21);
  });
});
