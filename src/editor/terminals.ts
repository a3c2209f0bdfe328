import * as vscode from 'vscode';
import { LogReader } from '../log';
import type { Run } from '../log/run';
import { say } from '../words';
import type { Cases, LogSource } from './cases';
import { trainingCommand } from './commandLine';
import { Debouncer, Disposable } from './dispose';
import type { ReadScript, Scripts } from './scripts';
import { settings } from './settings';

/** Milliseconds of quiet before new output is diagnosed. */
const quiet = 300;

/**
 * Reads what training scripts print in VS Code's terminals, through shell integration, and only after the user has said
 * yes. Everything else that runs in a terminal is not looked at.
 */
export class TerminalLogs extends Disposable {
  readonly #logs = new Map<vscode.TerminalShellExecution, TerminalLog>();
  readonly #debouncer = this.register(new Debouncer(quiet));
  #asking = false;
  #count = 0;

  constructor(
    readonly cases: Cases,
    readonly output: vscode.LogOutputChannel,
  ) {
    super();
    const { window } = vscode;
    this.register(window.onDidStartTerminalShellExecution((event) => void this.#start(event)));
    this.register(window.onDidEndTerminalShellExecution(({ execution }) => this.#end(execution)));
    this.register(window.onDidCloseTerminal((terminal) => this.#forget(terminal)));
  }

  async #start({ terminal, execution }: vscode.TerminalShellExecutionStartEvent): Promise<void> {
    const consent = settings.terminal();
    const command = trainingCommand(execution.commandLine.value);
    if (consent === 'off' || !command) return;
    const script = scriptUri(command.script, execution.cwd ?? terminal.shellIntegration?.cwd ?? startFolder(terminal));
    if (consent === 'on') return this.#read(terminal, execution, script);
    // Only data after the first `read()` comes: what is printed while the question stands is lost.
    const trains = script && (await this.cases.scripts.read(script));
    if (trains && (await this.#ask(execution.commandLine.value))) return this.#read(terminal, execution, script);
  }

  async #read(terminal: vscode.Terminal, execution: vscode.TerminalShellExecution, script: vscode.Uri | undefined): Promise<void> {
    const chunks = execution.read();
    this.#forget(terminal); // the findings of the command before
    const log = new TerminalLog(++this.#count, terminal, execution.commandLine.value, script, this.cases.scripts);
    this.#logs.set(execution, log);
    for await (const chunk of chunks) {
      log.push(chunk);
      if (this.#logs.get(execution) !== log) return;
      this.#debouncer.schedule(log.id, () => void this.#examine(log));
    }
    log.end();
    if (!log.printed) this.output.info(`The terminal passed on no output of: ${log.name}. It may have been too short to be read.`);
    if (this.#logs.get(execution) === log) await this.#examine(log);
  }

  async #examine(log: TerminalLog): Promise<void> {
    if (log.runs.length > 0) await this.cases.examine(log);
  }

  #end(execution: vscode.TerminalShellExecution): void {
    this.#logs.get(execution)?.end();
  }

  #forget(terminal: vscode.Terminal): void {
    for (const [execution, log] of this.#logs) {
      if (log.terminal !== terminal) continue;
      this.#logs.delete(execution);
      this.#debouncer.cancel(log.id);
      this.cases.remove(log.id);
    }
  }

  /** Asks once; "not now" asks again in the next session. */
  async #ask(command: string): Promise<boolean> {
    if (this.#asking) return false;
    this.#asking = true;
    const [yes, never] = [say({ id: 'editor.terminal.yes' }), say({ id: 'editor.terminal.never' })];
    const question = say({ id: 'editor.terminal.ask', args: { command } });
    const answer = await vscode.window.showInformationMessage(question, yes, say({ id: 'editor.terminal.later' }), never);
    if (answer === yes || answer === never) {
      await settings.setTerminal(answer === yes ? 'on' : 'off');
      this.#asking = false;
    }
    return answer === yes;
  }
}

/** What a command prints in a terminal. It has no place in the editor: its findings stand on the script. */
class TerminalLog implements LogSource {
  readonly id: string;
  readonly uri: vscode.Uri | undefined;
  readonly #reader = new LogReader();
  live = true;
  printed = false;

  constructor(
    count: number,
    readonly terminal: vscode.Terminal,
    readonly name: string,
    readonly scriptUri: vscode.Uri | undefined,
    readonly scripts: Scripts,
  ) {
    this.id = `terminal ${count}`;
    this.uri = scriptUri;
  }

  get runs(): readonly Run[] {
    return this.#reader.runs;
  }

  push(chunk: string): void {
    this.printed ||= chunk.trim() !== '';
    this.#reader.push(chunk);
  }

  end(): void {
    this.live = false;
    this.#reader.end();
  }

  locate(): undefined {
    return undefined;
  }

  show(): void {
    this.terminal.show();
  }

  interrupt(): void {
    this.terminal.sendText('\x03', false);
  }

  async script(): Promise<ReadScript | undefined> {
    return this.scriptUri && this.scripts.read(this.scriptUri);
  }
}

/** Where a terminal was opened: the best guess while shell integration does not say where it is. */
function startFolder({ creationOptions }: vscode.Terminal): vscode.Uri | undefined {
  const cwd = 'cwd' in creationOptions ? creationOptions.cwd : undefined;
  return typeof cwd === 'string' ? vscode.Uri.file(cwd) : cwd;
}

function scriptUri(path: string | undefined, folder: vscode.Uri | undefined): vscode.Uri | undefined {
  if (path === undefined) return undefined;
  const absolute = /^(?:\/|[A-Za-z]:[\\/])/.test(path);
  if (absolute) return folder ? folder.with({ path: vscode.Uri.file(path).path }) : vscode.Uri.file(path);
  const root = folder ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  return root && vscode.Uri.joinPath(root, path.replaceAll('\\', '/'));
}
