import { Line } from './line';
import { stepAt } from './progress-bar';

/**
 * A log as a reader wants to see it: without escape sequences and backspaces, and of each progress bar its last state
 * only. Every other line stays as it is. What was written over (a lone `\r`, a run of backspaces) is left out, unless
 * it is all that the line holds. Line ends become `\n`.
 */
export function cleanText(text: string): string {
  const lines: string[] = [];
  let bar: Bar | undefined;
  for (const raw of text.split(/\r?\n/)) {
    const states = raw.split(/\r|\x08+/).map((piece) => Line.of(piece, 0, false).text.trimEnd());
    const line = states.filter((state) => state !== '').at(-1) ?? '';
    // VS Code has turned a lone `\r` into a line end: states of one bar stand below each other.
    const next = barIn(line);
    const last = lines.at(-1);
    if (bar && next && last !== undefined && goesOn(bar, next)) lines[lines.length - 1] = line;
    else if (!(line === '' && raw !== '' && /[\x08\x1b]/.test(raw))) lines.push(line);
    if (line !== '') bar = next;
  }
  return lines.join('\n');
}

interface Bar {
  readonly step: number;
  readonly steps: number;
  readonly metrics: number;
}

/** The bar that a line shows and nothing else: text glued to its end must not be lost with it. */
function barIn(line: string): Bar | undefined {
  const counter = /^\s{0,16}\d{1,12}\/(\d{1,12}) /.exec(line);
  if (!counter || !/(?:: [-+.\deinfa]{1,60}|\/\w{1,10}|\d{1,9}s|\])$/.test(line)) return undefined;
  const steps = Number(counter[1]);
  return { step: stepAt(line, 0, line.length, steps), steps, metrics: line.split(': ').length };
}

/** Keras 3 prints the last step twice, with the validation the second time. */
function goesOn(bar: Bar, next: Bar): boolean {
  return next.steps === bar.steps && (next.step > bar.step || (next.step === bar.step && next.metrics > bar.metrics));
}
