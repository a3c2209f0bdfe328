import { significant } from '../../words/numbers';
import { candidateStroke } from '../curves';
import type { Session } from '../session';
import type { CandidateState, Rerun } from '../state';
import { strings } from '../strings';
import { sentences, worded } from '../words';
import { Swatch } from './chart-view';
import { Diff } from './diff';
import { OutcomeIcon } from './icons';
import { Starts } from './starts';

interface CardProps {
  readonly session: Session;
  readonly rerun: Rerun;
  readonly state: CandidateState;
  readonly index: number;
  /** The one to press: the first confirmed fix. */
  readonly recommended: boolean;
  /** The user points at this fix, or no longer. */
  readonly emphasize: (id: string | undefined) => void;
}

/** One fix: what it does to the script, how its starts went, the verdict in a sentence, and the button. */
export function Card({ session, rerun, state, index, recommended, emphasize }: CardProps) {
  const { candidate, spec, verdict } = state;
  const stroke = candidateStroke(index);
  const titleId = `fix-${index}`;
  const refused = 'refused' in spec ? spec.refused : undefined;
  const reason = verdict?.reason ?? refused;
  return (
    <article
      class={`card series-${stroke.colour}`}
      aria-labelledby={titleId}
      onPointerEnter={() => emphasize(candidate.id)}
      onPointerLeave={() => emphasize(undefined)}
    >
      <header>
        <h3 id={titleId}>
          <Swatch series={stroke} />
          {candidate.title}
        </h3>
        <Status state={state} rerun={rerun} />
      </header>
      {!refused && verdict?.outcome !== 'unknown' && (
        <Starts
          state={state}
          starts={rerun.show.job.starts}
          epochs={'epochs' in spec ? (rerun.shortenedTo ?? spec.epochs) : 0}
        />
      )}
      {reason && reason.id !== rerun.reproduced?.reason.id && <p class="reason">{sentences([reason])}</p>}
      {verdict && <Margin evidence={verdict.evidence} />}
      {verdict && verdict.caveats.length > 0 && (
        <ul class="caveats" aria-label={strings.substitutions()}>
          {verdict.caveats.map((caveat, nth) => (
            <li key={nth}>{sentences([caveat])}</li>
          ))}
        </ul>
      )}
      <Diff
        before={rerun.show.script.text}
        after={candidate.editedText}
        label={strings.diffLabel(rerun.show.script.name, candidate.title)}
      />
      <footer>
        <ApplyButton session={session} rerun={rerun} state={state} primary={recommended} />
      </footer>
    </article>
  );
}

function Status({ state: { spec, verdict, traces }, rerun }: { state: CandidateState; rerun: Rerun }) {
  if (verdict) {
    return (
      <span class="status">
        <OutcomeIcon outcome={verdict.outcome} />
        {strings.outcome(verdict.outcome)}
      </span>
    );
  }
  if ('refused' in spec) return <span class="status muted">{strings.notRerun()}</span>;
  if (rerun.phase !== 'running') return <span class="status muted">{strings.notDecided()}</span>;
  return <span class="status muted">{traces.size > 0 ? strings.training() : strings.pending()}</span>;
}

/** How far the learning rate stays below the edge of stability. */
function Margin({ evidence: { edge, learningRate } }: { evidence: Readonly<Record<string, number>> }) {
  if (edge === undefined || learningRate === undefined || !(edge > 0)) return null;
  const share = learningRate / edge;
  const label = strings.margin(significant(learningRate), significant(edge, 3));
  return (
    <div class="margin">
      <svg viewBox="0 0 200 12" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" x="0" y="4" width="200" height="4" />
        <rect class="fill" x="0" y="4" width={Math.min(1.25, share) * 160} height="4" />
        <rect class="edge" x="159" y="0" width="2" height="12" />
      </svg>
      <p class="caption">{label}</p>
    </div>
  );
}

interface ApplyProps {
  readonly session: Session;
  readonly rerun: Rerun;
  readonly state: CandidateState;
  readonly primary: boolean;
}

function ApplyButton({ session, rerun, state, primary }: ApplyProps) {
  const { apply, candidate, verdict } = state;
  const { script } = rerun.show;
  if (apply === 'applied') {
    return (
      <p class="applied" role="status">
        <OutcomeIcon outcome="confirmed" />
        {strings.applied()}
      </p>
    );
  }
  const helps = verdict?.outcome === 'confirmed' || verdict?.outcome === 'partly';
  const label = verdict?.outcome === 'refuted' ? strings.applyAnyway(script.name) : strings.apply(script.name);
  const changesNothing = candidate.editedText === script.text;
  return (
    <>
      <button
        type="button"
        class={primary ? 'primary' : helps ? 'secondary' : 'link'}
        aria-label={`${label}: ${candidate.title}`}
        disabled={apply === 'asked' || rerun.stale || changesNothing}
        onClick={() => session.apply(candidate.id)}
      >
        {apply === 'asked' ? strings.applying() : label}
      </button>
      {typeof apply === 'object' && (
        <p class="refused" role="alert">
          {worded(apply.refused)}
        </p>
      )}
    </>
  );
}
