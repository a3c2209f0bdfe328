import { Line } from '../log/line';

/** One state of a progress bar: `32/1875 [==>…` or `32/1875 ━━━…`. */
const frame = /^\s*\d+\/(\d+|Unknown)\s.{0,10}?[[━]/;
/** A progress bar without end, as Keras draws it for unknown steps, or of tqdm: `12%|███…| 3/25 [`. */
const percent = /^[^|]{0,60}?\d+%\|[^|]*\|\s*\d+\/(\d+)/;

/**
 * A log as a person wants to read it: without escape sequences and backspaces, and of every progress bar only the last
 * state before something else is printed. Every other line stays as it is.
 */
export function cleanText(text: string): string {
  const lines: string[] = [];
  let overprints = false;
  for (const [, raw, stop] of text.matchAll(/([^\r\n\b]*)(\r\n|\n|\r|\x08+|$)/g)) {
    const line = Line.of(raw!, 0, false).text;
    const blank = line.trim() === '';
    if (!blank && lines.length > 0 && replaces(lines.at(-1)!, line, overprints)) lines.pop();
    if (!blank || (!overprints && stop !== '\b')) lines.push(line);
    overprints = stop === '\r' || stop!.startsWith('\b');
    if (stop === '') break;
  }
  return lines.join('\n');
}

/** Whether `next` is drawn over `line`: by a carriage return or backspaces, or as the next state of the same bar. */
function replaces(line: string, next: string, overprints: boolean): boolean {
  const [before, after] = [barOf(line), barOf(next)];
  return overprints ? before !== undefined || line.length <= next.length : before !== undefined && before === after;
}

/** What identifies a bar from one state to the next: its number of steps. */
function barOf(line: string): string | undefined {
  return (frame.exec(line) ?? percent.exec(line))?.[1];
}
