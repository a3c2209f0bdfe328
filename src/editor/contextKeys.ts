import * as vscode from 'vscode';
import type { Board } from './board';
import type { Cases } from './cases';
import { Debouncer } from './dispose';
import { ContextKey } from './names';
import { isLost } from './progress';

/** Keeps the keys that `when` clauses ask for right for the active editor; sets them only when they change. */
export function registerContextKeys(cases: Cases, board: Board): vscode.Disposable {
  const set = new Map<string, boolean>();
  const update = (key: string, value: boolean): void => {
    if (set.get(key) === value) return;
    set.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const refresh = (): void => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    update(ContextKey.isLog, uri !== undefined && cases.ofLog(uri.toString())?.log !== undefined);
    const live = [...cases.all].flatMap(({ log }) => (log?.live ? [log] : []));
    update(ContextKey.isLive, live.length > 0);
    update(ContextKey.isLost, live.some((log) => log.interrupt && isLost(log)));
    update(ContextKey.isScript, uri !== undefined && cases.ofScript(uri).length > 0);
  };
  const soon = new Debouncer(50);
  const refreshSoon = (): void => soon.schedule('', refresh);
  return vscode.Disposable.from(
    soon,
    vscode.window.onDidChangeActiveTextEditor(refreshSoon),
    board.onDidChange(refreshSoon),
  );
}
