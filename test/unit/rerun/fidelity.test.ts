import assert from 'node:assert/strict';
import { compare, loggedCurvature } from '../../../src/rerun/fidelity';
import type { MatchedStart } from '../../../src/rerun/start';
import { say } from '../../../src/words';
import { seed } from './seed';

const start: MatchedStart = { weights: [], how: 'nearest', firstLoss: 100, band: [50, 150] };
const falling = Array.from({ length: 20 }, (_, index) => 100 * 0.9 ** index);
const growing = Array.from({ length: 20 }, (_, index) => 100 * 2 ** index);

function verdict(log: readonly number[], rerun: readonly number[], more: { epochs?: number[]; slopes?: number[]; start?: MatchedStart } = {}): string {
  const { epochs, slopes = [] } = more;
  const { reason, outcome } = compare({ losses: log, epochs }, { losses: rerun, slopes, start: 'start' in more ? more.start : start });
  assert.doesNotThrow(() => say(reason));
  return `${outcome} ${reason.id}`;
}

describe('the fidelity gate', () => {
  it('passes the same curve, and one that falls at the same rate', () => {
    assert.equal(verdict(falling, falling), 'confirmed rerun.reproduced.all');
    assert.equal(verdict(falling, falling.map((loss) => 1.2 * loss)), 'confirmed rerun.reproduced.alike');
  });

  it('stops another behaviour, another slope and another first loss', () => {
    assert.equal(verdict(growing, falling), 'unknown rerun.differs.behaviour');
    assert.equal(verdict(falling, falling.map((loss, index) => loss * 0.97 ** index)), 'unknown rerun.differs.slope');
    assert.equal(verdict(falling.map((loss) => 10 * loss), falling), 'unknown rerun.differs.first-loss');
  });

  it('passes and stops at the limits that it names: slope 5 %, first loss 1 %, first NaN max(2, 5 %) epochs', () => {
    const decay = (rate: number): number[] => Array.from({ length: 60 }, (_, index) => 100 * Math.exp(-rate * index));
    assert.match(verdict(decay(0.1), decay(0.104)), /^confirmed/);
    assert.equal(verdict(decay(0.1), decay(0.107)), 'unknown rerun.differs.slope');
    const narrow = { ...start, band: [200, 300] as const };
    assert.match(verdict(falling, falling.map((loss) => 1.009 * loss), { start: narrow }), /^confirmed/);
    assert.equal(verdict(falling, falling.map((loss) => 1.02 * loss), { start: narrow }), 'unknown rerun.differs.first-loss');
    const long = Array.from({ length: 300 }, (_, index) => 100 * 1.1 ** index);
    const until = (epoch: number): number[] => long.map((loss, index) => (index + 1 < epoch ? loss : NaN));
    assert.match(verdict(until(200), until(210)), /^confirmed/);
    assert.equal(verdict(until(200), until(211)), 'unknown rerun.differs.non-finite');
    assert.equal(verdict(until(20), until(23)), 'unknown rerun.differs.non-finite');
  });

  it('takes a slope that other starts of the same script show as well', () => {
    const steeper = falling.map((loss, index) => loss * 0.97 ** index);
    assert.equal(verdict(falling, steeper, { slopes: [Math.log(0.95), Math.log(0.8)] }), 'confirmed rerun.reproduced.alike');
  });

  it('wants the first NaN at about the same epoch', () => {
    const until = (epoch: number): number[] => growing.map((loss, index) => (index + 1 < epoch ? loss : NaN));
    assert.match(verdict(until(10), until(12)), /^confirmed/);
    assert.equal(verdict(until(10), until(15)), 'unknown rerun.differs.non-finite');
  });

  it('compares a log that is NaN from the first epoch on', () => {
    const nan = falling.map(() => NaN);
    assert.match(verdict(nan, nan, { start: undefined }), /^confirmed/);
    assert.equal(verdict(nan, falling, { start: undefined }), 'unknown rerun.differs.non-finite');
  });

  it('compares the epochs that both have', () => {
    assert.equal(verdict([falling[4]!, falling[9]!], falling, { epochs: [5, 10], start: undefined }), 'confirmed rerun.reproduced.all');
    assert.equal(verdict(falling, falling.slice(0, 12)), 'confirmed rerun.reproduced.all');
    assert.equal(verdict([1], [], { epochs: [30] }), 'unknown rerun.differs.epochs');
  });
});

describe('the curvature of a growing log', () => {
  /** λ of the seed's 20 points: the larger eigenvalue of the Hessian of mean((w x + b - y)²). */
  const LAMBDA = 288.539;
  const logOf = (learningRate: number): number[] => Array.from({ length: 12 }, (_, epoch) => 4 * (1 - learningRate * LAMBDA) ** (2 * epoch));

  it('is that of the script where it is the script\'s log', () => {
    const found = loggedCurvature({ losses: [...logOf(0.01), Infinity, NaN] }, seed);
    assert.ok(Math.abs(found! - LAMBDA) < 1e-3 * LAMBDA, String(found));
  });

  it('is not known for a log that falls, with batches, or behind hidden layers', () => {
    assert.equal(loggedCurvature({ losses: logOf(0.003) }, seed), undefined);
    assert.equal(loggedCurvature({ losses: logOf(0.01) }, { ...seed, batchSize: 5 }), undefined);
    assert.equal(loggedCurvature({ losses: logOf(0.01) }, { ...seed, layers: [...seed.layers, seed.layers.at(-1)!] }), undefined);
  });

  it('is not known for a log that swings: with momentum its last ratios are not one rate', () => {
    const momentum = { ...seed, optimizer: { className: 'SGD', config: { learning_rate: 0.005, momentum: 0.9 } } };
    const at = (...ratios: number[]): number[] => ratios.reduce((all, ratio) => [...all, all.at(-1)! * ratio], [100]);
    assert.equal(loggedCurvature({ losses: at(9, 2, 3, 0.55, 4) }, momentum), undefined);
    assert.ok(loggedCurvature({ losses: at(9, 8.2, 8.02, 8, 8) }, momentum)! > 0);
  });

  it('stops a rerun of another one', () => {
    assert.equal(compare({ losses: growing }, { losses: growing, slopes: [], curvature: { log: 288, rerun: 290, shown: [289] } }).outcome, 'confirmed');
    const of = (log: number, rerun: number, ...shown: number[]): string =>
      compare({ losses: growing }, { losses: growing, slopes: [], curvature: { log, rerun, shown } }).reason.id;
    assert.equal(of(288, 320, 318), 'rerun.differs.curvature');
    assert.equal(of(288, 302, 302), 'rerun.reproduced.all');
    assert.equal(of(288, 304, 304), 'rerun.differs.curvature');
    // Growth that has not come to rest yet shows too little, in the rerun as well.
    assert.equal(of(2.26, 2.4, 2.3), 'rerun.reproduced.all');
  });
});
