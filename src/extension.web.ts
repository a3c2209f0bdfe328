import type * as vscode from 'vscode';
import { activateShared, type Rooms } from './editor/activate';

export function activate(context: vscode.ExtensionContext): Rooms | undefined {
  return activateShared(context, {});
}
