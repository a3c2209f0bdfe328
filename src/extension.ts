import { createReadStream } from 'node:fs';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { activateShared, type Rooms } from './editor/activate';

export function activate(context: vscode.ExtensionContext): Rooms | undefined {
  return activateShared(context, {
    engine: () => import('./engine'),
    home: vscode.Uri.file(homedir()),
    bytesFrom: ({ scheme, fsPath }, start) => {
      return scheme === 'file' ? createReadStream(fsPath, { start, highWaterMark: 1 << 20 }) : undefined;
    },
  });
}
