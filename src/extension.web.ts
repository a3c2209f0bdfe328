import * as vscode from 'vscode';
import { activateShared, type Rooms } from './editor/activate';
import { engineFrom } from './editor/platform';

export function activate(context: vscode.ExtensionContext): Rooms | undefined {
  return activateShared(context, { engine: engineFrom(filesOf(vscode.Uri.joinPath(context.extensionUri, 'dist', 'engine'))) });
}

/**
 * The browser's extension host has no `require` for files and no ES modules: a bundle is read from the extension's own
 * folder and run in the way in which that host runs this very file.
 */
function filesOf(folder: vscode.Uri): (file: string) => Promise<unknown> {
  const loaded = new Map<string, unknown>();
  return async (file) => {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, file));
    const module = { exports: {} };
    const require = (path: string): unknown => loaded.get(path.replace('./', ''));
    new Function('module', 'exports', 'require', new TextDecoder().decode(bytes))(module, module.exports, require);
    loaded.set(file, module.exports);
    return module.exports;
  };
}
