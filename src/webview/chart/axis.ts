/** Ranges, ticks and labels of an axis, for the screen and for exported pictures alike. Pure: no DOM. */
import { significant } from '../../words/numbers';
import { extent, type Series } from './series';

export type ScaleKind = 'log' | 'linear';

/** What the user set at a chart. */
export interface ChartChoices {
  readonly scale: ScaleKind;
  /** Ids of the curves that are switched off. */
  readonly hidden: readonly string[];
}

/** What the x axis counts: epochs, evenly spaced; learning rates, in decades; or distances from the start of training. */
export type XKind = 'epochs' | 'rates' | 'distances';

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** The range to draw for values between `min` and `max`: a little air, never empty. */
export function paddedRange(extent: Range | undefined, kind: ScaleKind): Range {
  if (!extent) return kind === 'log' ? { min: 0.1, max: 10 } : { min: 0, max: 1 };
  const { min, max } = extent;
  if (kind === 'log') {
    const air = Math.max(Math.log10(max / min) * 0.04, 0.05);
    // Float32 and float64 end somewhere: never leave them for the sake of air.
    return { min: Math.max(min / 10 ** air, Number.MIN_VALUE), max: Math.min(max * 10 ** air, Number.MAX_VALUE) };
  }
  const air = (max - min) * 0.04 || Math.abs(max) * 0.1 || 1;
  return { min: min - air, max: max + air };
}

/** From the first to the last x. */
export function xRange(x: readonly number[], kind: XKind): Range {
  const min = x[0] ?? 1;
  const max = x.at(-1) ?? min;
  if (max > min) return { min, max };
  return { min, max: kind === 'rates' ? 10 * min : min + 1 };
}

interface Drawn {
  readonly series: readonly Series[];
  readonly scale: ScaleKind;
  readonly ceiling?: number | undefined;
}

export function yRange({ series, scale, ceiling = Infinity }: Drawn): Range {
  const found = extent(series, scale === 'log');
  return paddedRange(found && found.min < ceiling ? { min: found.min, max: Math.min(found.max, ceiling) } : found, scale);
}

/** About `count` round numbers between `min` and `max`, ascending. */
export function ticks({ min, max }: Range, kind: ScaleKind, count: number): number[] {
  if (!(max > min) || !Number.isFinite(max - min)) return [];
  if (kind === 'linear') return linearTicks(min, max, count);
  const first = Math.ceil(Math.log10(min) - 1e-9);
  const last = Math.floor(Math.log10(max) + 1e-9);
  if (last - first >= 2) {
    const wanted = (last - first) / count;
    const step = [1, 2, 5, 10, 20, 50, 100].find((decades) => decades >= wanted) ?? 200;
    const decades: number[] = [];
    for (let decade = Math.ceil(first / step) * step; decade <= last; decade += step) decades.push(power(decade));
    return decades;
  }
  const within = [first - 1, first, last, last + 1].flatMap((decade) => [1, 2, 5].map((digit) => digit * power(decade)));
  const round = [...new Set(within)].filter((tick) => tick >= min && tick <= max).sort((a, b) => a - b);
  return round.length >= 3 ? round : linearTicks(min, max, count).filter((tick) => tick > 0);
}

/** 10^n as the parser would read `1e<n>`: `10 ** -5` is not `1e-5`. */
function power(exponent: number): number {
  return Number(`1e${exponent}`);
}

function linearTicks(min: number, max: number, count: number): number[] {
  const raw = (max - min) / count;
  const magnitude = power(Math.floor(Math.log10(raw)));
  const step = ([1, 2, 5].find((digit) => digit * magnitude >= raw) ?? 10) * magnitude;
  // Between neighbours among the doubles, counting does not go on: twelve digits do not tell such ticks apart either.
  const first = Math.ceil(min / step);
  const steps = Math.floor(max / step) - first;
  if (!(steps >= 0) || !Number.isSafeInteger(first + steps)) return [];
  const found = Array.from({ length: steps + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return [...new Set(found)];
}

/** Of epochs only whole numbers, of learning rates round decades. */
export function xTicks(range: Range, kind: XKind, count: number): number[] {
  if (kind === 'rates') return ticks(range, 'log', count);
  return ticks(range, 'linear', count).filter((tick) => kind === 'distances' || Number.isInteger(tick));
}

const superscripts: Readonly<Record<string, string>> = {
  '-': '⁻', '0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴', '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹',
};

/** `10³⁸`, `2·10⁶`, `0.001`, `250`. */
export function tickLabel(value: number): string {
  const magnitude = Math.abs(value);
  if (value === 0 || (magnitude >= 1e-3 && magnitude < 1e5)) return String(Number(value.toPrecision(6)));
  const [digits, exponent] = value.toExponential(2).split('e') as [string, string];
  const raised = [...String(Number(exponent))].map((sign) => superscripts[sign]).join('');
  const factor = Number(digits);
  if (factor === 1) return `10${raised}`;
  return factor === -1 ? `−10${raised}` : `${factor}·10${raised}`;
}

/** A value as the readout and the table print it. */
export function valueLabel(value: number | undefined, digits = 5): string {
  return value === undefined ? '–' : significant(value, digits);
}
