import * as vscode from 'vscode';
import { activateShared, type Rooms } from './editor/activate';
import { Kept } from './editor/kept';
import type { Engine } from './editor/platform';

export function activate(context: vscode.ExtensionContext): Rooms | undefined {
  const kept = new Kept<Engine>();
  return activateShared(context, { engine: () => kept.get('engine', '', () => readEngine(context.extensionUri)) });
}

/**
 * The browser's extension host has no `require` for files and no ES modules: the bundle is read from the extension's own
 * folder and run in the way in which that host runs this very file.
 */
async function readEngine(extension: vscode.Uri): Promise<Engine> {
  const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, 'dist', 'engine.js'));
  const module = { exports: {} };
  new Function('module', new TextDecoder().decode(bytes))(module);
  return module.exports as Engine;
}
