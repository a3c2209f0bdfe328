import type { Session } from '../session';
import { strings } from '../strings';
import { worded } from '../words';
import { CurvesView } from './curves-view';
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
    case 'refusal': {
      const { reason, script, line } = view.show;
      return (
        <main class="refusal">
          <h1>{strings.cannotRerun()}</h1>
          <p class="lead">{worded(reason)}</p>
          {script && line !== undefined && (
            <button type="button" class="primary" onClick={() => session.openLine(script.id, line)}>
              {strings.showLine(line + 1)}
            </button>
          )}
        </main>
      );
    }
  }
}
