import { isUtf8 } from 'node:buffer';
import { extname } from 'node:path';
import type { Script } from '../script/script';
import { applyEdits, type TextEdit } from '../text/edit';
import { LineIndex } from '../text/lines';
import type { Range, Span } from '../text/span';
import { dataBeside, readBytes } from './input';
import type { Notebook } from './notebook';
import { Problem } from './problem';

const byteOrderMark = '\ufeff';

/** A Python script or a notebook on disk. */
export interface ScriptFile {
  readonly path: string;
  /** The text of the file, without byte order mark. */
  readonly text: string;
  readonly script: Script;
  /** The notebook that the script was joined from. */
  readonly notebook?: Notebook;
  /** Contents of the files that the script needs and that were found beside it. */
  readonly data: ReadonlyMap<string, Uint8Array>;
  /** Place in the file of a span of the script. */
  rangeOf(span: Span): Range;
  /**
   * The text of the file with edits of the script carried out.
   * @throws Problem if an edit cannot be made inside one cell of a notebook.
   */
  edited(edits: readonly TextEdit[]): string;
  /** The bytes of the file with another text in it: same encoding, same byte order mark. */
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

  const { escaped, readNotebook, readScript, readWithFiles } = await import('./scripts');
  const notebook = extname(path) === '.ipynb' ? readNotebook(text) : undefined;
  if (extname(path) === '.ipynb' && !notebook) throw new Problem({ id: 'cli.no-notebook', args: { path } });
  const python = notebook ? notebook.script.text : text;
  const { script, files: data } = await readWithFiles((files) => readScript(python, files), (names) => dataBeside(path, names));
  const lines = new LineIndex(text);
  if (!notebook) {
    const edited = (edits: readonly TextEdit[]): string => applyEdits(text, edits);
    return { path, text, script, data, encode, edited, rangeOf: (span) => lines.rangeOf(span) };
  }
  const inFile = ({ span, newText }: TextEdit): TextEdit => {
    const place = notebook.inFile(span);
    if (!place) throw new Problem({ id: 'cli.over-cells', args: { path } });
    return { span: place, newText: escaped(newText) };
  };
  return {
    path,
    text,
    script,
    notebook,
    data,
    encode,
    edited: (edits) => applyEdits(text, edits.map(inFile)),
    rangeOf: (span) => lines.rangeOf(notebook.inFile(span) ?? { start: 0, end: 0 }),
  };
}

/** A script that a command cannot do without: it must have a call of `fit` and be free of syntax errors. */
export async function requireScriptFile(path: string): Promise<ScriptFile> {
  const file = await readScriptFile(path);
  const { script, notebook } = file;
  const error = script.syntaxErrors[0];
  // A cell that does not parse does not keep the others from running.
  if (error && (!notebook || script.fits.length === 0)) {
    const { line, character } = file.rangeOf(error).start;
    throw new Problem({ id: 'cli.syntax', args: { path, line: line + 1, column: character + 1 } });
  }
  if (script.fits.length === 0) {
    const mentioned = /\.fit(?:_generator)?\s{0,8}\(/.test(script.text);
    throw new Problem({ id: mentioned ? 'cli.fit-not-reached' : 'cli.no-fit', args: { path } });
  }
  return file;
}
