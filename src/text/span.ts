/** Half-open range of UTF-16 code units, `[start, end)`, counted from the start of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place as VS Code counts it: 0-based line and 0-based UTF-16 column. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Half-open range of positions, as VS Code's `Range`. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}
