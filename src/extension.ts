import { createReadStream } from 'node:fs';
import type * as vscode from 'vscode';
import { activateShared, type Rooms } from './editor/activate';

export function activate(context: vscode.ExtensionContext): Rooms | undefined {
  return activateShared(context, {
    bytesFrom: ({ scheme, fsPath }, start) => {
      return scheme === 'file' ? createReadStream(fsPath, { start, highWaterMark: 1 << 20 }) : undefined;
    },
  });
}
