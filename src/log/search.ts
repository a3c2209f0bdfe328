/** Where a string occurs in a text, asked for with growing offsets: each character of the text is searched once. */
export class Search {
  #found = -1;

  constructor(
    readonly text: string,
    readonly wanted: string,
    readonly accepts: (text: string, at: number) => boolean = () => true,
  ) {}

  /** Offset of the first occurrence at or behind `from`; the text's length if there is none. */
  next(from: number): number {
    if (this.#found >= from) return this.#found;
    let at = this.text.indexOf(this.wanted, from);
    while (at >= 0 && !this.accepts(this.text, at)) at = this.text.indexOf(this.wanted, at + 1);
    return (this.#found = at < 0 ? this.text.length : at);
  }
}

/** Whether the three letters at `at` (`nan`, `inf`) are a value and not part of a word such as `info` or `finance`. */
export function isWord(text: string, at: number): boolean {
  return !isLetter(text.charCodeAt(at - 1)) && !isLetter(text.charCodeAt(at + 3));
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}
