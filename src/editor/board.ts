import * as vscode from 'vscode';
import type { Finding, Related, Severity } from '../diagnosis';
import { withSeverities } from '../diagnosis/severities';
import { say } from '../words';
import { fitOfFinding, type Case, type Cases } from './cases';
import { Debouncer, Disposable } from './dispose';
import { source } from './names';
import { settings } from './settings';

/** Milliseconds for which further cases are waited for: trainings that go on side by side change together. */
const quiet = 30;

/** A finding as it stands in a document. */
export interface Posted {
  readonly of: Case;
  readonly finding: Finding;
  readonly diagnostic: vscode.Diagnostic;
}

/** The other place of a finding, and the sentence that leads there. */
interface Other {
  readonly place: vscode.Location;
  readonly id: string;
}

/** Puts the findings of all cases where they belong: on the log's line and on the script's argument. */
export class Board extends Disposable {
  readonly #collection = this.register(vscode.languages.createDiagnosticCollection(source));
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly #soon = this.register(new Debouncer(quiet));
  #posted = new Map<string, Posted[]>();
  #findings = new WeakMap<Case, readonly Finding[]>();

  readonly onDidChange = this.#changed.event;

  constructor(
    readonly cases: Cases,
    readonly rulePage: (code: string) => vscode.Uri,
  ) {
    super();
    this.register(cases.onDidChange(() => this.#soon.schedule('', () => this.#post())));
    this.register(
      settings.onDidChange(() => {
        this.#findings = new WeakMap();
        this.#post();
      }),
    );
  }

  get all(): readonly Posted[] {
    return [...this.#posted.values()].flat();
  }

  at(uri: vscode.Uri): readonly Posted[] {
    return this.#posted.get(uri.toString()) ?? [];
  }

  /** The findings of a case with the severities that the settings give them. */
  findingsOf(of: Case): readonly Finding[] {
    const known = this.#findings.get(of);
    if (known) return known;
    const scope = of.log?.uri ?? of.script?.source.uri;
    const wanted = settings.severities(of.diagnosis.findings.map(({ code }) => code), scope);
    const { findings } = withSeverities(of.diagnosis, wanted);
    this.#findings.set(of, findings);
    return findings;
  }

  #post(): void {
    const before = this.#posted;
    this.#posted = new Map();
    for (const of of this.cases.all) {
      if (!of.log && this.#hasLog(of)) continue; // the cases with its logs say the same and more
      for (const finding of this.findingsOf(of)) this.#add(of, finding);
    }
    for (const key of before.keys()) if (!this.#posted.has(key)) this.#collection.delete(vscode.Uri.parse(key));
    for (const [key, posted] of this.#posted) {
      if (same(before.get(key), posted)) continue;
      this.#collection.set(
        vscode.Uri.parse(key),
        posted.map(({ diagnostic }) => diagnostic),
      );
    }
    this.#changed.fire();
  }

  #hasLog({ script }: Case): boolean {
    return script !== undefined && this.cases.ofScript(script.source.uri).some(({ log, edited }) => log && !log.mirror && !edited);
  }

  #add(of: Case, finding: Finding): void {
    const printed = finding.log && of.log?.locate(finding.log);
    const inLog = printed ?? (finding.log && fitPlace(of, finding));
    const inScript = of.edited ? undefined : finding.script && of.script?.source.locate(finding.script);
    if (inLog) this.#pin(inLog, of, finding, inScript && { place: inScript, id: 'editor.related.script' });
    if (!inScript || of.log?.mirror) return;
    this.#pin(inScript, of, finding, inLog && { place: inLog, id: printed ? 'editor.related.log' : 'editor.related.fit' });
  }

  #pin(place: vscode.Location, of: Case, finding: Finding, other: Other | undefined): void {
    const diagnostic = new vscode.Diagnostic(place.range, say(finding.message), severities[finding.severity]);
    diagnostic.source = source;
    diagnostic.code = { value: finding.code, target: this.rulePage(finding.code) };
    diagnostic.relatedInformation = relatedOf(of, finding, other);
    const key = place.uri.toString();
    const here = this.#posted.get(key) ?? [];
    const twin = here.findIndex((one) => codeOf(one.diagnostic) === finding.code && one.diagnostic.range.isEqual(place.range));
    if (twin < 0) return void this.#posted.set(key, [...here, { of, finding, diagnostic }]);
    // Several logs of one script say the same of it: the one that changed last speaks, the others are related to it.
    const both = (one: Posted): Posted => ({ of, finding, diagnostic: withRelated(diagnostic, one.diagnostic) });
    this.#posted.set(key, here.map((one, index) => (index === twin ? both(one) : one)));
  }
}

/** Places in other logs are added, three at most. */
function withRelated(diagnostic: vscode.Diagnostic, other: vscode.Diagnostic): vscode.Diagnostic {
  const own = diagnostic.relatedInformation ?? [];
  const more = (other.relatedInformation ?? []).filter(({ location }) => !own.some((one) => isEqual(one.location, location)));
  diagnostic.relatedInformation = [...own, ...more.slice(0, 3)];
  return diagnostic;
}

/** Where the call of `fit` is written that made the run: the place of findings in a log that is no document. */
function fitPlace(of: Case, finding: Finding): vscode.Location | undefined {
  const fit = of.edited ? undefined : fitOfFinding(of, finding);
  if (!fit) return undefined;
  const { text } = of.script!.script;
  const arguments_ = text.indexOf('(', fit.span.start);
  return of.script!.source.locate({ start: fit.span.start, end: arguments_ < 0 ? fit.span.end : arguments_ });
}

function relatedOf(of: Case, finding: Finding, other: Other | undefined): vscode.DiagnosticRelatedInformation[] {
  const related = finding.related.flatMap((one) => {
    const place = locate(of, one);
    return place ? [new vscode.DiagnosticRelatedInformation(place, say(one.message))] : [];
  });
  if (!other || related.some(({ location }) => isEqual(location, other.place))) return related;
  return [new vscode.DiagnosticRelatedInformation(other.place, say({ id: other.id })), ...related];
}

function locate({ log, script, edited }: Case, { where, span }: Related): vscode.Location | undefined {
  return where === 'log' ? log?.locate(span) : edited ? undefined : script?.source.locate(span);
}

function isEqual(a: vscode.Location, b: vscode.Location): boolean {
  return a.uri.toString() === b.uri.toString() && a.range.isEqual(b.range);
}

function same(before: readonly Posted[] | undefined, now: readonly Posted[]): boolean {
  return (
    before?.length === now.length && now.every(({ diagnostic }, i) => sameDiagnostic(before[i]!.diagnostic, diagnostic))
  );
}

function sameDiagnostic(a: vscode.Diagnostic, b: vscode.Diagnostic): boolean {
  return (
    a.range.isEqual(b.range) &&
    a.severity === b.severity &&
    a.message === b.message &&
    codeOf(a) === codeOf(b) &&
    JSON.stringify(a.relatedInformation) === JSON.stringify(b.relatedInformation)
  );
}

/** The rule's code of one of our diagnostics. */
export function codeOf({ code }: vscode.Diagnostic): string {
  return typeof code === 'object' ? String(code.value) : String(code);
}

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  hint: vscode.DiagnosticSeverity.Hint,
  information: vscode.DiagnosticSeverity.Information,
  warning: vscode.DiagnosticSeverity.Warning,
  error: vscode.DiagnosticSeverity.Error,
};
