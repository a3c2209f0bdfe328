import { isUtf8 } from 'node:buffer';
import { readScript } from '../script';
import type { Script } from '../script/script';
import { LineIndex } from '../text/lines';
import { dataBeside, readBytes } from './input';
import { Problem } from './problem';

const byteOrderMark = '\ufeff';

/** A Python script on disk and how to write it back byte for byte. */
export interface ScriptFile {
  readonly path: string;
  readonly script: Script;
  readonly lines: LineIndex;
  /** Contents of the data files that the script names and that were found beside it. */
  readonly data: ReadonlyMap<string, Uint8Array>;
  /** The bytes of the file with another text in it, in its own encoding. */
  encode(text: string): Buffer;
}

/** @throws Problem if the file cannot be read as text. */
export async function readScriptFile(path: string): Promise<ScriptFile> {
  const bytes = await readBytes(path);
  if (bytes.includes(0)) throw new Problem({ id: 'cli.binary', args: { path } });
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  const whole = bytes.toString(encoding);
  const mark = whole.startsWith(byteOrderMark) ? byteOrderMark : '';
  const text = whole.slice(mark.length);
  const encode = (edited: string): Buffer => Buffer.from(mark + edited, encoding);
  const first = readScript(text);
  const data = await dataBeside(path, first.files);
  const script = data.size > 0 ? readScript(text, data) : first;
  return { path, script, lines: new LineIndex(text), data, encode };
}

/** A script that a command cannot do without: it must have a call of `fit` and be free of syntax errors. */
export async function requireScriptFile(path: string): Promise<ScriptFile> {
  const file = await readScriptFile(path);
  const { script, lines } = file;
  const error = script.syntaxErrors[0];
  if (error) {
    const { line, character } = lines.positionAt(error.start);
    throw new Problem({ id: 'cli.syntax', args: { path, line: line + 1, column: character + 1 } });
  }
  if (script.fits.length === 0) throw new Problem({ id: 'cli.no-fit', args: { path } });
  return file;
}
