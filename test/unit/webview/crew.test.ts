import assert from 'node:assert/strict';
import type { Report, TrainingSpec } from '../../../src/rerun';
import { breakdownOf } from '../../../src/webview/breakdown';
import { crewOf } from '../../../src/webview/crew';
import type { Listener, Start, Task } from '../../../src/webview/task';
import { seed } from '../rerun/seed';

const starts = [1, 2, 3, 4, 5].map((seed) => ({ seed }));
const report = (seed: number): Report => ({ seed, losses: [1], trained: 1, ended: true });

async function* alone(_spec: TrainingSpec, all: readonly { seed: number }[]): AsyncGenerator<Report> {
  for (const { seed } of all) yield { ...report(seed), losses: [2] };
}

async function collect(reports: AsyncIterable<Report>): Promise<Report[]> {
  const all: Report[] = [];
  for await (const one of reports) all.push(one);
  return all;
}

/** Workers that do as the test says, by their listeners. */
function waiting(): { listeners: Listener<Report>[]; start: Start; stopped: () => number } {
  const listeners: Listener<Report>[] = [];
  let stopped = 0;
  const start: Start = (_task, listener) => {
    listeners.push(listener as unknown as Listener<Report>);
    return { stop: () => void stopped++ };
  };
  return { listeners, start, stopped: () => stopped };
}

describe('a crew of workers', () => {
  const none: Start = () => {
    throw new ReferenceError('Worker is not defined');
  };

  it('is as large as processors, starts and memory allow, and only where it is worth it', () => {
    const crew = crewOf(none, 4, alone);
    const long = { milliseconds: 60_000, bytes: 1e6 };
    assert.equal(crew.size(20, long), 4);
    assert.equal(crew.size(3, long), 3);
    assert.equal(crew.size(20, { ...long, milliseconds: 500 }), 1);
    assert.equal(crew.size(20, { ...long, bytes: 1e9 }), 2);
    assert.equal(crew.size(20, { ...long, bytes: 3e9 }), 1);
    assert.equal(crewOf(none, 1, alone).size(20, long), 1);
  });

  it('trains every start once, each worker some', async () => {
    const shares: number[][] = [];
    const start: Start = (task, listener) => {
      const share = (task as Extract<Task, { type: 'starts' }>).starts.map(({ seed }) => seed);
      shares.push(share);
      setTimeout(() => (listener as unknown as Listener<Report>).events(share.map(report)));
      return { stop: () => undefined };
    };
    const reports = await collect(crewOf(start, 2, alone).train(seed, starts, 2));
    assert.deepEqual(shares, [[1, 3, 5], [2, 4]]);
    assert.deepEqual(reports.map(({ seed }) => seed).sort(), [1, 2, 3, 4, 5]);
  });

  it('trains in place where a worker cannot have workers, and leaves none behind', async () => {
    const reports = await collect(crewOf(none, 2, alone).train(seed, starts, 2));
    assert.deepEqual(reports.map(({ losses }) => losses[0]), [2, 2, 2, 2, 2]);
    let [running, made] = [0, 0];
    const second: Start = () => {
      if (made++ === 1) throw new Error('no more');
      running++;
      return { stop: () => void running-- };
    };
    assert.equal((await collect(crewOf(second, 2, alone).train(seed, starts, 2))).length, 5);
    assert.equal(running, 0);
  });

  it('reports whatever comes, in the order it comes, and stops all workers at the end', async () => {
    const { listeners, start, stopped } = waiting();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { seed: number } of crewOf(start, 2, alone).train(seed, starts, 2)) seen.push(number);
    })();
    listeners[1]!.events([report(2)]);
    listeners[0]!.events([report(1)]);
    await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual(seen, [2, 1]);
    for (const [worker, number] of [[0, 3], [0, 5], [1, 4]] as const) listeners[worker]!.events([report(number)]);
    await reading;
    assert.deepEqual(seen, [2, 1, 3, 5, 4]);
    assert.equal(stopped(), 2);
  });

  it('stops when nobody listens any more, and when one of them breaks', async () => {
    const { listeners, start, stopped } = waiting();
    const leaving = (async () => {
      for await (const { ended } of crewOf(start, 3, alone).train(seed, starts, 3)) if (ended) break;
    })();
    listeners[2]!.events([report(3)]);
    await leaving;
    assert.equal(stopped(), 3);

    const breaking = collect(crewOf(start, 3, alone).train(seed, starts, 3));
    listeners[4]!.broken('memory', 'memory access out of bounds');
    await assert.rejects(breaking, (error) => breakdownOf(error) === 'memory' && /out of bounds/.test(String(error)));
    assert.equal(stopped(), 6);
  });

  it('is silent as soon as one of them is, until it is heard again', async () => {
    const listeners: Pick<Listener<never>, 'silent' | 'broken'>[] = [];
    const start: Start = (_task, listener) => {
      listeners.push(listener);
      return { stop: () => undefined };
    };
    const crew = crewOf(start, 2, alone);
    const training = collect(crew.train(seed, starts, 2));
    await Promise.resolve();
    assert.equal(crew.silent, false);
    listeners[1]!.silent(true);
    assert.equal(crew.silent, true);
    listeners[1]!.silent(false);
    assert.equal(crew.silent, false);
    listeners[0]!.broken('crash', 'enough');
    await assert.rejects(training);
  });
});
