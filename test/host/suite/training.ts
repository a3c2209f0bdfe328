import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { copySample, fileIn, until, write } from './helpers';

/** What a run prints, and how it ends. */
export interface Plan {
  /** Loss of each epoch, as it is printed. */
  readonly losses: readonly (number | string)[];
  readonly declaredEpochs?: number;
  /** Updates of the bar in an epoch, and milliseconds between them. */
  readonly updates?: number;
  readonly every?: number;
  /** `kill`: in the middle of a line, by SIGKILL. `stay`: waits for Ctrl+C. */
  readonly end?: 'exit' | 'kill' | 'stay';
}

/** A program that prints as Keras 3 does: with colours and a moving bar on a terminal, plain lines else. */
const printer = String.raw`
const { readFileSync, writeFileSync } = require('node:fs');
const plan = { updates: 10, every: 20, end: 'exit', ...JSON.parse(readFileSync(process.argv[2], 'utf8')) };
const total = plan.declaredEpochs ?? plan.losses.length;
const out = process.stdout;
const bold = (text) => out.isTTY ? '\x1b[1m' + text + '\x1b[0m' : text;
const bar = out.isTTY ? '\x1b[32m━━━━━━━━━━━━\x1b[0m\x1b[37m━━━━━━━━\x1b[0m' : '━━━━━━━━━━━━━━━━━━━━';
const update = (step, loss) => bold(step + '/' + plan.updates) + ' ' + bar + ' ' + bold('0s') + ' 2ms/step - loss: ' + loss;
let epoch = 0;
let step = 0;
let drift = 0;
const started = Date.now();
const report = () => writeFileSync(process.argv[2] + '.end', process.exitCode + ' ' + epoch);
process.on('SIGINT', () => {
  out.write('\nTraceback (most recent call last):\nKeyboardInterrupt\n');
  process.exitCode = 130;
  report();
  process.exit();
});
const print = () => {
  if (step === 0) {
    if (epoch === plan.losses.length) {
      if (plan.end === 'stay') return void setTimeout(print, 100);
      if (plan.end === 'kill') return out.write('Epoch ' + (epoch + 1) + '/' + total + '\n' + bold('1/') , () => process.kill(process.pid, 'SIGKILL'));
      process.exitCode = 0;
      return report();
    }
    out.write('Epoch ' + (epoch + 1) + '/' + total + '\n');
  }
  step++;
  const loss = plan.losses[epoch];
  const text = update(step, typeof loss === 'number' ? loss.toFixed(4) : loss);
  out.write(out.isTTY ? '\r' + text : step === plan.updates ? text + '\n' : '');
  if (step === plan.updates) {
    if (out.isTTY) out.write('\n');
    epoch++;
    step = 0;
  }
  drift += plan.every;
  setTimeout(print, Math.max(0, started + drift - Date.now())); // at this rate whatever the timer's grain
};
print();
`;

/** A folder with the sample's script and a `bin/python` that prints what a plan says instead of training. */
export class Training {
  private constructor(readonly folder: vscode.Uri) {}

  static async in(name: string): Promise<Training> {
    const folder = await copySample('exploding', name);
    const program = fileIn(name, 'bin', 'printer.cjs');
    await write(program, printer);
    const python = fileIn(name, 'bin', 'python').fsPath;
    // The plan's name is the script's first argument.
    writeFileSync(python, `#!/bin/sh\nexec "${process.execPath}" "${program.fsPath}" "$2.json"\n`);
    chmodSync(python, 0o755);
    return new Training(folder);
  }

  file(...path: string[]): vscode.Uri {
    return vscode.Uri.joinPath(this.folder, ...path);
  }

  get script(): vscode.Uri {
    return this.file('train.py');
  }

  /** The command that carries out a plan. */
  async command(name: string, plan: Plan): Promise<string> {
    await write(this.file(`${name}.json`), JSON.stringify(plan));
    return `./bin/python train.py ${name}`;
  }

  /** What a plan's process has left behind: its exit code and the number of its epochs; undefined while it runs. */
  endOf(name: string): string | undefined {
    const { fsPath } = this.file(`${name}.json.end`);
    return existsSync(fsPath) ? readFileSync(fsPath, 'utf8') : undefined;
  }

  /** Runs a command in a new terminal of the folder. */
  async run(command: string, show = true): Promise<vscode.Terminal> {
    const terminal = vscode.window.createTerminal({ name: 'training', cwd: this.folder });
    if (show) terminal.show();
    const shell = await until('shell integration', vscode.window.onDidChangeTerminalShellIntegration, () => terminal.shellIntegration);
    shell.executeCommand(command);
    return terminal;
  }
}

/** A loss that grows as the sample's does, and one that falls. */
export const diverging = (epochs: number): number[] => Array.from({ length: epochs }, (_, epoch) => 450.9794 * 3.5547 ** epoch);
export const healthy = (epochs: number): number[] => Array.from({ length: epochs }, (_, epoch) => 0.1 + 0.9 * 0.9 ** epoch);
