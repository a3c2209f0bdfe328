import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Rooms } from '../../../src/editor/activate';

/** Waiting gives up after this many milliseconds; a webview takes seconds on a slow machine. */
export const limit = 60_000;

/** The rooms of the extension under test. */
export async function rooms(): Promise<Rooms> {
  return extension().activate();
}

function extension(): vscode.Extension<Rooms> {
  const found = vscode.extensions.getExtension<Rooms>('loss-doctor.loss-doctor');
  assert.ok(found, 'the extension is not there');
  return found;
}

/** Whether the window itself can be asked; a desktop VS Code cannot. */
export function hasWindow(): boolean {
  return windowAddress() !== undefined;
}

function windowAddress(): string | undefined {
  const { scheme, authority } = extension().extensionUri;
  if (scheme === 'http') return `http://${authority}/_window`; // the browser's extension host has no environment
  return process.env['LOSS_DOCTOR_WINDOW'];
}

/** Copies a sample that ships with the extension into a folder of the open one; resolves to the copy. */
export async function copySample(name: string, folder = name): Promise<vscode.Uri> {
  const copy = fileIn(folder);
  const sample = vscode.Uri.joinPath(extension().extensionUri, 'samples', name);
  const { fs } = vscode.workspace;
  await fs.createDirectory(copy);
  // One by one: an extension loaded from the web can read its files, but list no folder.
  for (const file of ['train.py', 'train.log']) { // a log is younger than its script
    await fs.writeFile(vscode.Uri.joinPath(copy, file), await fs.readFile(vscode.Uri.joinPath(sample, file)));
  }
  return copy;
}

export function fileIn(...path: string[]): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'no folder is open');
  return vscode.Uri.joinPath(folder.uri, ...path);
}

/** Opens a file as a click on it does: when its tab is closed, the document is closed too. */
export async function open(uri: vscode.Uri): Promise<vscode.TextDocument> {
  await vscode.commands.executeCommand('vscode.open', uri);
  return until(`${uri.path} to be open`, vscode.window.onDidChangeActiveTextEditor, () => {
    const document = vscode.window.activeTextEditor?.document;
    return document?.uri.toString() === uri.toString() && document;
  });
}

/**
 * The first value of `look` that is neither undefined nor false, asked now and after every event.
 * @throws after `limit`, saying what was waited for and how things stand
 */
export async function until<T>(
  what: string,
  event: vscode.Event<unknown>,
  look: () => T | undefined | false,
  state: () => unknown = () => 'nothing',
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
      reject(new Error(`waited ${limit / 1000} s for ${what}, there is ${JSON.stringify(state())}`));
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
  const ours = (): readonly vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'loss-doctor');
  return until(what, vscode.languages.onDidChangeDiagnostics, () => enough(ours()) && ours(), ours);
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

export async function write(uri: vscode.Uri, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}

/**
 * Asks the window for what the extension API lacks, see `windowActions` in scripts/host/window.mjs; undefined in a VS Code
 * that cannot be asked.
 */
export async function askWindow(action: string, options: object): Promise<string | undefined> {
  const window = windowAddress();
  if (!window) return undefined;
  const response = await fetch(`${window}/${action}`, { method: 'POST', body: JSON.stringify(options) });
  const text = await response.text();
  assert.ok(response.ok, text);
  return String(JSON.parse(text));
}

/**
 * The notifications that stand, as one text, once they say what is `wanted` (or after some time); undefined in a VS Code
 * that cannot be asked.
 */
export async function notifications(wanted = /(?:)/): Promise<string | undefined> {
  for (const deadline = Date.now() + limit; ; ) {
    await vscode.commands.executeCommand('notifications.showList');
    try {
      const told = await askWindow('text', { selector: '.notifications-center', limit: 5000 });
      if (told === undefined || wanted.test(told) || Date.now() > deadline) return told;
    } catch (error) {
      if (Date.now() > deadline) throw error; // the list closes by itself when the last of them goes just then
    }
  }
}

/** Every warning that is shown from now on; the list in the window holds no more than it has room for. */
export function recordWarnings(): { readonly shown: readonly string[]; stop(): void } {
  const shown: string[] = [];
  const window = vscode.window as { showWarningMessage: (message: string, ...items: string[]) => Thenable<string | undefined> };
  const show = window.showWarningMessage;
  window.showWarningMessage = (message, ...items) => {
    shown.push(message);
    return show(message, ...items);
  };
  return { shown, stop: () => (window.showWarningMessage = show) };
}

/** Clicks a button of a notification, once it is there. */
export async function answer(button: string): Promise<void> {
  for (const deadline = Date.now() + limit; ; ) {
    await vscode.commands.executeCommand('notifications.showList');
    try {
      await askWindow('click', { selector: `.notifications-center .monaco-button:has-text("${button}")`, limit: 5000 });
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`No button "${button}": ${await notifications()}`, { cause: error });
    }
  }
}
