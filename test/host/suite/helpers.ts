import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Rooms } from '../../../src/editor/activate';

/** Waiting gives up after this many milliseconds; a webview takes seconds on a slow machine. */
export const limit = 60_000;

/** The rooms of the extension under test. */
export async function rooms(): Promise<Rooms> {
  const extension = vscode.extensions.getExtension<Rooms>('loss-doctor.loss-doctor');
  assert.ok(extension, 'the extension is not there');
  return extension.activate();
}

export function fileIn(...path: string[]): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'no folder is open');
  return vscode.Uri.joinPath(folder.uri, ...path);
}

export async function open(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

/**
 * The first value of `look` that is neither undefined nor false, asked now and after every event.
 * @throws after `limit`, saying what was waited for
 */
export async function until<T>(
  what: string,
  event: vscode.Event<unknown>,
  look: () => T | undefined | false,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const check = (): void => {
      const value = look();
      if (value === undefined || value === false) return;
      stop();
      resolve(value);
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`waited ${limit / 1000} s for ${what}`));
    }, limit);
    const listening = event(check);
    const stop = (): void => {
      clearTimeout(timer);
      listening.dispose();
    };
    check();
  });
}

/** Our diagnostics of a file, once `enough` of them are there. */
export async function diagnosticsOf(
  uri: vscode.Uri,
  what: string,
  enough: (diagnostics: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  return until(what, vscode.languages.onDidChangeDiagnostics, () => {
    const ours = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'loss-doctor');
    return enough(ours) && ours;
  });
}

export function codeOf({ code }: vscode.Diagnostic): unknown {
  return typeof code === 'object' ? code.value : code;
}

/** Replaces a document's whole text and saves, so that the next test finds it as it was. */
export async function restore(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
  await document.save();
}

export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
