import * as vscode from 'vscode';
import { cleanText } from '../log';
import { say } from '../words';
import { Disposable } from './dispose';
import { nameOf, openDocument } from './text';

const cleanScheme = 'loss-doctor-clean';

/**
 * A log without escape sequences and progress-bar states, as a read-only document beside it. It is read as a log like any
 * other, so the findings stand on it too; it follows the log while both are open.
 */
export class CleanView extends Disposable implements vscode.TextDocumentContentProvider {
  readonly #changed = this.register(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;

  constructor() {
    super();
    this.register(vscode.workspace.registerTextDocumentContentProvider(cleanScheme, this));
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const view = cleanUri(document.uri);
        if (contentChanges.length > 0 && openDocument(view)) this.#changed.fire(view);
      }),
    );
  }

  async provideTextDocumentContent(view: vscode.Uri): Promise<string> {
    const document = await vscode.workspace.openTextDocument(originalOf(view));
    return cleanText(document.getText());
  }

  async show(log: vscode.Uri): Promise<void> {
    const document = await vscode.workspace.openTextDocument(cleanUri(log));
    await vscode.languages.setTextDocumentLanguage(document, 'log');
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }
}

/** Its last part is the title of the view. */
function cleanUri(log: vscode.Uri): vscode.Uri {
  const title = say({ id: 'editor.clean', args: { log: nameOf(log) } });
  return vscode.Uri.joinPath(log, '..', title).with({ scheme: cleanScheme, query: log.toString() });
}

/** The log that a clean view shows; of any other document, itself. */
export function originalOf(uri: vscode.Uri): vscode.Uri {
  return uri.scheme === cleanScheme ? vscode.Uri.parse(uri.query) : uri;
}
