import assert from 'node:assert/strict';
import { byImportance, diagnose, withSeverities } from '../../../src/diagnosis';
import { fitOf, layer, runOf, scriptOf } from './build';

const falling = Array.from({ length: 12 }, (_, epoch) => 1 / (1 + epoch));
const rising = Array.from({ length: 12 }, (_, epoch) => (epoch < 3 ? 1 - 0.2 * epoch : 0.6 + 0.1 * epoch));

describe('order of findings', () => {
  it('keeps one alarm: an overfitting beside an accuracy of 0, which is no fault of the training', () => {
    const { findings } = diagnose([runOf({ loss: falling, val_loss: rising, accuracy: falling.map(() => 0) })]);
    assert.deepEqual(
      findings.map(({ code, severity, evidence }) => [code, severity, evidence['beside']]),
      [['accuracy.dead', 'information', 'validation.overfitting'], ['validation.overfitting', 'warning', undefined]],
    );
  });

  it('tells a symptom under the fault of the script that explains it', () => {
    const stuck = runOf({ loss: falling.map(() => 7.9712), accuracy: falling.map(() => 0.5) }, { stepsPerEpoch: 10 });
    const script = scriptOf(fitOf({ optimizer: 'Adam', config: { learning_rate: 0.001 }, loss: 'binary_crossentropy', layers: [layer('Dense', { units: 1, activation: 'softmax' })] }));
    const { findings } = diagnose([stuck], script);
    const fault = findings.find(({ code }) => code === 'output.softmax-one-unit')!;
    const symptom = findings.find(({ code }) => code === 'loss.fingerprint')!;
    assert.equal(fault.severity, 'error');
    assert.equal(symptom.severity, 'information');
    assert.equal(symptom.evidence['explainedBy'], fault.code);
    assert.ok(fault.related.some(({ where }) => where === 'log'));
  });

  it('judges each run of a log by itself', () => {
    const runs = [runOf({ loss: falling }), runOf({ loss: [1, 20, 400, 8000] }), runOf({ loss: falling })];
    assert.deepEqual(diagnose(runs).findings.map(({ run, code }) => [run, code]), [[1, 'loss.exploding']]);
  });

  it('takes the fit with as many epochs for each run of a script that fits several times', () => {
    const calm = fitOf({ config: { learning_rate: 0.5, momentum: 0 }, more: { epochs: { known: true, value: 12, span: { start: 0, end: 0 } } } });
    const wild = fitOf({ config: { learning_rate: 0.25, momentum: 0 }, more: { epochs: { known: true, value: 4, span: { start: 0, end: 0 } } } });
    const runs = [runOf({ loss: falling }, { declaredEpochs: 12 }), runOf({ loss: [1, 4, 16, 64] }, { declaredEpochs: 4, stepsPerEpoch: 1 })];
    const finding = diagnose(runs, scriptOf(calm, wild)).findings.find(({ code }) => code === 'loss.exploding');
    assert.equal(finding?.evidence['learningRate'], 0.25);
  });

  it('names what could not be checked, and why', () => {
    const { skipped } = diagnose([runOf({ accuracy: [0.5] })]);
    assert.ok(skipped.some(({ code, reason }) => code === 'loss.exploding' && reason.id === 'skipped.no-loss'));
  });

  it('says nothing of generator and discriminator', () => {
    assert.deepEqual(diagnose([runOf({ g_loss: [1, 10, 100, 1000], d_loss: [1, 0.5, 0.2, 0.1] })]).findings, []);
  });

  it('applies the severities of the settings, and never makes a hint an alarm', () => {
    const diagnosis = diagnose([runOf({ loss: [1, 20, 400, 8000, NaN] })]);
    const off = withSeverities(diagnosis, { 'loss.exploding': 'off' });
    assert.ok(off.findings.every(({ code }) => code !== 'loss.exploding'));
    const loud = withSeverities(diagnosis, { 'loss.exploding': 'hint', 'loss.nan': 'error' });
    assert.deepEqual(loud.findings.map(({ code, severity }) => [code, severity]), [['loss.exploding', 'hint'], ['loss.nan', 'information']]);
  });
});

describe('importance', () => {
  it('puts the cause before the symptom that stands before it, and keeps the order of equals', () => {
    const run = runOf({ loss: [6.7, 5.8, NaN, NaN] }, { stepsPerEpoch: 15 });
    const script = scriptOf(fitOf({ optimizer: 'RMSprop', loss: 'categorical_crossentropy', layers: [layer('Dense', { units: 10, activation: 'relu' })] }));
    const { findings } = diagnose([run], script);
    assert.deepEqual(findings.map(({ code }) => code), ['loss.nan', 'output.activation']);
    assert.deepEqual(byImportance(findings).map(({ code }) => code), ['output.activation', 'loss.nan']);
  });
});
