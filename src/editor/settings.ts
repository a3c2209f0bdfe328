import * as vscode from 'vscode';
import type { Severity, SeveritySettings } from '../diagnosis';
import { section, Setting } from './names';

/** Every setting, read here and nowhere else. Values of a wrong type count as not set. */
export const settings = {
  codeLens(scope?: vscode.ConfigurationScope): boolean {
    return read(Setting.codeLens, scope) !== false;
  },

  /** Globs of files that are read as training logs whatever their content looks like, and of files that never are. */
  include(scope?: vscode.ConfigurationScope): readonly string[] {
    return strings(read(Setting.include, scope));
  },
  exclude(scope?: vscode.ConfigurationScope): readonly string[] {
    return strings(read(Setting.exclude, scope));
  },

  /** Log (glob) to script (path), both relative to the workspace folder, in the order of the setting. */
  scripts(scope?: vscode.ConfigurationScope): readonly (readonly [glob: string, path: string])[] {
    const value = read(Setting.scripts, scope);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  },

  starts(): number {
    const value = read(Setting.starts);
    return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? Math.min(value, 1000) : 20;
  },

  /** Share of a constant prediction's loss that a confirmed fix may leave; the setting is a percentage. */
  goal(): number {
    const value = read(Setting.goal);
    return typeof value === 'number' && value >= 1 && value <= 100 ? value / 100 : 0.5;
  },

  /** Whether the output of training scripts in terminals is read. Only the user's own settings count, no workspace's. */
  terminal(): 'ask' | 'on' | 'off' {
    const set = vscode.workspace.getConfiguration(section).inspect<unknown>(Setting.terminal)?.globalValue;
    return set === 'on' || set === 'off' ? set : 'ask';
  },
  async setTerminal(value: 'on' | 'off'): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(section);
    await configuration.update(Setting.terminal, value, vscode.ConfigurationTarget.Global);
  },

  /** Whether a run that goes wrong may be told in a notification. */
  notifications(): boolean {
    return read(Setting.notifications) !== false;
  },
  async stopNotifications(): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(section);
    await configuration.update(Setting.notifications, false, vscode.ConfigurationTarget.Global);
  },

  /** What the user wants of these rules; a rule nobody set is left out and keeps its own severity. */
  severities(codes: readonly string[], scope?: vscode.ConfigurationScope): SeveritySettings {
    const configuration = vscode.workspace.getConfiguration(section, scope);
    const wanted: Record<string, Severity | 'off'> = {};
    for (const code of codes) {
      const set = configuration.inspect<unknown>(`${Setting.rules}.${code}`);
      const value = set?.workspaceFolderValue ?? set?.workspaceValue ?? set?.globalValue;
      if (isLevel(value)) wanted[code] = value;
    }
    return wanted;
  },

  /** Fires after any of them changed. */
  onDidChange(listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(section)) listener();
    });
  },
};

function read(name: string, scope?: vscode.ConfigurationScope): unknown {
  return vscode.workspace.getConfiguration(section, scope).get<unknown>(name);
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function isLevel(value: unknown): value is Severity | 'off' {
  return ['off', 'hint', 'information', 'warning', 'error'].includes(value as string);
}
