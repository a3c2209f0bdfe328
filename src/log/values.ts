import type { Line } from './line';
import type { Metrics, Value } from './run';

/** A printed number, as a part of a regular expression: `0.5`, `1.2e+15`, `-3`, `nan`, `-inf`, `NaN`, `Infinity`. */
export const NUMBER = String.raw`[-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|nan|inf(?:inity)?)`;

/** A text that is one number and nothing else. */
export const WHOLE_NUMBER = new RegExp(`^${NUMBER}$`, 'i');

/** @returns the number that a text matched by `NUMBER` means. */
export function numberOf(text: string): number {
  const number = Number(text);
  if (!Number.isNaN(number)) return number;
  const unsigned = text.replace(/^[-+]/, '').toLowerCase();
  return unsigned.startsWith('inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number.NaN;
}

export function valueAt(line: Line, from: number, to: number): Value {
  return { value: numberOf(line.text.slice(from, to)), ...line.span(from, to) };
}

/** The name is at most 120 characters long, which bounds the search for its colon. */
const KERAS_METRIC = new RegExp(String.raw`\s{0,8}-\s{1,8}(?=[^\s:])((?:(?! - )[^:]){1,120}?):\s{0,8}(${NUMBER})`, 'iy');
const FIRST_METRIC = new RegExp(String.raw`([^\s:-][^:]{0,119}?):\s{0,8}(${NUMBER})`, 'iy');

/**
 * The metrics of a Keras line: ` - loss: 0.5 - accuracy: 1.0000e-04`, from `from` on.
 * Keras prints four decimals (`%.4f` or `%.4e`), so that a date glued to the last value (`0.53122023-01-02`) and a
 * number that was cut (`0.0000e+  25/1875`, or the end of an unfinished log) can be told from it.
 * @param bare no ` - ` stands before the first metric
 * @returns the metrics, where they end, and whether the last number was cut (it is left out then).
 */
export function kerasMetrics(line: Line, from: number, bare = false): { metrics: Metrics; end: number; cut: boolean } {
  const metrics = new Map<string, Value>();
  const { text } = line;
  let end = from;
  let cut = false;
  while (!cut) {
    const pattern = bare && end === from ? FIRST_METRIC : KERAS_METRIC;
    pattern.lastIndex = end;
    const match = pattern.exec(text);
    if (!match) break;
    const [whole, name, printed] = match as unknown as [string, string, string];
    // What stands behind is the end of an earlier, longer state of the bar.
    if (name === 'ETA' || metrics.has(name)) break;
    let to = end + whole.length;
    const valueFrom = to - printed.length;
    const decimals = /\.(\d{4})\d{4}$/.exec(printed);
    if (decimals && /^-\d\d-\d\d/.test(text.slice(to, to + 6))) to -= 4;
    cut = isCut(text, valueFrom, to, line.unfinished);
    if (!cut) metrics.set(nameOf(name), valueAt(line, valueFrom, to));
    end = to;
  }
  return { metrics, end, cut };
}

function isCut(text: string, from: number, to: number, unfinished: boolean): boolean {
  if (/^[eE][-+]?(?!\w)/.test(text.slice(to, to + 3))) return true;
  if (!unfinished || to < text.length) return false;
  return !/^[-+]?(?:\d+\.\d{4,}(?:e[-+]\d{2,})?|nan|inf)$/.test(text.slice(from, to));
}

/** More names than this are no names of metrics, but some text that looks like them. */
const MOST_NAMES = 10_000;
const names = new Map<string, string>();

/**
 * The same string for the same name, whatever text it was cut out of: an engine keeps the whole text alive for a name
 * that is a part of it, which would hold a log of any size in memory.
 */
export function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (names.size >= MOST_NAMES) names.clear();
  const copy = [...text].join('');
  names.set(copy, copy);
  return copy;
}

/** Seconds of a time as Keras prints it: `3s`, `412ms`, `6:27`, `1:02:03`. */
export function secondsOf(time: string): number | undefined {
  const unit = /^(\d+(?:\.\d+)?)(us|µs|ms|s|min)$/.exec(time);
  if (unit) {
    const inASecond = { us: 1e6, 'µs': 1e6, ms: 1e3, s: 1, min: 1 / 60 }[unit[2]!];
    return inASecond === undefined ? undefined : Number(unit[1]) / inASecond;
  }
  if (!/^\d+(?::\d+)+$/.test(time)) return undefined;
  return time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}
