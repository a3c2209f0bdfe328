import type { Case } from './cases';

const bars = '▁▂▃▄▅▆▇█';
/** Letters of a sparkline at most. */
const width = 40;

/** Losses of the complete epochs of the last run. */
export function lossesOf({ log }: Case): readonly number[] {
  const epochs = log?.runs.at(-1)?.epochs ?? [];
  return epochs.flatMap(({ metrics }) => metrics.get('loss')?.value ?? []);
}

/**
 * A curve in one line of text, on a logarithmic scale where it spans more than a factor 100. Longer curves are thinned
 * out; NaN and infinities are shown as ×.
 */
export function sparkline(values: readonly number[]): string {
  const shown = values.length <= width ? values : thinned(values);
  const finite = shown.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const scale = low > 0 && high / low > 100 ? Math.log : (value: number): number => value;
  const span = scale(high) - scale(low);
  return shown
    .map((value) => {
      if (!Number.isFinite(value)) return '×';
      const share = span > 0 ? (scale(value) - scale(low)) / span : 0;
      return bars[Math.round(share * (bars.length - 1))];
    })
    .join('');
}

/** The last value of each of `width` equal parts. */
function thinned(values: readonly number[]): readonly number[] {
  return Array.from({ length: width }, (_, index) => values[Math.ceil(((index + 1) * values.length) / width) - 1]!);
}
