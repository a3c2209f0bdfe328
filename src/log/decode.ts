/** The part of the standard decoder that is used here; browsers, workers and Node all have it. */
interface StandardDecoder {
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}
declare const TextDecoder: new (encoding: string) => StandardDecoder;

/** So many bytes tell UTF-16 without a byte order mark from UTF-8; fewer do once a line of them has ended. */
const ENOUGH = 256;
const newline = 0x0a;

/**
 * Decodes a log: UTF-8, or UTF-16 of either byte order (what PowerShell writes with `>`), with or without a byte order
 * mark. The mark is no part of the text. Bytes that are no valid text become U+FFFD; nothing throws.
 */
export class LogDecoder {
  #decoder: StandardDecoder | undefined;
  #head = new Uint8Array();

  /** @returns the text of these bytes; what is cut at their end comes with the next ones. */
  decode(bytes: Uint8Array): string {
    if (this.#decoder) return this.#decoder.decode(bytes, { stream: true });
    const head = new Uint8Array(this.#head.length + bytes.length);
    head.set(this.#head);
    head.set(bytes, this.#head.length);
    this.#head = head;
    const isTold = head.length >= ENOUGH || isPlainLine(head); // a training may take long to print more
    return isTold ? this.#begin().decode(head, { stream: true }) : '';
  }

  /** @returns the rest of the text, after the last bytes. */
  end(): string {
    if (this.#decoder) return this.#decoder.decode();
    const decoder = this.#begin();
    return decoder.decode(this.#head);
  }

  #begin(): StandardDecoder {
    this.#decoder = new TextDecoder(encodingOf(this.#head));
    return this.#decoder;
  }
}

/** The text of a whole log, as `LogDecoder` reads it. */
export function decodeLog(bytes: Uint8Array): string {
  const decoder = new LogDecoder();
  return decoder.decode(bytes) + decoder.end();
}

/** A line break has a zero byte in UTF-16, as Latin letters have. */
function isPlainLine(bytes: Uint8Array): boolean {
  return bytes.includes(newline) && !bytes.includes(0);
}

/** Latin letters have a zero byte in UTF-16: behind them if little-endian, before them if big-endian. */
function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  const length = Math.min(bytes.length, ENOUGH) & ~1;
  for (let index = 0; index < length; index++) if (bytes[index] === 0) zeros[index & 1]!++;
  const most = length / 4;
  if (zeros[1]! > most && zeros[1]! > 4 * zeros[0]!) return 'utf-16le';
  if (zeros[0]! > most && zeros[0]! > 4 * zeros[1]!) return 'utf-16be';
  return 'utf-8';
}
