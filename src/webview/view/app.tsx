import { useEffect, useState } from 'preact/hooks';
import type { Session } from '../session';
import { strings } from '../strings';
import { patience } from '../task';
import { sentences } from '../words';
import { CurvesView } from './curves-view';
import { DataView } from './data-view';
import { Place } from './place';
import { RerunView } from './rerun-view';

/** Until the host answers; where it does not, the user may ask again. */
function Waiting({ session }: { session: Session }) {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), patience);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main class="refusal">
      <p class="muted">{strings.waiting()}</p>
      {long && (
        <button type="button" class="secondary" onClick={() => session.restart()}>
          {strings.tryAgain()}
        </button>
      )}
    </main>
  );
}

export function App({ session }: { session: Session }) {
  const { view } = session;
  switch (view.kind) {
    case 'waiting':
      return <Waiting session={session} />;
    case 'rerun':
      return <RerunView key={view.show.jobId} session={session} rerun={view} />;
    case 'curves':
      return <CurvesView session={session} show={view.show} />;
    case 'data':
      return <DataView session={session} show={view.show} />;
    case 'refusal': {
      const { reason, script, line } = view.show;
      return (
        <main class="refusal">
          <h1>{strings.cannotRerun()}</h1>
          <p class="lead">
            {script && line !== undefined ? (
              <Place session={session} source={script.id} line={line}>
                {sentences([reason])}
              </Place>
            ) : (
              sentences([reason])
            )}
          </p>
          <button type="button" class="secondary" onClick={() => session.restart()}>
            {strings.tryAgain()}
          </button>
        </main>
      );
    }
  }
}
