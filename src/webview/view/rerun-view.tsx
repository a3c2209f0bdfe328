import { useMemo, useState } from 'preact/hooks';
import type { Verdict } from '../../rerun/trace';
import { fixesPlot, matchPlot, rerunNumbers } from '../curves';
import { report } from '../report';
import type { Session } from '../session';
import type { CandidateState, Rerun } from '../state';
import { strings } from '../strings';
import { duration, size } from '../../words/amounts';
import { patience } from '../task';
import { sentences } from '../words';
import { Card } from './card';
import { ChartView } from './chart-view';
import { OutcomeIcon } from './icons';
import { Place } from './place';
import { LandscapeView } from './landscape-view';
import { SweepView } from './sweep-view';
import { TryIt } from './try-it';

/** Seconds left that are worth a word. */
const sayTimeLeft = 3;

/** A rerun longer than this is announced, with a shorter one beside it. */
const longSeconds = 45;

export function RerunView({ session, rerun }: { session: Session; rerun: Rerun }) {
  const { show, candidates, phase, reproduced } = rerun;
  const states = [...candidates.values()];
  const confirmed = states.filter(({ verdict }) => verdict?.outcome === 'confirmed');
  // Counted in what comes in, because the session changes its state in place.
  const amount = states.reduce((sum, { traces }) => [...traces.values()].reduce((n, { length }) => n + length, sum), 0);
  const match = useMemo(() => matchPlot(rerun), [rerun, rerun.baseline.length]);
  const [taken, setTaken] = useState<number>();
  const [pointed, setPointed] = useState<string>();
  const emphasized = pointed ?? (confirmed[0] ?? states.findLast(({ traces }) => traces.size > 0))?.candidate.id;
  const fixes = useMemo(
    () => fixesPlot(rerun, emphasized),
    [rerun, rerun.baseline.length, amount, candidates.size, emphasized],
  );
  const save = (name: string, content: string | Uint8Array<ArrayBuffer>) => session.save(name, content);
  const baseName = show.script.name.replace(/\.\w+$/, '').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'rerun';
  const { log, logLines } = show;
  const pick =
    log && logLines
      ? (epoch: number) => {
          const index = show.job.observed?.epochs?.indexOf(epoch) ?? epoch - 1;
          const line = logLines[index];
          if (line !== undefined) session.openLine(log.id, line);
        }
      : undefined;

  return (
    <main class="rerun">
      <header class="page-head">
        <div class="headline" aria-live="polite">
          <p class="eyebrow">{strings.reportTitle(show.script.name)}</p>
          <h1>{headline(rerun)}</h1>
          {reproduced && <Gate session={session} rerun={rerun} verdict={reproduced} />}
          <p class="lead">{lead(rerun)}</p>
        </div>
        <div class="actions">
          {phase === 'running' && (
            <button type="button" class="secondary" onClick={() => session.cancel()}>
              {strings.cancel()}
            </button>
          )}
          {(phase === 'cancelled' || phase === 'crash' || phase === 'memory') && (
            <button type="button" class="primary" onClick={() => session.resume()}>
              {strings.resume()}
            </button>
          )}
          {states.some(({ verdict }) => verdict) && (
            <>
              <button type="button" class="secondary" onClick={() => session.copy(report(rerun))}>
                {strings.copyReport()}
              </button>
              <button type="button" class="secondary" onClick={() => session.save(`${baseName}-rerun.md`, report(rerun))}>
                {strings.saveReport()}
              </button>
            </>
          )}
        </div>
        {phase === 'running' && <Progress rerun={rerun} />}
      </header>

      <Notices session={session} rerun={rerun} />

      <div class="columns">
        {(phase === 'running' || amount > 0) && (
          <section class="curves-of-fixes" aria-label={strings.fixesChart()}>
            <ChartView
              label={strings.fixesChart()}
              {...fixes}
              fileName={`${baseName}-fixes`}
              initial={session.memory.choices.fixes}
              chosen={(choices) => session.memory.choose({ fixes: choices })}
              save={save}
              emphasize={setPointed}
              numbers={() => rerunNumbers(rerun)}
            />
          </section>
        )}
        <div class="decisions">
          <section class="fixes" aria-label={strings.fixes()}>
            {ranked(states).map((state) => (
              <Card
                key={state.candidate.id}
                session={session}
                rerun={rerun}
                state={state}
                index={states.indexOf(state)}
                recommended={state === confirmed[0]}
                emphasize={setPointed}
              />
            ))}
          </section>
          {states.length > 0 && show.job.goal !== undefined && (
            <p class="goal muted caption">{strings.goal(Math.round(100 * show.job.goal))}</p>
          )}
          <TryIt session={session} rerun={rerun} rate={taken} />
        </div>
        {(rerun.baseline.length > 0 || phase === 'running') && (
          <section class="curves-of-log" aria-label={match.label}>
            <ChartView
              {...match}
              fileName={`${baseName}-unfixed`}
              initial={session.memory.choices.match}
              chosen={(choices) => session.memory.choose({ match: choices })}
              save={save}
              pick={pick}
              pickHelp={strings.clickToOpen()}
            />
          </section>
        )}
        <LandscapeView session={session} rerun={rerun} fileName={`${baseName}-landscape`} />
        <SweepView session={session} rerun={rerun} fileName={`${baseName}-learning-rates`} take={setTaken} />
      </div>
    </main>
  );
}

/** Whether the rerun shows what the log shows, or what keeps the script from being rerun. */
function Gate({ session, rerun: { show }, verdict }: { session: Session; rerun: Rerun; verdict: Verdict }) {
  const { data, script } = show;
  const { baseline, observed } = show.job;
  // Data that stand in are not compared with the log.
  const said = data === undefined || observed ? [verdict.reason, ...verdict.caveats] : [];
  const text = sentences([...(data ? [data] : []), ...said]);
  const span = 'refused' in baseline ? baseline.span : undefined;
  return (
    <p class="gate">
      <OutcomeIcon outcome={verdict.outcome} />
      <span>
        {span ? (
          <Place session={session} source={script.id} line={script.text.slice(0, span.start).split('\n').length - 1}>
            {text}
          </Place>
        ) : (
          text
        )}
        {data && (
          <>
            {' '}
            <button type="button" class="link" onClick={() => session.useData('file')}>
              {strings.chooseFile()}
            </button>
          </>
        )}
      </span>
    </p>
  );
}

function headline({ show, phase, candidates, reproduced, baseline }: Rerun): string {
  switch (phase) {
    case 'running':
      return strings.running(show.script.name);
    case 'cancelled':
      return strings.cancelled();
    case 'crash':
      return strings.crashed();
    case 'memory':
      return strings.outOfMemory();
    case 'done': {
      // Where nothing was trained, nothing was compared either.
      if (reproduced?.outcome !== 'confirmed' && baseline.length === 0) return strings.cannotRerun();
      if (show.job.observed && reproduced?.outcome !== 'confirmed') return strings.notReproduced();
      const states = [...candidates.values()];
      if (states.length === 0) return strings.nothingToTry();
      const [first, ...others] = states.filter(({ verdict }) => verdict?.outcome === 'confirmed');
      if (first) {
        return others.length === 0
          ? strings.confirmedHeading(first.candidate.title)
          : strings.moreConfirmed(first.candidate.title, others.length);
      }
      const partly = states.find(({ verdict }) => verdict?.outcome === 'partly');
      return partly ? strings.partlyHeading(partly.candidate.title) : strings.noneConfirmed();
    }
  }
}

function lead({ phase, reproduced }: Rerun): string {
  switch (phase) {
    case 'running':
      return reproduced ? '' : strings.checkingStart();
    case 'cancelled':
      return strings.cancelledDetail();
    case 'crash':
      return strings.crashedDetail();
    case 'memory':
      return strings.outOfMemoryDetail();
    case 'done':
      return '';
  }
}

/** What helps comes first; otherwise in the order of the diagnosis. */
function ranked(states: readonly CandidateState[]): readonly CandidateState[] {
  const rank = ({ verdict }: CandidateState) => (verdict?.outcome === 'confirmed' ? 0 : verdict?.outcome === 'partly' ? 1 : 2);
  return states.toSorted((a, b) => rank(a) - rank(b));
}

function Progress({ rerun }: { rerun: Rerun }) {
  const { progress, candidates, show } = rerun;
  const total = progress?.total ?? candidates.size * show.job.starts;
  const done = progress?.done ?? 0;
  if (total === 0) return null;
  const text = [strings.trainingStarts(done, total)];
  if (progress && progress.secondsLeft > sayTimeLeft) text.push(strings.timeLeft(duration(progress.secondsLeft)), strings.memory(size(progress.bytes)));
  return (
    <div class="progress">
      <progress max={total} value={Math.min(total, done + underWay(rerun))} aria-label={text[0]} />
      <span class="caption">{text.join(' · ')}</span>
    </div>
  );
}

/** Share of a training run that is done of the one that is running. */
function underWay({ show, candidates, baseline, reproduced, shortenedTo }: Rerun): number {
  const share = (losses: readonly number[], spec: CandidateState['spec']) =>
    'refused' in spec ? 0 : (losses.length / (shortenedTo ?? spec.epochs)) % 1;
  if (!reproduced) return share(baseline, show.job.baseline);
  const states = [...candidates.values()].filter(({ verdict }) => !verdict);
  return Math.max(0, ...states.flatMap(({ traces, spec }) => [...traces.values()].map((losses) => share(losses, spec))));
}

/** What the user should know before believing what is below. */
function Notices({ session, rerun }: { session: Session; rerun: Rerun }) {
  const { show, stale, phase, progress } = rerun;
  const applied = [...rerun.candidates.values()].some(({ apply }) => apply === 'applied');
  const epochs = 'epochs' in show.job.baseline ? show.job.baseline.epochs : 0;
  const slow = phase === 'running' && progress !== undefined && progress.secondsLeft > longSeconds;
  const shorter = slow ? Math.max(1, Math.floor((epochs * longSeconds) / 2 / progress.secondsLeft)) : epochs;
  return (
    <>
      {stale && !applied && (
        <div class="notice" role="alert">
          <p>{strings.stale(show.script.name)}</p>
          <button type="button" class="primary" onClick={() => session.restart()}>
            {strings.again()}
          </button>
        </div>
      )}
      {phase === 'running' && rerun.silent && (
        <div class="notice" role="alert">
          <p>{strings.silent(duration(patience / 1000))}</p>
          <button type="button" class="primary" onClick={() => session.resume()}>
            {strings.startAgain()}
          </button>
        </div>
      )}
      {slow && (
        <div class="notice" role="status">
          <p>{strings.tooLong(duration(progress.secondsLeft), size(progress.bytes))}</p>
          {shorter < epochs && rerun.shortenedTo === undefined && (
            <button type="button" class="secondary" onClick={() => session.shorten(shorter)}>
              {strings.shorten(shorter)}
            </button>
          )}
        </div>
      )}
    </>
  );
}
