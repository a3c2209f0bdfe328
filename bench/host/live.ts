/** Runs in the extension host of a real VS Code: what following trainings costs it. Started by bench/live.ts. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { codeOf, diagnosticsOf, rooms, until } from '../../test/host/suite/helpers';
import { healthy, Training } from '../../test/host/suite/training';
import { logOf } from '../log-generator';
import type { Cost } from '../live';

const seconds = 60;

export async function run(): Promise<void> {
  await rooms();
  const training = await Training.in('live');
  const costs = {
    one: await withAndWithout((name) => followed(training, name, 1, 200)),
    ten: await withAndWithout((name) => followed(training, name, 10, 20)),
    file: await bigFile(training.file('big.log')),
  };
  console.log(`LOSS_DOCTOR_BENCH ${JSON.stringify(costs)}`);
}

/** The same trainings twice: read, and not read. */
async function withAndWithout(measure: (name: string) => Promise<Cost>): Promise<{ read: Cost; ignored: Cost }> {
  const set = (value: string): Thenable<void> =>
    vscode.workspace.getConfiguration('lossDoctor').update('terminal', value, vscode.ConfigurationTarget.Global);
  await set('off');
  const ignored = await measure('ignored');
  await set('on');
  return { read: await measure('read'), ignored };
}

/** `count` trainings at once, each with `updates` updates of its bar a second, an epoch every 200 updates. */
async function followed(training: Training, name: string, count: number, updates: number): Promise<Cost> {
  const terminals: vscode.Terminal[] = [];
  const ends = countEnds(count);
  for (let index = 0; index < count; index++) {
    const epochs = Math.ceil((seconds * updates) / 200) + 1;
    const command = await training.command(`${name}${index}`, { losses: healthy(epochs), updates: 200, every: 1000 / updates });
    terminals.push(await training.run(command, index === 0));
  }
  const cost = await costOf(() => typing(sleep(seconds * 1000)));
  await ends;
  const { cases } = await rooms();
  const read = [...cases.all].filter(({ log }) => log?.id.startsWith('terminal'));
  if (read.length !== (name === 'read' ? count : 0)) throw new Error(`${read.length} of ${count} trainings were read`);
  for (const terminal of terminals) terminal.dispose();
  return cost;
}

function countEnds(count: number): Promise<void> {
  let ended = 0;
  return new Promise((resolve) => {
    const listening = vscode.window.onDidEndTerminalShellExecution(() => {
      if (++ended < count) return;
      listening.dispose();
      resolve();
    });
  });
}

/** Writes into a document as a user does, until `work` is done; resolves to the milliseconds in which each letter arrived. */
async function typing(work: Promise<unknown>): Promise<readonly number[]> {
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'python' }));
  const times: number[] = [];
  let over = false;
  void work.then(() => (over = true));
  while (!over) {
    const started = performance.now();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'x'), { undoStopBefore: false, undoStopAfter: false });
    times.push(performance.now() - started);
    await sleep(500);
  }
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  return times;
}

/** A log of 1 GB that was there, then grows: VS Code hands no document of this size to extensions. */
async function bigFile(uri: vscode.Uri): Promise<Cost> {
  const file = openSync(uri.fsPath, 'w');
  for (const text of logOf('keras2', 1e9)) writeSync(file, text);
  const cost = await costOf(async () => {
    await vscode.commands.executeCommand('lossDoctor.watchLog', uri);
    writeSync(file, '\nEpoch 99998/99999\n200/200 [====] - 1s 4ms/step - loss: nan\n');
    await diagnosticsOf(uri, 'loss.nan', (ours) => ours.some((one) => codeOf(one) === 'loss.nan'));
    return undefined;
  });
  closeSync(file);
  rmSync(uri.fsPath);
  const { cases } = await rooms();
  await until('the file to be forgotten', cases.onDidChange, () => !cases.ofLog(uri.toString()));
  return cost;
}

/** What this process, the extension host, spends while `work` is done. */
async function costOf(work: () => Promise<readonly number[] | undefined>): Promise<Cost> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const memory = process.memoryUsage.rss();
  let peak = memory;
  const watching = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
  const started = performance.now();
  const before = process.cpuUsage();
  delay.enable();
  const typed = (await work()) ?? [];
  const milliseconds = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  delay.disable();
  clearInterval(watching);
  const sorted = [...typed].sort((a, b) => a - b);
  return {
    milliseconds,
    cpu: (100 * (user + system)) / 1000 / milliseconds,
    longest: delay.max / 1e6,
    growth: (peak - memory) / 1e6,
    typing: { median: sorted[Math.floor(sorted.length * 0.5)] ?? 0, late: sorted[Math.floor(sorted.length * 0.95)] ?? 0 },
  };
}
