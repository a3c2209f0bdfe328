import { useMemo } from 'preact/hooks';
import type { InputScale, Landscape } from '../../rerun/index';
import { significant } from '../../words/numbers';
import type { ChartChoices } from '../chart/axis';
import type { Trail } from '../chart/chart';
import { single } from '../chart/series';
import type { Session } from '../session';
import type { Rerun } from '../state';
import { strings } from '../strings';
import { worded } from '../words';
import { ChartView } from './chart-view';

interface LandscapeProps {
  readonly session: Session;
  readonly rerun: Rerun;
  readonly fileName: string;
}

/** A valley is only one with equal distances: there is nothing to choose. */
const choices: ChartChoices = { scale: 'linear', hidden: [] };

/** Why a learning rate is too high: a valley, and steps that land further up on its other side each time. */
export function LandscapeView({ session, rerun, fileName }: LandscapeProps) {
  const { landscape, show } = rerun;
  if ('refused' in show.job.baseline) return null;
  const surveyed = typeof landscape === 'object' && 'line' in landscape ? landscape : undefined;
  return (
    <section class="landscape" aria-label={strings.why()}>
      {surveyed ? (
        <Valley session={session} landscape={surveyed} fileName={fileName} />
      ) : (
        <>
          <h2>{strings.why()}</h2>
          <p class="muted">{strings.surveyHelp()}</p>
          {landscape === 'broken' && <p class="refused">{strings.surveyBroken()}</p>}
          {typeof landscape === 'object' && 'refused' in landscape && <p class="refused">{worded(landscape.refused)}</p>}
          <button type="button" class="secondary" disabled={landscape === 'running'} onClick={() => session.survey()}>
            {strings.startSurvey()}
          </button>
        </>
      )}
    </section>
  );
}

function Valley({ session, landscape, fileName }: { session: Session; landscape: Landscape; fileName: string }) {
  const { lambdaMax, line, paths, inputs } = landscape;
  const x = useMemo(() => line.map(({ distance }) => distance), [line]);
  const series = useMemo(
    () => [single({ id: 'loss', label: strings.lossAlong(), colour: 'foreground', values: line.map(({ loss }) => loss) })],
    [line],
  );
  const trails = useMemo(
    () =>
      paths.map(({ rate, steps }): Trail => ({
        label: strings.stepsAt(significant(rate)),
        colour: Math.abs(1 - rate * lambdaMax) > 1 ? 'red' : 'blue',
        places: steps.map(({ distance, loss }) => ({ x: distance, y: loss })),
      })),
    [paths, lambdaMax],
  );
  const given = inputs.find(({ kind }) => kind === 'given');
  return (
    <>
      <ChartView
        label={strings.why()}
        intro={
          <div class="intro">
            <p class="muted">{strings.surveyHelp()}</p>
            {paths.map(({ rate }) => (
              <p key={rate}>{stepSentence(rate, lambdaMax)}</p>
            ))}
            {given && <p>{strings.stableBelow(significant(given.edge, 3), significant(lambdaMax))}</p>}
          </div>
        }
        x={x}
        xKind="distances"
        series={series}
        trails={trails}
        fileName={fileName}
        initial={choices}
        save={(name, content) => session.save(name, content)}
      />
      {given && <Inputs scales={inputs} />}
    </>
  );
}

/** What the size of the inputs does to the edge. */
function Inputs({ scales }: { scales: readonly InputScale[] }) {
  return (
    <div class="inputs">
      <p>{strings.inputsMatter()}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{strings.inputs()}</th>
            <th scope="col">{strings.meanSquare()}</th>
            <th scope="col">{strings.stableRates()}</th>
          </tr>
        </thead>
        <tbody>
          {scales.map(({ kind, samples, meanSquare, edge }) => (
            <tr key={kind}>
              <th scope="row">{strings.inputsOf(kind, samples)}</th>
              <td>{significant(meanSquare, 3)}</td>
              <td>{significant(edge, 3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The error along the direction is multiplied by 1 - rate * λmax at each step. */
function stepSentence(rate: number, lambdaMax: number): string {
  const factor = Math.abs(1 - rate * lambdaMax);
  return factor > 1
    ? strings.overshoots(significant(rate), significant(factor, 3))
    : strings.approaches(significant(rate), significant(100 * (1 - factor), 2));
}
