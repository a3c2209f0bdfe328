import assert from 'node:assert/strict';
import { confirm, trainFrom } from '../../../src/rerun';
import type { CandidateJob, ConfirmEvent, ConfirmJob, ConfirmOptions, Crew, Report, Start, Trace, TrainingSpec } from '../../../src/rerun';
import { engineOf } from '../../../src/rerun/build';
import { endOf, judge, measureOf } from '../../../src/rerun/judge';
import { Training } from '../../../src/rerun/training';
import type { Remedy } from '../../../src/script/remedy';
import { isRefusal } from '../../../src/rerun/spec';
import { say } from '../../../src/words';
import { jobOfFiles } from '../../webview/real-jobs';
import { observed, seed, withOptimizer } from './seed';

type Of<T extends ConfirmEvent['type']> = Extract<ConfirmEvent, { type: T }>;

class Events {
  readonly all: ConfirmEvent[] = [];
  of<T extends ConfirmEvent['type']>(type: T): Of<T>[] {
    return this.all.filter((event): event is Of<T> => event.type === type);
  }
}

async function run(job: ConfirmJob, options?: ConfirmOptions): Promise<Events> {
  const events = new Events();
  for await (const event of confirm(job, options)) events.all.push(event);
  return events;
}

function candidate(remedy: Remedy, spec: TrainingSpec): CandidateJob {
  return { id: remedy.kind, remedy, spec };
}

function normalised(spec: TrainingSpec): TrainingSpec {
  const data = spec.x[0]!.data;
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const deviation = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
  return { ...spec, x: [{ ...spec.x[0]!, data: data.map((value) => (value - mean) / deviation) }] };
}

describe('a rerun of the diverging linear unit', () => {
  let events: Events;
  before(async () => {
    events = await run({
      baseline: seed,
      observed,
      starts: 20,
      candidates: [
        candidate({ kind: 'learning-rate', value: 0.0034 }, withOptimizer('SGD', { learning_rate: 0.0034 })),
        candidate({ kind: 'adam' }, withOptimizer('Adam', { learning_rate: 0.001 })),
        candidate({ kind: 'clip-gradients', value: 1 }, withOptimizer('SGD', { learning_rate: 0.01, clipnorm: 1 })),
        candidate({ kind: 'normalize-inputs' }, normalised(seed)),
      ],
    });
  });

  const verdictOf = (id: string): Of<'verdict'> => events.of('verdict').find(({ candidate }) => candidate === id)!;

  it('reproduces every printed loss, then infinity from epoch 64 on and NaN from epoch 134 on', () => {
    const { verdict, baseline } = events.of('reproduced')[0]!;
    assert.equal(verdict.outcome, 'confirmed', say(verdict.reason));
    observed.losses.forEach((loss, index) => {
      const error = Math.abs(baseline.losses[index]! - loss) / loss;
      assert.ok(error <= 2e-6, `epoch ${index + 1}: ${baseline.losses[index]} instead of ${loss}`);
    });
    assert.equal(baseline.losses.length, 500);
    baseline.losses.forEach((loss, index) => {
      const epoch = index + 1;
      assert.equal(loss === Infinity, epoch >= 64 && epoch < 134, `epoch ${epoch}: ${loss}`);
      assert.equal(Number.isNaN(loss), epoch >= 134, `epoch ${epoch}: ${loss}`);
    });
  });

  it('confirms SGD at half the bound from every start', () => {
    const { verdict, runs } = verdictOf('learning-rate');
    assert.equal(verdict.outcome, 'confirmed');
    assert.equal(verdict.evidence.passed, 20);
    assert.equal(verdict.evidence.yardstick, 8.3125);
    assert.equal(Math.floor(100 * verdict.evidence.lowerBound!), 86);
    assert.match(say(verdict.reason), /^20 of 20 starts .*95 % lower bound 86 %.*8\.313$/);
    assert.ok(Math.abs(verdict.evidence.edge! - 0.0069315) < 1e-5, `edge ${verdict.evidence.edge}`);
    assert.equal(verdict.evidence.learningRate, 0.0034);
    assert.deepEqual(runs.map(({ seed }) => seed), Array.from({ length: 21 }, (_, index) => index));
  });

  it('does not confirm Adam at its default rate, and offers a rate that holds', async () => {
    const { verdict } = verdictOf('adam');
    assert.equal(verdict.outcome, 'refuted', say(verdict.reason));
    assert.ok(Math.abs(verdict.evidence.ownFinalLoss! - 233) < 1, `from the log's start: ${verdict.evidence.ownFinalLoss}`);
    const offer = events.of('offer')[0]!;
    assert.equal(offer.candidate, 'adam');
    assert.ok(offer.remedy.kind === 'adam' && offer.remedy.value !== undefined);
    const again = await run({
      baseline: seed,
      observed,
      starts: 20,
      candidates: [candidate(offer.remedy, withOptimizer('Adam', { learning_rate: offer.remedy.value }))],
    });
    assert.equal(again.of('verdict')[0]!.verdict.outcome, 'confirmed');
  });

  it('calls clipping alone partly: finite, but it circles', () => {
    const { verdict, runs } = verdictOf('clip-gradients');
    assert.equal(verdict.outcome, 'partly', say(verdict.reason));
    assert.equal(verdict.evidence.finite, 20);
    assert.ok(runs.some(({ end }) => end === 'bouncing'));
  });

  it('confirms normalised inputs at the old learning rate', () => {
    assert.equal(verdictOf('normalize-inputs').verdict.outcome, 'confirmed');
  });

  it('streams the losses of every run in order, and ends', () => {
    const lengths = new Map<string, number>();
    for (const { candidate, seed, from, losses } of events.of('losses')) {
      const key = `${candidate}/${seed}`;
      assert.equal(from, lengths.get(key) ?? 0, key);
      lengths.set(key, from + losses.length);
    }
    assert.ok([...lengths.values()].every((length) => length === 500));
    assert.equal(events.all.at(-1)!.type, 'done');
  });
});

describe('a rerun', () => {
  it('judges nothing where the unfixed script does not do what the log does', async () => {
    const events = await run({
      baseline: withOptimizer('SGD', { learning_rate: 0.0034 }),
      observed,
      starts: 3,
      candidates: [candidate({ kind: 'adam' }, withOptimizer('Adam', {}))],
    });
    assert.equal(events.of('reproduced')[0]!.verdict.outcome, 'unknown');
    assert.equal(events.of('reproduced')[0]!.verdict.reason.id, 'rerun.differs.behaviour');
    assert.equal(events.of('verdict')[0]!.verdict.outcome, 'unknown');
  });

  it('says that the start differs where no start of the script gives the first loss', async () => {
    const losses = observed.losses.map((loss) => loss * 100);
    const events = await run({ baseline: seed, observed: { losses }, starts: 3, candidates: [] });
    assert.equal(events.of('reproduced')[0]!.verdict.reason.id, 'rerun.differs.first-loss');
  });

  it('refutes a fix that still diverges, from as many starts as were asked for', async () => {
    const events = await run({
      baseline: seed,
      observed,
      starts: 20,
      candidates: [candidate({ kind: 'learning-rate', value: 0.008 }, withOptimizer('SGD', { learning_rate: 0.008 }))],
    });
    const { verdict, runs } = events.of('verdict')[0]!;
    assert.equal(verdict.outcome, 'refuted');
    assert.equal(runs.filter(({ seed }) => seed > 0).length, 20);
  });

  it('passes a refusal on as unknown', async () => {
    const events = await run({
      baseline: seed,
      observed,
      starts: 3,
      candidates: [{ id: 'a', remedy: { kind: 'adam' }, spec: { refused: { id: 'rerun.refused.subclassed' } } }],
    });
    assert.deepEqual(events.of('verdict')[0]!.verdict.reason, { id: 'rerun.refused.subclassed' });
  });

  it('shares the time among the candidates, so that none goes without', async () => {
    const endless = { ...withOptimizer('SGD', { learning_rate: 1e-9 }), epochs: 1e9 };
    const job: ConfirmJob = {
      baseline: seed,
      starts: 5,
      candidates: [candidate({ kind: 'adam' }, endless), candidate({ kind: 'learning-rate', value: 0.0034 }, withOptimizer('SGD', { learning_rate: 0.0034 }))],
    };
    const [first, second] = (await run(job, { budget: { milliseconds: 3000 } })).of('verdict');
    assert.deepEqual(first!.verdict.reason, { id: 'rerun.unknown.budget', args: { done: 0, starts: 5 } });
    assert.equal(second!.verdict.outcome, 'confirmed');
  });

  it('judges the starts that there was time for, and calls that no more than partly', async () => {
    const spec = withOptimizer('SGD', { learning_rate: 0.0034 });
    async function* train(_: TrainingSpec, starts: readonly Start[]): AsyncGenerator<Report> {
      yield* trainFrom(spec, starts.slice(0, 6));
      while (starts.length > 6) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        yield { seed: starts[0]!.seed, losses: [], trained: 0, ended: false };
      }
    }
    const job: ConfirmJob = { baseline: seed, starts: 20, candidates: [candidate({ kind: 'adam' }, spec)] };
    const crew: Crew = { size: () => 2, train };
    const { verdict } = (await run(job, { crew, budget: { milliseconds: 1500 } })).of('verdict')[0]!;
    assert.equal(verdict.outcome, 'partly');
    assert.match(say(verdict.reason), /^6 of 6 starts/);
    assert.deepEqual(verdict.caveats.map(say), ['Trained from only 6 of 20 starts: the time was up']);
  });

  it('stops when it is told to', async () => {
    const signal = { aborted: false };
    const events: ConfirmEvent[] = [];
    const job = { baseline: seed, observed, starts: 20, candidates: [candidate({ kind: 'adam' }, withOptimizer('Adam', {}))] };
    for await (const event of confirm(job, { signal })) {
      events.push(event);
      if (event.type === 'reproduced') signal.aborted = true;
    }
    assert.ok(!events.some(({ type }) => type === 'verdict' || type === 'done'));
  });

  it('comes to the same verdicts and curves whoever trains', async () => {
    const job: ConfirmJob = {
      baseline: seed,
      observed,
      starts: 7,
      candidates: [
        candidate({ kind: 'adam' }, withOptimizer('Adam', {})),
        candidate({ kind: 'learning-rate', value: 0.0034 }, withOptimizer('SGD', { learning_rate: 0.0034 })),
      ],
    };
    let asked = 0;
    // Three take every third start, and report in turns.
    async function* train(spec: TrainingSpec, starts: readonly Start[]): AsyncGenerator<Report> {
      asked++;
      const members: AsyncGenerator<Report>[] = [0, 1, 2].map((nth) => trainFrom(spec, starts.filter((_, index) => index % 3 === nth)));
      while (members.length > 0) {
        const member = members.shift()!;
        const { done, value } = await member.next();
        if (done) continue;
        yield value;
        members.push(member);
      }
    }
    const crew: Crew = { size: () => 3, train };
    const [alone, together] = [await run(job), await run(job, { crew })];
    assert.equal(asked, 3, 'the unfixed script and both candidates');
    assert.deepEqual(together.of('reproduced'), alone.of('reproduced'));
    assert.deepEqual(together.of('verdict'), alone.of('verdict'));
    assert.deepEqual(together.of('offer'), alone.of('offer'));
  });
});

describe('a log of several steps an epoch', () => {
  it('that is not finite from the first epoch on is looked for among drawn starts', async () => {
    // Weights around 1e18: whether the square of an error overflows in epoch 1 is the chance of the start.
    const initializer = { class_name: 'RandomNormal', config: { stddev: 8e17 } };
    const layers = seed.layers.map((layer) => (layer.className === 'Dense' ? { ...layer, config: { ...layer.config, kernel_initializer: initializer } } : layer));
    const edgy = { ...seed, layers, epochs: 6, optimizer: { className: 'SGD', config: { learning_rate: 1e-6 } } };
    const observed = { losses: [Infinity, NaN, NaN, NaN, NaN, NaN] };
    const { verdict } = (await run({ baseline: edgy, candidates: [], observed, starts: 1 })).of('reproduced')[0]!;
    assert.equal(verdict.outcome, 'confirmed');
    assert.equal(verdict.reason.id, 'rerun.reproduced.not-finite'); // nothing to agree to a digit
    assert.equal(verdict.caveats[0]?.id, 'rerun.reproduced.some');
    const calm = { ...edgy, layers: seed.layers };
    assert.equal((await run({ baseline: calm, candidates: [], observed, starts: 1 })).of('reproduced')[0]!.verdict.outcome, 'unknown');
  });

  it('is started from with the order of batches that its first loss came from', async () => {
    const batches = { ...seed, batchSize: 4, epochs: 5, optimizer: { className: 'SGD', config: { learning_rate: 0.004 } } };
    const engine = await engineOf(batches);
    assert.ok(!('refused' in engine));
    const losses = [...new Training(batches, engine, { seed: 77 }).run()];
    const events = await run({ baseline: batches, candidates: [], observed: { losses }, starts: 1 });
    const { baseline, verdict } = events.of('reproduced')[0]!;
    assert.equal(verdict.outcome, 'confirmed');
    assert.ok(Math.abs(baseline.losses[0]! - losses[0]!) <= 0.01 * losses[0]!, `${baseline.losses[0]}, ${losses[0]}`);
  });
});

describe('a real log of a script that leaves the backend open', () => {
  const folder = 'test/fixtures/diagnosis';
  const reproduced = async (name: string, change = (spec: TrainingSpec): TrainingSpec => spec): Promise<string[]> => {
    const { job } = jobOfFiles(`${folder}/${name}.py`, { log: `${folder}/${name}.log`, starts: 1 });
    assert.ok(!isRefusal(job.baseline));
    const { verdict } = (await run({ ...job, baseline: change(job.baseline), candidates: [] })).of('reproduced')[0]!;
    assert.ok([verdict.reason, ...verdict.caveats].every((message) => say(message)));
    return [verdict.outcome, ...verdict.caveats.map(({ id }) => id)];
  };

  for (const name of ['softmax-one-unit', 'categorical-one-unit']) {
    it(`is reproduced on the backend that printed it, and says so: ${name}`, async () => {
      assert.deepEqual(await reproduced(name), ['confirmed', 'rerun.reproduced.backend']);
      // A script that names TensorFlow did not print it.
      assert.deepEqual(await reproduced(name, ({ backendOpen: _, ...named }) => named), ['unknown']);
    });
  }

  it('trains the fixes there too', async () => {
    const job = jobOfFiles(`${folder}/softmax-one-unit.py`, { log: `${folder}/softmax-one-unit.log`, starts: 3, remedies: [{ kind: 'adam', value: 0.01 }] }).job;
    const adam = job.candidates.find(({ remedy }) => remedy.kind === 'adam')!;
    const { verdict, runs } = (await run({ ...job, candidates: [adam] })).of('verdict')[0]!;
    assert.equal(verdict.outcome, 'refuted', say(verdict.reason)); // TensorFlow would train it behind the softmax
    assert.ok(runs.every(({ losses }) => Math.abs(losses.at(-1)! - 7.9712) < 1e-3));
  });

  it('is reproduced although its growth has not come to rest, or is NaN throughout', async () => {
    assert.deepEqual(await reproduced('exploding-momentum'), ['confirmed']);
    assert.deepEqual(await reproduced('nan-in-data'), ['confirmed']);
  });
});

describe('a model with dropout', () => {
  it('is evaluated without it at the end; one without has its printed loss alone', async () => {
    const [input, dense] = seed.layers as [TrainingSpec['layers'][0], TrainingSpec['layers'][0]];
    const dropout = { className: 'Dropout', name: 'dropout', config: { rate: 0.5 }, inputs: [0] };
    const gentle = { ...withOptimizer('SGD', { learning_rate: 0.001 }), epochs: 3 };
    const lastOf = async (spec: TrainingSpec): Promise<Report> => {
      let last: Report | undefined;
      for await (const report of trainFrom(spec, [{ seed: 1 }])) last = report;
      return last!;
    };
    const last = await lastOf({ ...gentle, layers: [input, dropout, { ...dense, inputs: [1] }], outputs: [2] });
    assert.ok(last.ended && last.evaluated! > 0 && last.evaluated !== last.losses.at(-1), JSON.stringify(last));
    assert.equal((await lastOf(gentle)).evaluated, undefined);
  });
});

describe('the verdict', () => {
  const runs = (...last: number[]): Trace[] => last.map((loss, index) => {
    const losses = Array.from({ length: 30 }, (_, epoch) => loss + 0.9 ** (epoch * 2));
    return { seed: index + 1, losses, end: endOf({ losses }, measureOf(seed)) };
  });
  const of = (...last: number[]): string => {
    const { outcome, reason } = judge(runs(...last), undefined, seed);
    assert.doesNotThrow(() => say(reason));
    return `${outcome} ${reason.id}`;
  };

  it('wants every start finite, below the constant predictor (8.31), and at half of its loss in the script\'s epochs', () => {
    assert.equal(of(0.1, 0.2, 4), 'confirmed rerun.judged.holds');
    assert.equal(of(0.1, 0.2, 5), 'partly rerun.judged.short');
    assert.equal(of(0.1, 0.2, 20), 'partly rerun.judged.above');
    assert.equal(of(0.1, 20, 20), 'refuted rerun.judged.above');
    assert.equal(of(0.1, NaN, NaN), 'refuted rerun.judged.diverges');
  });

  it('holds a model whose targets are all alike against the untrained one: no loss is below that of their constant', () => {
    const alike = { ...seed, y: [{ ...seed.y[0]!, data: new Float64Array(20).fill(3) }] };
    const learned = { seed: 1, losses: Array.from({ length: 30 }, (_, epoch) => 0.8 ** epoch) };
    const { outcome, reason, evidence } = judge([{ ...learned, end: endOf(learned, measureOf(alike)) }], undefined, alike);
    assert.deepEqual([outcome, evidence.yardstick], ['confirmed', undefined]);
    assert.match(say(reason), /^1 of 1 starts train .*: median final loss 0\.00155$/);
  });

  it('takes the goal that the user wants', () => {
    const outcome = (goal: number): string => judge(runs(0.1, 0.2, 4), undefined, seed, goal).outcome;
    assert.deepEqual([outcome(0.6), outcome(0.5), outcome(0.3)], ['confirmed', 'confirmed', 'partly']);
    const { reason, evidence } = judge(runs(0.1, 0.2, 4), undefined, seed, 0.3);
    assert.match(say(reason), /only 2 of 3 starts get below 30 % of the loss of the best constant prediction/);
    assert.ok(Math.abs(evidence.goal! - 0.3 * 8.3125) < 1e-12);
  });

  it('takes the loss without dropout where the printed one includes it, and says so', () => {
    const disturbed = runs(9, 9, 9).map((run) => ({ ...run, evaluated: 0.5 }));
    const ended = disturbed.map((run) => ({ ...run, end: endOf(run, measureOf(seed)) }));
    const { outcome, caveats, evidence } = judge(ended, undefined, seed);
    assert.deepEqual([outcome, evidence.finalLoss], ['confirmed', 0.5]);
    assert.deepEqual(caveats.map(({ id }) => id), ['rerun.caveat.undisturbed']);
    assert.match(say(caveats[0]!), /\b9\b/);
  });

  it('counts in its bound what went all the way', () => {
    const { evidence } = judge(runs(0.1, 5, 5), undefined, seed);
    assert.deepEqual([evidence.below, evidence.trained, evidence.passed], [3, 3, 1]);
  });
});
