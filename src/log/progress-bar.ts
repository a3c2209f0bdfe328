const SPACE = 32;
const SLASH = 47;
const ESCAPE = 27;
const BRACKET = 91;
const LETTER_M = 109;

/** The bar that is under way: what an update must look like to be passed over. */
export interface Bar {
  readonly steps: number;
  /** Steps done at the last update that was read. */
  readonly step: number;
  /** The update of this step or a later one is wanted, for the sample. */
  readonly wanted: number;
  /** No NaN and no infinity was printed in this epoch; the first one is wanted. */
  readonly finite: boolean;
  /** Where the header of its epoch ends; infinite without one. */
  readonly headerEnd: number;
}

/**
 * Steps done in an update `  5/200 [=>…` or `ESC[1m  5/200ESC[0m ━…` of a bar of `steps` steps, from the
 * characters of `text` themselves: nearly all of a long log is such updates.
 * @returns 0 if there is no such counter at `from`.
 */
export function stepAt(text: string, from: number, to: number, steps: number): number {
  let at = skipSpaces(text, from, to);
  if (text.charCodeAt(at) === ESCAPE && text.charCodeAt(at + 1) === BRACKET) {
    at += 2;
    while (at < to && isDigit(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at) !== LETTER_M) return 0;
    at = skipSpaces(text, at + 1, to);
  }
  let step = 0;
  let code = text.charCodeAt(at);
  for (; at < to && isDigit(code); code = text.charCodeAt(++at)) step = step * 10 + code - 48;
  if (code !== SLASH) return 0;
  let total = 0;
  for (code = text.charCodeAt(++at); at < to && isDigit(code); code = text.charCodeAt(++at)) total = total * 10 + code - 48;
  return total === steps && at < to ? step : 0;
}

function skipSpaces(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && text.charCodeAt(at) === SPACE) at++;
  return at;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
