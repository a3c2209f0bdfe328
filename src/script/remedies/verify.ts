import { applyEdits, type TextEdit } from '../../text/edit';
import { ScriptReader } from '../read';
import type { Fit, Script } from '../script';
import { ProgramParser } from '../python/program';
import { ScriptText } from './text';
import { fingerprint, type Part } from './fingerprint';

/** Checks an edit by reading the edited text as if it were any other script. */
export class Verifier {
  readonly #reader: ScriptReader;
  readonly #before: Script;
  readonly #index: number;

  /**
   * `fit`: the one that the remedy is for. Other files are left out: data are the same before and after, and only the
   * script itself is edited.
   */
  constructor(script: Script, fit: Fit) {
    this.#reader = new ScriptReader(script);
    this.#before = this.#reader.read(script.text);
    const isSame = ({ span }: Fit): boolean => span.start === fit.span.start;
    const nth = script.fits.filter(isSame).indexOf(fit);
    const found = this.#before.fits.filter(isSame)[nth];
    this.#index = found ? this.#before.fits.indexOf(found) : -1;
  }

  /** The fit as it is read without other files; undefined if it is in one of those. */
  get fit(): Fit | undefined {
    return this.#before.fits[this.#index];
  }

  /**
   * Whether the edited text parses no worse, reads as wanted, and reads the same in everything but `parts`.
   * Other fits may change in the same parts where they share the `compile` call.
   */
  accepts(edits: readonly TextEdit[], parts: readonly Part[], wanted: (fit: Fit, text: ScriptText) => boolean): boolean {
    const before = this.#before;
    const edited = applyEdits(before.text, edits);
    const after = this.#reader.read(edited);
    if (after.syntaxErrors.length > before.syntaxErrors.length || after.fits.length !== before.fits.length) return false;
    const target = before.fits[this.#index];
    const changed = after.fits[this.#index];
    if (!target || !changed || !wanted(changed, new ScriptText(new ProgramParser().parse(edited)))) return false;
    return before.fits.every((fit, i) => {
      const shares = i === this.#index || sameCompile(fit, target);
      const old = fingerprint(fit);
      const now = fingerprint(after.fits[i]!);
      return (Object.keys(old) as Part[]).every((part) => old[part] === now[part] || (shares && parts.includes(part)));
    });
  }
}

function sameCompile(a: Fit, b: Fit): boolean {
  return a.compile.known && b.compile.known && a.compile.value.span.start === b.compile.value.span.start;
}
