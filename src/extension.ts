import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { activateShared, type Rooms } from './editor/activate';
import { engineFrom } from './editor/platform';

export function activate(context: vscode.ExtensionContext): Rooms | undefined {
  const load = createRequire(__filename);
  return activateShared(context, {
    engine: engineFrom(async (file) => load(`./engine/${file}`)),
    home: vscode.Uri.file(homedir()),
    bytesFrom: ({ scheme, fsPath }, start) => {
      return scheme === 'file' ? createReadStream(fsPath, { start, highWaterMark: 1 << 20 }) : undefined;
    },
  });
}
