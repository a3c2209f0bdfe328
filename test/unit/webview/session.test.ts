import assert from 'node:assert/strict';
import type { ConfirmEvent, ConfirmJob } from '../../../src/rerun/trace';
import { report } from '../../../src/webview/report';
import { encode, type FromPage } from '../../../src/webview/protocol';
import { Session } from '../../../src/webview/session';
import type { Host } from '../../../src/webview/state';
import type { Listener, Start } from '../../../src/webview/task';
import { seedJob } from '../../webview/jobs';

/** A host and a rerun in one: what was posted, what is kept, and the jobs that were started. */
class Fake implements Host {
  readonly posted: FromPage[] = [];
  readonly jobs: { job: ConfirmJob; events: Listener<ConfirmEvent>; stopped: boolean }[] = [];
  kept: string | undefined;

  post(message: FromPage): void {
    this.posted.push(message);
  }
  load(): unknown {
    return this.kept === undefined ? undefined : JSON.parse(this.kept);
  }
  save(state: unknown): void {
    this.kept = JSON.stringify(state);
  }

  /** The page as it is after a (re)load. */
  session(): Session {
    const start: Start = (task, listener) => {
      assert.ok('job' in task);
      const { job } = task as { job: ConfirmJob };
      const started = { job, events: listener as unknown as Listener<ConfirmEvent>, stopped: false };
      this.jobs.push(started);
      return { stop: () => (started.stopped = true) };
    };
    return new Session(this, start, () => undefined);
  }

  say(...events: ConfirmEvent[]): void {
    this.jobs.at(-1)!.events.events(events);
  }
}

const verdict = { outcome: 'confirmed', reason: { id: 'rerun.fit-lost' }, caveats: [], evidence: { starts: 1 } } as const;
const reproduced: ConfirmEvent = { type: 'reproduced', verdict, baseline: { seed: 0, losses: [1, Infinity, NaN] } };
const judged = (candidate: string): ConfirmEvent => ({
  type: 'verdict', candidate, verdict, runs: [{ seed: 1, losses: [3, 2, NaN], end: 'diverged' }],
});

function rerunOf(session: Session) {
  assert.equal(session.view.kind, 'rerun');
  return session.view as Extract<Session['view'], { kind: 'rerun' }>;
}

describe('webview/session', () => {
  it('goes on after a reload with what has no verdict yet, NaN and infinities kept', () => {
    const fake = new Fake();
    fake.session().receive(encode(seedJob()));
    fake.say(reproduced, judged('adam'));
    const session = fake.session();
    session.receive(encode(seedJob()));
    const { baseline, candidates } = rerunOf(session);
    assert.deepEqual(baseline, [1, Infinity, NaN]);
    assert.deepEqual(candidates.get('adam')?.traces.get(1), [3, 2, NaN]);
    assert.deepEqual(fake.jobs.map(({ job }) => job.candidates.map(({ id }) => id)), [
      ['learning-rate', 'adam', 'clip'],
      ['learning-rate', 'clip'],
    ]);
  });

  it('puts losses where they belong, whatever comes twice or too late', () => {
    const fake = new Fake();
    const session = fake.session();
    session.receive(encode(seedJob()));
    const losses = (from: number, values: number[], candidate = 'adam'): ConfirmEvent => ({
      type: 'losses', candidate, seed: 1, from, losses: values,
    });
    fake.say(losses(0, [3, 2]), losses(2, [1]), losses(1, [5]), losses(9, [7]), losses(0, [1], 'unknown'));
    assert.deepEqual(rerunOf(session).candidates.get('adam')?.traces.get(1), [3, 5]);
  });

  it('asks the host for an offer once, and reruns what comes back after the others', () => {
    const fake = new Fake();
    const session = fake.session();
    session.receive(encode(seedJob()));
    const offer: ConfirmEvent = { type: 'offer', candidate: 'adam', remedy: { kind: 'adam', value: 0.1 } };
    fake.say(reproduced, offer, offer);
    const asked = fake.posted.filter(({ type }) => type === 'offer');
    assert.equal(asked.length, 1);
    const { id } = asked[0] as Extract<FromPage, { type: 'offer' }>;
    const { candidates: [candidate], job } = seedJob();
    const ready = { type: 'trialReady', jobId: 'seed', candidate: { ...candidate!, id }, spec: job.baseline };
    session.receive(encode(ready));
    assert.equal(fake.jobs.length, 1, 'waits for the running job');
    fake.say(judged('learning-rate'), judged('adam'), judged('clip'), { type: 'done' });
    assert.deepEqual(fake.jobs[1]?.job.candidates.map((one) => one.id), [id]);
    assert.equal(fake.posted.some(({ type }) => type === 'done'), false);
    fake.say(judged(id), { type: 'done' });
    assert.equal(fake.posted.filter(({ type }) => type === 'done').length, 1);
  });

  it('is done although a rerun that shows something else gave no verdicts', () => {
    const fake = new Fake();
    const session = fake.session();
    session.receive(encode(seedJob()));
    fake.say({ ...reproduced, verdict: { ...verdict, outcome: 'unknown' } }, { type: 'done' });
    assert.equal(rerunOf(session).phase, 'done');
    assert.equal(fake.jobs.length, 1);
  });

  it('keeps the verdict of a rerun whose curves are too long to keep', () => {
    const fake = new Fake();
    fake.session().receive(encode(seedJob()));
    const runs = [{ seed: 1, losses: new Array<number>(300_000).fill(1) }];
    fake.say(reproduced, { type: 'verdict', candidate: 'adam', verdict, runs });
    assert.ok(fake.kept!.length < 10_000);
    const session = fake.session();
    session.receive(encode(seedJob()));
    assert.equal(rerunOf(session).candidates.get('adam')?.verdict?.outcome, 'confirmed');
  });

  it('forgets what another version of the page saved', () => {
    const fake = new Fake();
    fake.kept = JSON.stringify({ version: 0, rerun: { jobId: 'seed', judged: 'all of them' }, choices: 7 });
    const session = fake.session();
    session.receive(encode(seedJob()));
    assert.equal(fake.jobs[0]?.job.candidates.length, 3);
  });

  it('stops the rerun when another view is shown', () => {
    const fake = new Fake();
    const session = fake.session();
    session.receive(encode(seedJob()));
    session.receive({ type: 'showRefusal', reason: { id: 'rerun.fit-lost' } });
    assert.equal(fake.jobs[0]?.stopped, true);
  });

  it('writes a report that no name can break', () => {
    const fake = new Fake();
    const session = fake.session();
    const show = seedJob();
    session.receive(encode({ ...show, candidates: show.candidates.map((one) => ({ ...one, title: 'a | b\n# c <img>' })) }));
    fake.say(reproduced, judged('adam'), { type: 'done' });
    const row = report(rerunOf(session)).split('\n').find((line) => line.includes('a \\| b'));
    assert.equal(row, '| a \\| b \\# c \\<img\\> | Confirmed | The edited script no longer has this call of fit. |');
  });
});
