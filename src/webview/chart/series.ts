/** What a chart shows, and how many starts become one curve. Pure: no DOM. */

/** Named after VS Code's `charts.*` colours; `charts.orange` is transparent in most themes and missing in high contrast. */
export type Colour = 'foreground' | 'red' | 'blue' | 'green' | 'purple' | 'yellow';

/** A stretch of the x axis on which a curve has no finite value. Indices into `x`, both inclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** `inf`, `-inf`, `NaN`; `some` where only some of the starts are not finite. */
  readonly kind: 'inf' | '-inf' | 'NaN' | 'some';
  /** Most starts that are not finite at once; 1 for a single curve. */
  readonly starts: number;
}

export interface Series {
  readonly id: string;
  readonly label: string;
  readonly colour: Colour;
  readonly dash?: readonly number[] | undefined;
  /** Drawn as separate points, not as a line. */
  readonly points?: boolean | undefined;
  /** One per x; undefined where nothing was measured, NaN and infinities kept. May be shorter than x. */
  readonly values: readonly (number | undefined)[];
  /** Lowest and highest finite value, where a curve stands for several starts. */
  readonly low?: readonly (number | undefined)[] | undefined;
  readonly high?: readonly (number | undefined)[] | undefined;
  /** How many starts stand behind it; undefined for a single measured curve. */
  readonly starts?: number | undefined;
  /** Show the band from lowest to highest: several bands over each other would be mud. */
  readonly emphasized?: boolean | undefined;
  /** Drawn, but only its first value counts for the range of the axis: the rest may leave the plot. */
  readonly ambient?: boolean | undefined;
  readonly stretches: readonly Stretch[];
}

/** A curve that stands for itself. */
export function single(base: Omit<Series, 'stretches'>): Series {
  return { ...base, stretches: stretches(base.values) };
}

/**
 * Median, lowest and highest of several starts at the given epochs (from 1, ascending). A start that is not finite counts as worse than any
 * finite one, so the median is not finite as soon as half of the starts are not.
 */
export function spread(
  base: Omit<Series, 'stretches' | 'values'>,
  epochs: readonly number[],
  traces: readonly (readonly number[])[],
): Series {
  const longest = Math.max(0, ...traces.map((trace) => trace.length));
  const values: number[] = [];
  const low: (number | undefined)[] = [];
  const high: (number | undefined)[] = [];
  const lost: number[] = [];
  for (const epoch of epochs) {
    if (epoch > longest) break;
    const present = traces.filter((trace) => epoch <= trace.length).map((trace) => trace[epoch - 1]!);
    const finite = present.filter(Number.isFinite).sort((a, b) => a - b);
    const middle = (present.length - 1) >> 1;
    values.push(middle < finite.length ? finite[middle]! : (present.find((value) => !Number.isFinite(value)) ?? NaN));
    low.push(finite[0]);
    high.push(finite.at(-1));
    lost.push(present.length - finite.length);
  }
  return { ...base, values, low, high, starts: traces.length, stretches: lostStretches(lost) };
}

/** Whether a band is drawn around the curve. */
export function hasBand(
  series: Series,
): series is Series & { readonly low: readonly (number | undefined)[]; readonly high: readonly (number | undefined)[] } {
  return series.emphasized === true && series.low !== undefined && series.high !== undefined && (series.starts ?? 0) > 1;
}

function stretches(values: readonly (number | undefined)[]): Stretch[] {
  const found: Stretch[] = [];
  values.forEach((value, index) => {
    if (value === undefined || Number.isFinite(value)) return;
    const kind = Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf';
    const last = found.at(-1);
    if (last?.kind === kind && last.to === index - 1) found[found.length - 1] = { ...last, to: index };
    else found.push({ from: index, to: index, kind, starts: 1 });
  });
  return found;
}

function lostStretches(lost: readonly number[]): Stretch[] {
  const from = lost.findIndex((count) => count > 0);
  if (from < 0) return [];
  return [{ from, to: lost.length - 1, kind: 'some', starts: Math.max(...lost) }];
}

/** Smallest and largest value that `series` can show; positive ones only where `positive`. Undefined if there is none. */
export function extent(series: readonly Series[], positive: boolean): { min: number; max: number } | undefined {
  let min = Infinity;
  let max = -Infinity;
  const include = (value: number | undefined) => {
    if (value === undefined || !Number.isFinite(value) || (positive && value <= 0)) return;
    if (value < min) min = value;
    if (value > max) max = value;
  };
  const onlyAmbient = series.every(({ ambient }) => ambient);
  for (const { values, low, high, ambient } of series) {
    if (ambient && !onlyAmbient) include(values[0]);
    else for (const list of [values, low, high]) list?.forEach(include);
  }
  return min <= max ? { min, max } : undefined;
}
