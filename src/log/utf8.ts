/** A character as bytes of UTF-8. */
export interface Character {
  readonly text: string;
  /** Number of its bytes. */
  readonly size: number;
}

/** Stands for a byte that is no part of a valid character. */
const INVALID: Character = { text: '\ufffd', size: 1 };
/** The smallest code that a character of 0 to 4 bytes stands for; shorter codes must not be written so long. */
const SMALLEST = [0, 0, 0x80, 0x800, 0x10000];

/** The character beyond ASCII that begins at `at` of a text whose characters are the bytes (0 to 255) of UTF-8. */
export function characterAt(bytes: string, at: number): Character {
  const first = bytes.charCodeAt(at);
  const size = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (size === 1) return INVALID;
  let code = first & (0xff >> (size + 1));
  for (let index = 1; index < size; index++) {
    const byte = bytes.charCodeAt(at + index);
    if ((byte & 0xc0) !== 0x80) return INVALID;
    code = (code << 6) | (byte & 0x3f);
  }
  const valid = code >= SMALLEST[size]! && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return valid ? { text: String.fromCodePoint(code), size } : INVALID;
}
