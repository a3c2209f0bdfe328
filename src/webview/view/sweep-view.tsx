import { useMemo, useState } from 'preact/hooks';
import { sweepMarks, sweepPlot } from '../curves';
import type { Session } from '../session';
import type { Rerun } from '../state';
import { strings } from '../strings';
import { worded } from '../words';
import { ChartView } from './chart-view';

/** A curve may leave the plot above so many times the first loss: how far it explodes says nothing more. */
const roomAbove = 100;

interface SweepProps {
  readonly session: Session;
  readonly rerun: Rerun;
  readonly fileName: string;
  /** Takes a learning rate over into the form below. */
  readonly take: (rate: number) => void;
}

/** Which learning rates train, with which optimizer, and where the edge is. */
export function SweepView({ session, rerun, fileName, take }: SweepProps) {
  const { sweep, show, baseline } = rerun;
  const [pointed, setPointed] = useState<string>();
  const plot = useMemo(() => sweepPlot(rerun, pointed), [sweep, sweep?.points.length, pointed]);
  const marks = useMemo(() => sweepMarks(rerun), [sweep, sweep?.edges.length, rerun.candidates.size]);
  if ('refused' in show.job.baseline) return null;
  const help = strings.sweepHelp(rerun.shortenedTo ?? show.job.baseline.epochs);
  const running = sweep?.phase === 'running';
  return (
    <section class="sweep" aria-label={strings.sweep()}>
      {sweep && sweep.points.length > 0 ? (
        <ChartView
          label={strings.sweep()}
          intro={<p class="muted">{help}</p>}
          {...plot}
          xKind="rates"
          marks={marks}
          ceiling={baseline[0] === undefined ? undefined : roomAbove * baseline[0]}
          fileName={fileName}
          initial={session.memory.choices.sweep}
          chosen={(choices) => session.memory.choose({ sweep: choices })}
          save={(name, content) => session.save(name, content)}
          emphasize={setPointed}
          pick={take}
          pickHelp={strings.takeRate()}
        />
      ) : (
        <>
          <h2>{strings.sweep()}</h2>
          <p class="muted">{help}</p>
        </>
      )}
      {typeof sweep?.phase === 'object' && <p class="refused">{worded(sweep.phase.refused)}</p>}
      {(sweep?.phase === 'crash' || sweep?.phase === 'memory') && <p class="refused">{strings.sweepCrashed()}</p>}
      <div class="sweep-bar" aria-busy={running}>
        {running ? (
          <>
            <button type="button" class="secondary" onClick={() => session.stopSweep()}>
              {strings.stopSweep()}
            </button>
            <span class="caption">{strings.sweepProgress(sweep.points.length, sweep.planned)}</span>
          </>
        ) : (
          <button type="button" class="secondary" onClick={() => session.sweep()}>
            {sweep ? strings.sweepAgain() : strings.startSweep()}
          </button>
        )}
      </div>
    </section>
  );
}
