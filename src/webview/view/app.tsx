import type { Session } from '../session';
import { strings } from '../strings';
import { sentences } from '../words';
import { CurvesView } from './curves-view';
import { DataView } from './data-view';
import { Place } from './place';
import { RerunView } from './rerun-view';

export function App({ session }: { session: Session }) {
  const { view } = session;
  switch (view.kind) {
    case 'waiting':
      return <main class="waiting">{strings.waiting()}</main>;
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
