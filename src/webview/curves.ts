/** From what a session knows to what a chart shows. Pure. */
import type { SweepPoint } from '../rerun/index';
import type { Mark } from './chart/chart';
import type { Numbers } from './chart/picture';
import { single, spread, type Colour, type Series } from './chart/series';
import type { ShowCurves } from './protocol';
import type { CandidateState, Rerun, Sweep } from './state';
import { strings } from './strings';

/** Red is the unfixed script. */
const distinctColours: readonly Colour[] = ['blue', 'green', 'purple', 'yellow'];
const dashes: readonly Series['dash'][] = [undefined, [6, 3], [2, 3], [8, 3, 2, 3]];

/** A second round through the colours is dashed, so that no two curves look alike. */
export function candidateStroke(index: number): Pick<Series, 'colour' | 'dash'> {
  const round = Math.floor(index / distinctColours.length);
  return { colour: distinctColours[index % distinctColours.length]!, dash: dashes[round % dashes.length] };
}

interface Plot {
  readonly x: readonly number[];
  readonly series: readonly Series[];
}

/** More points than pixels help nobody. */
const mostPoints = 2_000;

/** Epochs after the last one of interest that the comparison with the log still shows. */
const beyond = 1.25;

/** The unfixed script with the log's own epochs on top: as far as the log goes, and on to where the loss is lost. */
export function matchPlot({ show, baseline }: Rerun): Plot & { readonly label: string } {
  const { observed } = show.job;
  const logged = observed?.epochs?.at(-1) ?? observed?.losses.length ?? 0;
  const lost = baseline.findIndex((loss) => Number.isNaN(loss)) + 1 || baseline.findIndex((loss) => loss === Infinity) + 1;
  const epochs = observed ? Math.ceil(beyond * Math.max(logged, lost, 2)) : Math.max(2, baseline.length);
  const x = drawnEpochs(Math.min(epochs, Math.max(declaredEpochs(show), logged, 2)), [baseline]);
  const series: Series[] = [
    single({ id: 'unfixed', label: strings.unfixed(), colour: 'red', values: at(x, baseline) }),
  ];
  if (observed) {
    const losses = new Map(observed.losses.map((loss, index) => [observed.epochs?.[index] ?? index + 1, loss]));
    const values = x.map((epoch) => losses.get(epoch));
    series.push(single({ id: 'log', label: strings.logEpochs(), colour: 'foreground', points: true, values }));
  }
  return { x, series, label: observed ? strings.matchChart() : strings.unfixed() };
}

/** Every candidate over its starts, and the unfixed script as far as it stays among them. */
export function fixesPlot({ show, candidates, baseline }: Rerun, emphasized: string | undefined): Plot {
  const states = [...candidates.values()];
  const traces = states.map(drawnTraces);
  const longest = Math.max(0, ...traces.flat().map(({ length }) => length));
  const x = drawnEpochs(Math.max(2, declaredEpochs(show), longest), [baseline, ...traces.flat()]);
  const series: Series[] = [
    single({ id: 'unfixed', label: strings.unfixed(), colour: 'red', ambient: true, values: at(x, baseline) }),
    ...states.flatMap(({ candidate: { id, title } }, index) => {
      const own = traces[index]!;
      return own.length === 0 ? [] : [spread({ id, label: title, emphasized: id === emphasized, ...candidateStroke(index) }, x, own)];
    }),
  ];
  return { x, series };
}

function declaredEpochs({ job: { baseline } }: Rerun['show']): number {
  return 'epochs' in baseline ? baseline.epochs : 1;
}

/** The epochs 1 to `count`, thinned where there are too many, but never without the first that is not finite. */
function drawnEpochs(count: number, traces: readonly (readonly number[])[]): number[] {
  const every = Math.ceil(count / mostPoints);
  const epochs = new Set(Array.from({ length: Math.ceil(count / every) }, (_, index) => 1 + index * every)).add(count);
  if (every > 1) {
    for (const losses of traces) {
      if (Number.isFinite(losses.at(-1) ?? 0)) continue;
      for (const lost of [(loss: number) => !Number.isFinite(loss), Number.isNaN]) {
        const index = losses.findIndex(lost);
        if (index >= 0 && index < count) epochs.add(index + 1);
      }
    }
  }
  return [...epochs].sort((a, b) => a - b);
}

function at(epochs: readonly number[], losses: readonly number[]): (number | undefined)[] {
  return epochs.map((epoch) => losses[epoch - 1]);
}

/** The judged starts; seed 0, the log's own start, is counted apart. */
function drawnTraces({ traces }: CandidateState): readonly number[][] {
  const drawn = [...traces].filter(([seed]) => seed !== 0).map(([, losses]) => losses);
  return drawn.length > 0 ? drawn : [...traces.values()];
}

/** Loss after the last epoch against the learning rate, a curve per optimizer; the script's own optimizer first. */
export function sweepPlot({ sweep, show }: Rerun, emphasized: string | undefined): Plot {
  const { points } = sweep ?? { points: [] };
  const own = 'optimizer' in show.job.baseline ? show.job.baseline.optimizer.className : '';
  const optimizers = optimizersOf(sweep);
  const x = [...new Set(points.map(({ rate }) => rate))].sort((a, b) => a - b);
  const series = optimizers.map((optimizer, index) => {
    const at = new Map(points.filter((point) => point.optimizer === optimizer).map((point) => [point.rate, point]));
    const column = (pick: (point: SweepPoint) => number) =>
      x.map((rate) => {
        const point = at.get(rate);
        return point && pick(point);
      });
    return single({
      id: optimizer,
      label: optimizer,
      colour: optimizerColour(index),
      emphasized: optimizer === (emphasized ?? own),
      starts: 3,
      values: column((point) => point.median),
      low: column((point) => point.low),
      high: column((point) => point.high),
    });
  });
  return { x, series };
}

function optimizersOf(sweep: Sweep | undefined): string[] {
  return [...new Set(sweep?.points.map(({ optimizer }) => optimizer))];
}

function optimizerColour(index: number): Colour {
  return distinctColours[index % distinctColours.length]!;
}

/** Where the script stands, where the proposed learning rates stand, and each optimizer's edge between what trains and what does not. */
export function sweepMarks({ sweep, show, candidates }: Rerun): Mark[] {
  const { baseline } = show.job;
  if ('refused' in baseline) return [];
  const { config } = baseline.optimizer;
  const own = config['learning_rate'];
  const proposed = [...candidates.values()].flatMap(({ candidate: { remedy } }): Mark[] =>
    remedy.kind === 'learning-rate' ? [{ x: remedy.value, label: strings.proposedRate(), colour: 'foreground' }] : [],
  );
  const optimizers = optimizersOf(sweep);
  return [
    ...(typeof own === 'number' ? [{ x: own, label: strings.yourRate(), colour: 'foreground' as const, dash: [2, 2] }] : []),
    ...proposed,
    ...(sweep?.edges ?? []).map(({ optimizer, rate }): Mark => {
      return { x: rate, label: strings.edgeOf(optimizer), colour: optimizerColour(optimizers.indexOf(optimizer)), dash: [6, 3] };
    }),
  ];
}

/** Every epoch, and every start in a column of its own. */
export function rerunNumbers({ candidates, baseline }: Rerun): Numbers {
  const columns = [
    { label: strings.unfixed(), values: baseline },
    ...[...candidates.values()].flatMap(({ candidate, traces }) =>
      [...traces].map(([seed, values]) => ({ label: strings.startColumn(candidate.title, seed), values })),
    ),
  ];
  const epochs = Math.max(...columns.map(({ values }) => values.length));
  return { x: Array.from({ length: epochs }, (_, index) => index + 1), columns };
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

/**
 * The chosen metrics of every run over the union of their epochs. Colours tell apart what there is more of, runs or
 * metrics; dashes the other.
 */
export function logPlot({ runs }: ShowCurves, metrics: readonly string[]): Plot {
  const colours: readonly Colour[] = ['blue', 'yellow', 'green', 'purple', 'red'];
  const x = [...new Set(runs.flatMap(({ epochs }) => epochs))].sort((a, b) => a - b);
  const indexOf = new Map(x.map((epoch, index) => [epoch, index]));
  const byRun = runs.length > metrics.length;
  const stroke = (major: number, minor: number) => {
    const round = Math.floor(major / colours.length) * Math.min(runs.length, metrics.length);
    return { colour: colours[major % colours.length]!, dash: dashes[(round + minor) % dashes.length] };
  };
  const series = runs.flatMap((run, nth) =>
    run.curves
      .filter(({ metric }) => metrics.includes(metric))
      .map(({ metric, values }) => {
        const placed: (number | undefined)[] = x.map(() => undefined);
        run.epochs.forEach((epoch, index) => (placed[indexOf.get(epoch)!] = values[index]));
        return single({
          id: `${run.id}/${metric}`,
          label: runs.length > 1 ? `${run.title} ${metric}` : metric,
          ...stroke(byRun ? nth : metrics.indexOf(metric), byRun ? metrics.indexOf(metric) : nth),
          values: placed,
        });
      }),
  );
  return { x, series };
}
