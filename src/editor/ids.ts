import * as vscode from 'vscode';
import { Command } from './names';

/** What each command takes; the palette gives nothing, so every argument is optional. */
interface CommandArguments {
  /** Script or log, and the offset of the `fit` call in the script. */
  [Command.rerun]: [uri?: vscode.Uri, fitStart?: number];
  /** The log whose script is to be chosen. */
  [Command.chooseScript]: [log?: vscode.Uri];
  [Command.diagnose]: [];
  [Command.showCleanView]: [log?: vscode.Uri];
  [Command.openRule]: [code?: string];
  /** The log's id. */
  [Command.showCurves]: [log?: string | vscode.Uri];
  [Command.watchLog]: [file?: vscode.Uri];
  [Command.tellWhenItEnds]: [];
  [Command.interrupt]: [];
  [Command.showOutput]: [];
  [Command.getStarted]: [];
  [Command.openSample]: [];
  [Command.readSample]: [];
  [Command.fixSample]: [];
  [Command.confirmSample]: [];
}

/** Registers a command with the signature it was declared with. */
export function registerCommand<K extends keyof CommandArguments>(
  id: K,
  run: (...args: CommandArguments[K]) => unknown,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, run as (...args: unknown[]) => unknown);
}

export function commandWith<K extends keyof CommandArguments>(
  id: K,
  title: string,
  ...args: CommandArguments[K]
): vscode.Command {
  return { command: id, title, arguments: args };
}
