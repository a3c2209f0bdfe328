import assert from 'node:assert/strict';
import type { Report } from '../../../src/rerun';
import { crewOf } from '../../../src/webview/crew';
import type { Listener, Start } from '../../../src/webview/trainer';
import { seed } from '../rerun/seed';

/** Workers that do as the test says. */
class Fake {
  readonly shares: number[][] = [];
  readonly listeners: Listener<Report>[] = [];
  stopped = 0;

  readonly start: Start = (task, listener) => {
    assert.ok('starts' in task);
    this.shares.push(task.starts.map((start: { seed: number }) => start.seed));
    this.listeners.push(listener as unknown as Listener<Report>);
    return { stop: () => void this.stopped++ };
  };

  /** The first epoch of a start, which is its last. */
  end(worker: number, seedNumber: number): void {
    this.listeners[worker]!.events([{ seed: seedNumber, losses: [seedNumber], ended: true }]);
  }
}

const starts = [1, 2, 3, 4, 5].map((number) => ({ seed: number }));
const LONG = 1e6;

describe('starts side by side', () => {
  it('are not worth it for a short job, a single start, one processor or very much data', () => {
    const { start } = new Fake();
    const wide = { ...seed, x: [{ ...seed.x[0]!, data: new Float64Array(5e7) }] };
    assert.equal(crewOf(start, 4)(seed, starts, 100), undefined);
    assert.equal(crewOf(start, 4)(seed, starts.slice(1, 2), LONG), undefined);
    assert.equal(crewOf(start, 1)(seed, starts, LONG), undefined);
    assert.equal(crewOf(start, 4)(wide, starts, LONG), undefined);
  });

  it('are shared out, and every report comes through', async () => {
    const fake = new Fake();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { losses } of crewOf(fake.start, 2)(seed, starts, LONG)!) seen.push(...losses);
    })();
    fake.end(1, 2);
    fake.end(0, 1);
    await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual(fake.shares, [[1, 3, 5], [2, 4]]);
    assert.deepEqual(seen, [2, 1]);
    for (const [worker, number] of [[0, 3], [0, 5], [1, 4]] as const) fake.end(worker, number);
    await reading;
    assert.deepEqual(seen, [2, 1, 3, 5, 4]);
    assert.equal(fake.stopped, 2);
  });

  it('stop when nobody listens any more, and when one of them breaks', async () => {
    const left = new Fake();
    const leaving = (async () => {
      for await (const { ended } of crewOf(left.start, 3)(seed, starts, LONG)!) if (ended) break;
    })();
    left.end(2, 3);
    await leaving;
    assert.equal(left.stopped, 3);

    const broken = new Fake();
    const breaking = (async () => {
      for await (const { losses } of crewOf(broken.start, 3)(seed, starts, LONG)!) assert.fail(`${losses.length} reported`);
    })();
    broken.listeners[1]!.broken('memory', 'out of memory');
    await assert.rejects(breaking, /out of memory/);
    assert.equal(broken.stopped, 3);
  });
});
