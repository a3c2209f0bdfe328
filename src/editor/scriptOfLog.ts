import * as vscode from 'vscode';
import type { Run } from '../log/run';
import { say } from '../words';
import type { LogSource } from './cases';
import { Disposable } from './dispose';
import { matchesGlob } from './glob';
import { Kept } from './kept';
import type { LoadEngine } from './platform';
import { modified, type ReadScript, type Scripts } from './scripts';
import { settings } from './settings';
import { nameOf } from './text';

/** The script that made a log: known, one of several, or none in sight. */
type ScriptOfLog =
  | { readonly kind: 'known'; readonly script: ReadScript }
  | { readonly kind: 'unsure'; readonly candidates: readonly ReadScript[] }
  | { readonly kind: 'none' };

/** Chosen by the user, kept in the workspace's state: script by log, as URIs; '' for "none of these". */
const memory = 'scriptOfLog';

/** Says which script made a log: what the user chose, what a setting says, else what the log's own content shows. */
export class ScriptFinder extends Disposable {
  readonly #found = new Kept<ScriptOfLog>();
  readonly #changed = this.register(new vscode.EventEmitter<void>());

  /** Answers may differ from now on. */
  readonly onDidChange = this.#changed.event;

  constructor(
    readonly scripts: Scripts,
    readonly state: vscode.Memento,
    readonly engine: LoadEngine,
  ) {
    super();
    this.register(scripts.onDidChangeList(() => this.#forget()));
    this.register(settings.onDidChange(() => this.#forget()));
  }

  async find(log: LogSource): Promise<ScriptOfLog> {
    if (log.script) {
      const script = await log.script();
      if (script) return { kind: 'known', script };
    }
    const chosen = await this.#chosen(log);
    if (chosen) return chosen;
    return refresh(await this.#found.get(log.id, shapeOf(log.runs), () => this.#match(log)), this.scripts);
  }

  /** Asks which script made `log` and remembers the answer. */
  async choose(log: LogSource): Promise<void> {
    if (!log.uri) return;
    const candidates = await this.scripts.candidates(log.uri);
    const none = { label: say({ id: 'editor.pick.none' }), uri: undefined };
    const browse = { label: say({ id: 'editor.pick.browse' }), uri: undefined };
    const items = candidates.map(({ source }) => ({
      label: nameOf(source.uri),
      description: vscode.workspace.asRelativePath(vscode.Uri.joinPath(source.uri, '..')),
      uri: source.uri,
    }));
    const picked = await vscode.window.showQuickPick([...items, browse, none], {
      title: say({ id: 'editor.pick.title', args: { log: log.name } }),
      matchOnDescription: true,
    });
    if (!picked) return;
    let uri = picked.uri;
    if (picked === browse) {
      [uri] = (await vscode.window.showOpenDialog({ filters: { Python: ['py'] } })) ?? [];
      if (!uri) return;
    }
    await this.remember(log.uri, uri);
  }

  async remember(log: vscode.Uri, script: vscode.Uri | undefined): Promise<void> {
    const choices = this.state.get<Record<string, string>>(memory, {});
    await this.state.update(memory, { ...choices, [log.toString()]: script?.toString() ?? '' });
    this.#forget();
  }

  async #chosen(log: LogSource): Promise<ScriptOfLog | undefined> {
    if (!log.uri) return undefined;
    const choice = this.state.get<Record<string, string>>(memory, {})[log.uri.toString()];
    if (choice === '') return { kind: 'none' };
    const uri = choice === undefined ? scriptBySetting(log.uri) : vscode.Uri.parse(choice);
    const script = uri && (await this.scripts.read(uri));
    return script && { kind: 'known', script };
  }

  async #match(log: LogSource): Promise<ScriptOfLog> {
    if (!log.uri || log.runs.length === 0) return { kind: 'none' };
    const candidates = await this.scripts.candidates(log.uri);
    const { matchScript } = await this.engine();
    const match = matchScript(
      log.runs,
      candidates.map(({ source, script, modified: at }) => ({ path: source.uri.path, script, modified: at })),
      log.uri.path,
      await modified(log.uri),
    );
    const ranked = match.ranked.filter(({ score }) => score > 0).map(({ index }) => candidates[index]!);
    if (ranked.length === 0) return { kind: 'none' };
    return match.sure ? { kind: 'known', script: ranked[0]! } : { kind: 'unsure', candidates: ranked };
  }

  #forget(): void {
    this.#found.clear();
    this.#changed.fire();
  }
}

/** The same answer with the scripts as they stand now. */
async function refresh(found: ScriptOfLog, scripts: Scripts): Promise<ScriptOfLog> {
  if (found.kind !== 'known') return found;
  const script = await scripts.read(found.script.source.uri);
  return script ? { kind: 'known', script } : { kind: 'none' };
}

/** What of the runs decides which script they belong to; stays the same while a run only grows. */
function shapeOf(runs: readonly Run[]): string {
  return runs
    .map(({ declaredEpochs, stepsPerEpoch, epochs }) =>
      [declaredEpochs, stepsPerEpoch, ...(epochs[0]?.metrics.keys() ?? [])].join(),
    )
    .join(';');
}

function scriptBySetting(log: vscode.Uri): vscode.Uri | undefined {
  const folder = vscode.workspace.getWorkspaceFolder(log);
  if (!folder) return undefined;
  const found = settings.scripts(log).find(([glob]) => matchesGlob(log, glob));
  return found && vscode.Uri.joinPath(folder.uri, found[1]);
}
