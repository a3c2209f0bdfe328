import * as vscode from 'vscode';
import { cleanText, LogReader } from '../log';
import type { Run } from '../log/run';
import { say } from '../words';
import type { Background } from './background';
import type { Cases, LogSource } from './cases';
import { isAbsolute, trainingCommand } from './commandLine';
import { readIfSmall } from './dataFiles';
import { Debouncer, Disposable } from './dispose';
import { mostEpochs } from './followedLog';
import type { ReadScript, Scripts } from './scripts';
import { settings } from './settings';

/** Milliseconds of quiet before new output is diagnosed. */
const quiet = 300;
/** Milliseconds for which the status bar says that an output was lost. */
const moment = 15_000;
/** What a script of any framework calls to train; whether it is asked about hangs on no more than this. */
const trains = /\.(?:fit\w*|train\w*|backward)\s*\(/;

/**
 * Reads what training scripts print in VS Code's terminals, through shell integration, and only after the user has said
 * yes. Everything else that runs in a terminal is not looked at.
 */
export class TerminalLogs extends Disposable {
  readonly #logs = new Map<vscode.TerminalShellExecution, TerminalLog>();
  /** Those with output that is not diagnosed yet. */
  readonly #fresh = new Set<TerminalLog>();
  readonly #debouncer = this.register(new Debouncer(quiet));
  /** The user was asked in this session; "not now" is asked again in the next. */
  #asked = false;
  #count = 0;

  constructor(
    readonly cases: Cases,
    readonly background: Background,
  ) {
    super();
    const { window } = vscode;
    this.register(
      window.onDidStartTerminalShellExecution((event) => {
        background.run('The output of a terminal could not be read', this.#start(event));
      }),
    );
    this.register(window.onDidEndTerminalShellExecution(({ execution }) => this.#logs.get(execution)?.end()));
    this.register(window.onDidCloseTerminal((terminal) => this.#forget(terminal)));
  }

  async #start({ terminal, execution }: vscode.TerminalShellExecutionStartEvent): Promise<void> {
    const { value, confidence } = execution.commandLine;
    const command = confidence === vscode.TerminalShellExecutionCommandLineConfidence.Low ? undefined : trainingCommand(value);
    const consent = settings.terminal();
    if (consent === 'off' || !command) return;
    const script = scriptUri(command.script, execution.cwd ?? terminal.shellIntegration?.cwd ?? startFolder(terminal));
    // Only data after the first `read()` comes: what is printed while the question stands is lost.
    if (consent === 'on' || (await this.#mayRead(value, script))) return this.#read(terminal, execution, script);
  }

  /** Asks, where reading this command would help. */
  async #mayRead(command: string, script: vscode.Uri | undefined): Promise<boolean> {
    if (!(await trainsSomething(script)) || this.#asked) return false;
    this.#asked = true;
    const [yes, never] = [say({ id: 'editor.terminal.yes' }), say({ id: 'editor.terminal.never' })];
    const question = say({ id: 'editor.terminal.ask', args: { command } });
    const answer = await vscode.window.showInformationMessage(question, yes, say({ id: 'editor.terminal.later' }), never);
    if (answer === yes || answer === never) await settings.setTerminal(answer === yes ? 'on' : 'off');
    return answer === yes;
  }

  async #read(terminal: vscode.Terminal, execution: vscode.TerminalShellExecution, script: vscode.Uri | undefined): Promise<void> {
    const chunks = execution.read();
    if (terminal.exitStatus) return; // closed while the question stood
    this.#forget(terminal); // the findings of the command before
    const log = new TerminalLog(++this.#count, terminal, execution.commandLine.value, script, this.cases.scripts);
    this.#logs.set(execution, log);
    try {
      for await (const chunk of chunks) {
        log.push(chunk);
        if (this.#logs.get(execution) !== log) return;
        this.#fresh.add(log);
        this.#debouncer.schedule('', () => this.#examineFresh());
      }
    } finally {
      log.end();
    }
    if (this.#logs.get(execution) !== log) return;
    if (log.printed) await this.#examine(log);
    else if (await trainsSomething(script)) this.#sayThatNothingCame(log.name);
  }

  /** VS Code may lose all that a short command printed: silence is no sign of health then. */
  #sayThatNothingCame(command: string): void {
    const sentence = say({ id: 'editor.terminal.lost', args: { command } });
    this.background.output.info(sentence);
    vscode.window.setStatusBarMessage(`$(question) ${sentence}`, moment);
  }

  /** All together, so that what follows from it is done once for all. */
  #examineFresh(): void {
    for (const log of this.#fresh) void this.#examine(log);
    this.#fresh.clear();
  }

  async #examine(log: TerminalLog): Promise<void> {
    if (log.runs.length > 0) await this.cases.examine(log);
  }

  #forget(terminal: vscode.Terminal): void {
    for (const [execution, log] of this.#logs) {
      if (log.terminal !== terminal) continue;
      this.#logs.delete(execution);
      log.end();
      this.#fresh.delete(log);
      this.cases.remove(log.id);
    }
  }
}

/** What a command prints in a terminal. It has no place in the editor: its findings stand on the script. */
class TerminalLog implements LogSource {
  readonly id: string;
  readonly uri: vscode.Uri | undefined;
  readonly #reader = new LogReader({ mostEpochs });
  live = true;
  /** Something came that can be seen. */
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

  get inView(): boolean {
    return vscode.window.activeTerminal === this.terminal;
  }

  push(chunk: string): void {
    this.printed ||= cleanText(chunk).trim() !== ''; // marks of shell integration are nothing
    this.#reader.push(chunk);
  }

  /** What VS Code still holds of the output may come after this. */
  end(): void {
    this.live = false;
  }

  locate(): undefined {
    return undefined;
  }

  show(): void {
    this.terminal.show();
  }

  /** Not once it has ended: Ctrl+C would reach whatever runs in the terminal by then. */
  interrupt(): void {
    if (this.live) this.terminal.sendText('\x03', false);
  }

  async script(): Promise<ReadScript | undefined> {
    return this.scriptUri && this.scripts.read(this.scriptUri);
  }
}

async function trainsSomething(script: vscode.Uri | undefined): Promise<boolean> {
  const bytes = script && (await readIfSmall(script));
  return bytes !== undefined && trains.test(new TextDecoder().decode(bytes));
}

/** Where a terminal was opened: the best guess while shell integration does not say where it is. */
function startFolder({ creationOptions }: vscode.Terminal): vscode.Uri | undefined {
  const cwd = 'cwd' in creationOptions ? creationOptions.cwd : undefined;
  return typeof cwd === 'string' ? vscode.Uri.file(cwd) : cwd;
}

function scriptUri(path: string | undefined, folder: vscode.Uri | undefined): vscode.Uri | undefined {
  if (path === undefined) return undefined;
  if (isAbsolute(path)) return folder ? folder.with({ path: vscode.Uri.file(path).path }) : vscode.Uri.file(path);
  const root = folder ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  return root && vscode.Uri.joinPath(root, path.replaceAll('\\', '/'));
}
