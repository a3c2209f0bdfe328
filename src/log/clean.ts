import { Line } from './line';

/**
 * A log as a reader wants to see it: without escape sequences and backspaces, and of the states of a progress bar that
 * follow each other the last one only. Every other line, and every other text that was written over, is kept on a line
 * of its own. Line ends become `\n`.
 */
export function cleanText(text: string): string {
  const lines: string[] = [];
  let bar: Bar | undefined;
  let from = 0;
  let over = false;
  for (const { 0: separator, index } of [...text.matchAll(/\r?\n|\r|\x08+/g), { 0: '', index: text.length }]) {
    const raw = text.slice(from, index);
    const line = Line.of(raw, 0, false).text.trimEnd();
    const blank = line === '' && separator.endsWith('\n') && raw === '' && text[from - 1] === '\n';
    from = index + separator.length;
    const drawnOver = over;
    // VS Code makes a line break of a `\r`: behind backspaces one is always meant to lead back.
    const back = raw === '' && text[index - 1] === '\b';
    over = back || !separator.endsWith('\n') ? over || line !== '' : false;
    if (line === '') {
      if (blank) lines.push('');
      continue;
    }
    const next = barIn(line);
    if (bar && next && goesOn(bar, next, drawnOver)) lines[lines.length - 1] = line;
    else lines.push(line);
    bar = next;
  }
  return `${lines.join('\n')}${/[\n\r]$/.test(text) ? '\n' : ''}`;
}

interface Bar {
  /** What stands before the counter, and the counter's total. */
  readonly name: string;
  readonly step: number;
  readonly metrics: number;
}

/** Bars of Keras, also those of an unknown number of steps, and of tqdm. */
const COUNTER = /^(\s{0,16}|[^%]{0,200}?\d{1,3}%\|?[^|\d]{0,200}\|?\s{0,4})(\d{1,12})\/(\d{1,12}|Unknown)\s/;

/** The bar that a line shows and nothing else: text glued to its end must not be lost with it. */
function barIn(line: string): Bar | undefined {
  const counter = COUNTER.exec(line);
  if (!counter || !/(?:: [-+.\deinfa]{1,60}|\/\w{1,10}|\d{1,9}s|\])$/.test(line)) return undefined;
  const name = `${counter[1]!.replace(/\d{1,3}%.*$/, '').trim()}/${counter[3]!}`;
  return { name, step: Number(counter[2]), metrics: line.split(/: |=/).length };
}

/** Keras 3 prints the last step twice: over itself, or with the validation the second time. */
function goesOn(bar: Bar, next: Bar, drawnOver: boolean): boolean {
  if (next.name !== bar.name || next.step !== bar.step) return next.name === bar.name && next.step > bar.step;
  return drawnOver ? next.metrics >= bar.metrics : next.metrics > bar.metrics;
}
