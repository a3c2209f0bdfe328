import type { ShowDataWanted } from '../protocol';
import type { Session } from '../session';
import { strings } from '../strings';
import { sentences } from '../words';
import { Place } from './place';

/** Only the data are missing: the user gives them, or lets others stand in and knows what that costs. */
export function DataView({ session, show }: { session: Session; show: ShowDataWanted }) {
  const { script, reason, line, files, standIn, refused } = show;
  return (
    <main class="data-wanted">
      <p class="eyebrow">{strings.reportTitle(script.name)}</p>
      <h1>{strings.dataWanted()}</h1>
      <p class="lead">
        <Place session={session} source={script.id} line={line}>
          {sentences([reason])}
        </Place>
      </p>
      <div class="choices">
        <section>
          <h2>{strings.ownData()}</h2>
          <p>{files.length > 0 ? strings.namedData(files.map(nameOf).join(', ')) : strings.anyData()}</p>
          {refused && (
            <p class="refused" role="alert">
              {sentences([refused])}
            </p>
          )}
          <button type="button" class="primary" onClick={() => session.useData('file')}>
            {strings.chooseFile()}
          </button>
        </section>
        {standIn && (
          <section>
            <h2>{strings.standIn()}</h2>
            <p>{strings.standInCost()}</p>
            <ul class="caveats">
              {standIn.map((message, nth) => (
                <li key={nth}>{sentences([message])}</li>
              ))}
            </ul>
            <button type="button" class="secondary" onClick={() => session.useData('stand-in')}>
              {strings.useStandIn()}
            </button>
          </section>
        )}
      </div>
    </main>
  );
}

/** A file of a library is known by its last part. */
function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
