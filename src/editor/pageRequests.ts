import * as vscode from 'vscode';
import { say } from '../words';

/** Shows a line (from 0) beside the page that asks for it. */
export async function openLine(uri: vscode.Uri, line: number): Promise<void> {
  const selection = new vscode.Range(line, 0, line, 0);
  await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One, selection });
}

/** Asks for files with training data; starts in the folder of the script. */
export async function chooseData(script: string | undefined): Promise<readonly vscode.Uri[] | undefined> {
  const filters = { [say({ id: 'editor.data.files' })]: ['csv', 'npz', 'npy', 'txt', 'tsv', 'data', 'gz'] };
  const defaultUri = script === undefined ? undefined : vscode.Uri.joinPath(vscode.Uri.parse(script), '..');
  return vscode.window.showOpenDialog({ canSelectMany: true, filters, ...(defaultUri && { defaultUri }) });
}

export async function save(name: string, content: string | Uint8Array): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {});
  if (!uri) return;
  try {
    await vscode.workspace.fs.writeFile(uri, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(say({ id: 'editor.save.failed', args: { reason } }));
  }
}
