import * as vscode from 'vscode';

/**
 * Whether a file matches a glob of the settings, which is relative to its workspace folder;
 * a glob without a slash matches the file's name in any folder, as in `files.exclude`.
 */
export function matchesGlob(uri: vscode.Uri, glob: string): boolean {
  const anywhere = glob.includes('/') ? glob : `**/${glob}`;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const pattern = folder ? new vscode.RelativePattern(folder, anywhere) : anywhere;
  // VS Code's own matcher wants a document but looks at its place and language only; a log on disk is none.
  return vscode.languages.match({ pattern }, { uri, languageId: 'log' } as vscode.TextDocument) > 0;
}
