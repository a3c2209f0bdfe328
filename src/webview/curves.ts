/** From what a session knows to what a chart shows. Pure. */
import { single, spread, type Colour, type Series } from './chart/series';
import type { ShowCurves } from './protocol';
import type { CandidateState, Rerun } from './session';
import { strings } from './strings';

const candidateColours: readonly Colour[] = ['blue', 'green', 'purple', 'orange', 'yellow'];

/** A second round through the colours is dashed, so that no two curves look alike. */
export function candidateStroke(index: number): Pick<Series, 'colour' | 'dash'> {
  const dashes = [undefined, [6, 3], [2, 3]];
  const round = Math.floor(index / candidateColours.length);
  return { colour: candidateColours[index % candidateColours.length]!, dash: dashes[round % dashes.length] };
}

export interface Plot {
  readonly x: readonly number[];
  readonly series: readonly Series[];
}

/** The unfixed script, every candidate over its starts, and the log's own epochs on top. */
export function rerunPlot({ show, candidates, baseline }: Rerun): Plot {
  const { observed } = show.job;
  const epochs = Math.max(
    1,
    'epochs' in show.job.baseline ? show.job.baseline.epochs : 1,
    baseline.length,
    ...(observed?.epochs ?? [observed?.losses.length ?? 0]),
    ...[...candidates.values()].flatMap(({ traces }) => [...traces.values()].map((losses) => losses.length)),
  );
  const x = Array.from({ length: epochs }, (_, index) => index + 1);
  const series: Series[] = [
    single({ id: 'unfixed', label: strings.unfixed(), colour: 'red', values: baseline }),
    ...[...candidates.values()].flatMap((state, index) => {
      const traces = drawnTraces(state);
      if (traces.length === 0) return [];
      return [spread({ id: state.candidate.id, label: state.candidate.title, ...candidateStroke(index) }, traces)];
    }),
  ];
  if (observed) {
    const values: (number | undefined)[] = [];
    observed.losses.forEach((loss, index) => {
      values[(observed.epochs?.[index] ?? index + 1) - 1] = loss;
    });
    // Array.from fills the holes: an array with holes is skipped over, not read as undefined.
    series.push(
      single({ id: 'log', label: strings.logEpochs(), colour: 'foreground', points: true, values: Array.from(values) }),
    );
  }
  return { x, series };
}

/** The judged starts; seed 0, the log's own start, is counted apart. */
function drawnTraces({ traces }: CandidateState): readonly number[][] {
  const drawn = [...traces].filter(([seed]) => seed !== 0).map(([, losses]) => losses);
  return drawn.length > 0 ? drawn : [...traces.values()];
}

/** Every start in a column of its own. */
export function rerunColumns({ candidates, baseline }: Rerun): Pick<Series, 'label' | 'values'>[] {
  return [
    { label: strings.unfixed(), values: baseline },
    ...[...candidates.values()].flatMap(({ candidate, traces }) =>
      [...traces].map(([seed, values]) => ({ label: strings.startColumn(candidate.title, seed), values })),
    ),
  ];
}

/** Metrics of all runs, the loss first, as the log names them. */
export function metricsOf({ runs }: ShowCurves): string[] {
  const names = [...new Set(runs.flatMap(({ curves }) => curves.map(({ metric }) => metric)))];
  return names.sort((a, b) => Number(b === 'loss') - Number(a === 'loss'));
}

/** The loss, its validation loss: what to show when nobody has chosen yet. */
export function usualMetrics(metrics: readonly string[]): string[] {
  const usual = metrics.filter((metric) => metric === 'loss' || metric === 'val_loss');
  return usual.length > 0 ? usual : metrics.slice(0, 1);
}

/** The chosen metrics of every run over the union of their epochs: one colour per metric, one dash per run. */
export function logPlot({ runs }: ShowCurves, metrics: readonly string[]): Plot {
  const colours: readonly Colour[] = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'];
  const dashes = [undefined, [6, 3], [2, 3], [8, 3, 2, 3]];
  const x = [...new Set(runs.flatMap(({ epochs }) => epochs))].sort((a, b) => a - b);
  const indexOf = new Map(x.map((epoch, index) => [epoch, index]));
  const series = runs.flatMap((run, nth) =>
    run.curves
      .filter(({ metric }) => metrics.includes(metric))
      .map(({ metric, values }) => {
        const placed: (number | undefined)[] = x.map(() => undefined);
        run.epochs.forEach((epoch, index) => (placed[indexOf.get(epoch)!] = values[index]));
        return single({
          id: `${run.id}/${metric}`,
          label: runs.length > 1 ? `${run.title} ${metric}` : metric,
          colour: colours[metrics.indexOf(metric) % colours.length]!,
          dash: dashes[nth % dashes.length],
          values: placed,
        });
      }),
  );
  return { x, series };
}
