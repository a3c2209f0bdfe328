import * as vscode from 'vscode';
import type { Diagnosis, Finding } from '../diagnosis';
import type { Run } from '../log/run';
import type { Fit, Script } from '../script/script';
import type { Span } from '../text/span';
import { Disposable } from './dispose';
import type { LoadEngine } from './platform';
import type { ScriptFinder } from './scriptOfLog';
import type { ReadScript, Scripts } from './scripts';

/** A training log, wherever its text comes from: a document, a cell's output, a terminal, a file that grows. */
export interface LogSource {
  /** Stable while the log lives. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Where it lies; scripts are looked for near it. */
  readonly uri?: vscode.Uri;
  readonly runs: readonly Run[];
  /** More may come: the training goes on. */
  readonly live?: boolean;
  /** The user looks at it, where it is no document: the terminal in front. */
  readonly inView?: boolean;
  /** It shows a log that is open itself: nothing is to be said twice about its script. */
  readonly mirror?: boolean;
  /** Undefined where the text has no place in the editor. */
  locate(span: Span): vscode.Location | undefined;
  /** The script that made it, where that is certain: a terminal's command line, a notebook. */
  script?(): Promise<ReadScript | undefined>;
  /** Brings it in front of the user, where it has no place in the editor. */
  show?(): void;
  /** Stops the training, as Ctrl+C does. */
  interrupt?(): void;
  /** The calls of that script that may have made it, where not all may: those of a cell. */
  fits?(script: ReadScript): readonly Fit[];
}

/** One log with the script that made it, or a script alone, and what is to be said about them. */
export interface Case {
  readonly log?: LogSource;
  /** The script as it was when it made the log. */
  readonly script?: ReadScript;
  /** What the script says about training has been edited since: its findings no longer stand on it. */
  readonly edited: boolean;
  /** Scripts that may have made the log; the user may say which. */
  readonly candidates: readonly ReadScript[];
  readonly diagnosis: Diagnosis;
  readonly fitOf: (run: number) => Fit | undefined;
}

/** Keeps a case for every log and script in sight, up to date with both. */
export class Cases extends Disposable {
  readonly #cases = new Map<string, Case>();
  /** By case, the turn of what ended last. */
  readonly #ended = new Map<string, number>();
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  #count = 0;

  readonly onDidChange = this.#changed.event;

  constructor(
    readonly scripts: Scripts,
    readonly finder: ScriptFinder,
    readonly engine: LoadEngine,
    readonly output: vscode.LogOutputChannel,
  ) {
    super();
    this.register(finder.onDidChange(() => this.#examineAgain()));
  }

  /** The one that changed last stands last. */
  get all(): Iterable<Case> {
    return this.#cases.values();
  }

  ofLog(id: string): Case | undefined {
    return this.#cases.get(id);
  }

  /** Cases that name this script, those with a log first. */
  ofScript(uri: vscode.Uri): readonly Case[] {
    const key = uri.toString();
    const cases = [...this.#cases.values()].filter((one) => one.script?.source.uri.toString() === key);
    return cases.sort((a, b) => Number(b.log !== undefined) - Number(a.log !== undefined));
  }

  /** Diagnoses the log as it stands now. Never rejects: where it fails, the output channel says why, and the case stays. */
  async examine(log: LogSource): Promise<void> {
    await this.#work(log.id, log.name, async (current) => {
      const [found, { diagnose, fitsOf }] = await Promise.all([this.finder.find(log), this.engine()]);
      if (!current()) return;
      const before = this.#cases.get(log.id);
      const now = found.kind === 'known' ? found.script : undefined;
      const script = now && asItWas(before, log, now);
      const fits = script && (log.fits?.(script) ?? script.script.fits);
      const fitOf = fitsOf(log.runs, script && { ...script.script, fits: fits! });
      this.#put(log.id, {
        log,
        script,
        edited: script !== undefined && now !== script && !sameTraining(script, now!),
        candidates: found.kind === 'unsure' ? found.candidates : [],
        diagnosis: diagnose(log.runs, script?.script, fitOf),
        fitOf,
      });
    });
  }

  /** Diagnoses a script by itself; never rejects, as `examine`. */
  async examineScript(uri: vscode.Uri): Promise<void> {
    const id = uri.toString();
    await this.#work(id, id, async (current) => {
      const script = await this.scripts.read(uri);
      const engine = script && (await this.engine()); // not loaded for Python that trains nothing
      if (!current()) return;
      if (!engine) return this.remove(id);
      const { diagnose, fitsOf } = engine;
      const fitOf = fitsOf([], script.script);
      this.#put(id, { script, edited: false, candidates: [], diagnosis: diagnose([], script.script, fitOf), fitOf });
    });
  }

  remove(id: string): void {
    this.#ended.set(id, ++this.#count);
    if (this.#cases.delete(id)) this.#changed.fire();
  }

  /**
   * Several may be under way for one case. One counts unless a later one has ended before it, or the case was removed
   * meanwhile; so a log that is examined all the time is not overtaken for ever.
   */
  async #work(id: string, name: string, work: (current: () => boolean) => Promise<void>): Promise<void> {
    const turn = ++this.#count;
    const current = (): boolean => {
      if (this.disposed || (this.#ended.get(id) ?? 0) > turn) return false;
      this.#ended.set(id, turn);
      return true;
    };
    try {
      await work(current);
    } catch (error) {
      this.output.error(`${name} could not be diagnosed:`, error instanceof Error ? error : String(error));
    }
  }

  #put(id: string, made: Case): void {
    this.#cases.delete(id); // the one that changed last stands last
    this.#cases.set(id, made);
    this.#changed.fire();
  }

  #examineAgain(): void {
    for (const { log } of this.#cases.values()) if (log) void this.examine(log);
  }
}

/**
 * A log was made by the script as it was before the user began to edit it. So the numbers are computed from that script
 * until a further run appears, and only edits that leave the training as it was are taken over.
 */
function asItWas(before: Case | undefined, log: LogSource, now: ReadScript): ReadScript {
  const known = before?.script;
  if (!known || known.source.uri.toString() !== now.source.uri.toString()) return now;
  if (before.log?.runs.length !== log.runs.length) return now;
  return sameTraining(known, now) ? now : known;
}

/** Whether two readings train alike: equal in all but places in the text. Data may have come since, or changed. */
function sameTraining(a: ReadScript, b: ReadScript): boolean {
  return a === b || (a.script.text === b.script.text && sameModules(a, b)) || summary(a.script) === summary(b.script);
}

function sameModules(a: ReadScript, b: ReadScript): boolean {
  const text = ({ files }: ReadScript, name: string): string => new TextDecoder().decode(files.get(name));
  return [...new Set([...a.script.modules, ...b.script.modules])].every((name) => text(a, name) === text(b, name));
}

const summaries = new WeakMap<Script, string>();

function summary(script: Script): string {
  const known = summaries.get(script);
  if (known !== undefined) return known;
  const made = JSON.stringify(script.fits, (key, value: unknown) => {
    if (key === 'span') return undefined;
    if (value instanceof Float64Array) return `${value.length} numbers, sum ${value.reduce((sum, one) => sum + one, 0)}`;
    return value;
  });
  summaries.set(script, made);
  return made;
}

/** The call of `fit` that a finding is about. */
export function fitOfFinding({ script, fitOf }: Case, { run, script: place }: Finding): Fit | undefined {
  if (run !== undefined) return fitOf(run);
  const fits = script?.script.fits ?? [];
  return (place && fits.find((fit) => covers(fit, place))) ?? fits[0];
}

function covers({ span, compile, model }: Fit, place: Span): boolean {
  const parts = [span, ...(compile.known ? [compile.value.span] : []), ...(model.known ? [model.value.span] : [])];
  return parts.some(({ start, end }) => start <= place.start && place.end <= end);
}
