import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, ftruncateSync, openSync, readFileSync, renameSync, truncateSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { askWindow, closeAll, codeOf, diagnosticsOf, fileIn, limit, notifications, open, rooms, until } from './helpers';
import { diverging, healthy, Training } from './training';

/** What is diagnosed while it is written to a file, open or closed, in the workspace or elsewhere. */
describe('a log that grows', function () {
  this.timeout(3 * limit);

  const exploding = (ours: readonly vscode.Diagnostic[]): boolean => ours.some((one) => codeOf(one) === 'loss.exploding');
  let training: Training;
  let lines: readonly string[];

  before(async () => {
    await rooms();
    // A folder of its own: a log that another suite wrote again would count as one that grows.
    training = await Training.in('live');
    lines = readFileSync(training.file('train.log').fsPath, 'utf8').split('\n');
  });

  beforeEach(() => vscode.commands.executeCommand('notifications.clearAll'));
  afterEach(closeAll);

  /** Starts a training through the shell; resolves once the shell has ended. */
  async function start(command: string): Promise<number | null> {
    const shell = spawn('sh', ['-c', command], { cwd: training.folder.fsPath, stdio: 'ignore' });
    return new Promise((resolve) => shell.on('exit', resolve));
  }

  it('is followed in a file that nobody has open: growth, half a line, truncation, rotation, deletion', async () => {
    const uri = training.file('growing.log');
    writeFileSync(uri.fsPath, `${lines.slice(0, 2).join('\n')}\n`);
    await vscode.commands.executeCommand('lossDoctor.watchLog', uri);
    for (const line of lines.slice(2, 24)) appendFileSync(uri.fsPath, `${line}\n`);
    appendFileSync(uri.fsPath, 'Epoch 13/500\n1/1 [====');
    const [found] = await diagnosticsOf(uri, 'loss.exploding on the file', exploding);
    const { start: from, end } = found!.range;
    assert.equal(lines[from.line]!.slice(from.character, end.character), '1603.0852');
    await diagnosticsOf(training.script, 'loss.exploding on the script', exploding);

    const other = training.file('rotated.log');
    const harmless = 'Epoch 1/2\n1/1 [====] - 0s 1ms/step - loss: 1.0000\n';
    writeFileSync(other.fsPath, lines.join('\n'));
    await vscode.commands.executeCommand('lossDoctor.watchLog', other);
    await diagnosticsOf(other, 'loss.exploding', exploding);
    truncateSync(other.fsPath, 0);
    appendFileSync(other.fsPath, harmless);
    await diagnosticsOf(other, 'a clean file after it was truncated', (ours) => ours.length === 0);
    const { cases } = await rooms();
    await until('its one epoch', cases.onDidChange, () => cases.ofLog(other.toString())?.log?.runs.map(({ epochs }) => epochs.length).join() === '1');
    writeFileSync(other.fsPath, lines.join('\n'));
    await diagnosticsOf(other, 'loss.exploding again', exploding);
    renameSync(other.fsPath, training.file('rotated.log.1').fsPath);
    writeFileSync(other.fsPath, harmless);
    await diagnosticsOf(other, 'a clean file after the other was rotated away', (ours) => ours.length === 0);
    await vscode.workspace.fs.delete(other);
    await vscode.workspace.fs.delete(training.file('rotated.log.1'));
    await vscode.workspace.fs.delete(uri);
    await diagnosticsOf(training.script, 'a clean script without its log', (ours) => !exploding(ours));
  });

  it('is read anew when another file of the same beginning, and longer, has taken its place', async () => {
    const uri = training.file('replaced.log');
    const warnings = 'WARNING: the same warning.\n'.repeat(50);
    writeFileSync(uri.fsPath, `${warnings}${lines.slice(0, 24).join('\n')}\n`);
    await vscode.commands.executeCommand('lossDoctor.watchLog', uri);
    await diagnosticsOf(uri, 'loss.exploding', exploding);
    const falling = healthy(30).map((loss, index) => `Epoch ${index + 1}/30\n1/1 [====] - 0s 1ms/step - loss: ${loss.toFixed(4)}\n`).join('');
    writeFileSync(uri.fsPath, warnings + falling);
    await diagnosticsOf(uri, 'a clean file', (ours) => ours.length === 0);
    const { cases } = await rooms();
    await until('the new run alone', cases.onDidChange, () => cases.ofLog(uri.toString())?.log?.runs.map(({ epochs }) => epochs.length).join() === '30');
    unlinkSync(uri.fsPath);
  });

  it('is found in the workspace when a training writes to it, and stays as it was when that is killed', async () => {
    const uri = training.file('nohup.out');
    const command = await training.command('nohup', { losses: diverging(12), declaredEpochs: 99, every: 20, end: 'kill' });
    await start(`nohup ${command} > nohup.out 2>&1`);
    await diagnosticsOf(uri, 'loss.exploding', exploding);
    const { cases } = await rooms();
    await until('all epochs', cases.onDidChange, () => cases.ofLog(uri.toString())?.log?.runs[0]?.epochs.length === 12);
    await vscode.workspace.fs.delete(uri);
    await diagnosticsOf(uri, 'nothing for a file that is gone', (ours) => ours.length === 0);
  });

  it('is followed in the editor too, with its notification', async () => {
    const uri = training.file('open.log');
    writeFileSync(uri.fsPath, `${lines.slice(0, 2).join('\n')}\n`);
    await open(uri);
    const command = await training.command('tee', { losses: diverging(20), every: 40 });
    const done = start(`${command} | tee -a open.log`);
    await diagnosticsOf(uri, 'loss.exploding', exploding);
    await done;
    const told = await notifications(/open\.log: Loss grows/);
    if (told !== undefined) assert.equal(told.split('open.log: Loss grows').length - 1, 1, told);
    await closeAll();
    appendFileSync(uri.fsPath, 'Epoch 21/20\n');
    await diagnosticsOf(uri, 'loss.exploding on the closed file', exploding);
    await vscode.workspace.fs.delete(uri);
  });

  it('is watched outside the workspace', async () => {
    const path = join(tmpdir(), `loss-doctor-watched-${process.pid}.log`);
    const uri = vscode.Uri.file(path);
    writeFileSync(path, '');
    await vscode.commands.executeCommand('lossDoctor.watchLog', uri);
    for (let part = 0; part < 3; part++) {
      appendFileSync(path, `${lines.slice(part * 8, part * 8 + 8).join('\n')}\n`);
      await sleep(500); // a training takes its time: the file is written more than once
    }
    await diagnosticsOf(uri, 'loss.exploding', exploding);
    unlinkSync(path);
    await diagnosticsOf(uri, 'nothing for a file that is gone', (ours) => ours.length === 0);
  });

  it('of 60 MB is in Problems though VS Code hands no document of that size to extensions', async () => {
    const uri = training.file('big.log');
    const file = openSync(uri.fsPath, 'w');
    const bar = '1/200 [..............................] - ETA: 1s - loss: 0.5000 - accuracy: 0.5000\r'.repeat(2000);
    let size = 0;
    for (let epoch = 1; size < 60 << 20; epoch++) size += writeSync(file, `Epoch ${epoch}/9999\n${bar}200/200 [====] - 1s 4ms/step - loss: 0.5000\n`);
    writeSync(file, 'Epoch 9999/9999\n200/200 [====] - 1s 4ms/step - loss: nan\n');
    void vscode.commands.executeCommand('vscode.open', uri);
    const broken = (ours: readonly vscode.Diagnostic[]): boolean => ours.some((one) => codeOf(one) === 'loss.nan');
    await diagnosticsOf(uri, 'loss.nan', broken);
    assert.ok(!vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString()));
    ftruncateSync(file, 0);
    writeSync(file, 'Epoch 1/2\n1/1 [====] - 0s 1ms/step - loss: 1.0000\n', 0);
    closeSync(file);
    await diagnosticsOf(uri, 'a clean file once it was truncated', (ours) => !broken(ours));
    await closeAll();
    await vscode.workspace.fs.delete(uri);
  });

  it('shows its curves, in a restored window too', async () => {
    const uri = fileIn('live', 'train.log');
    await vscode.commands.executeCommand('vscode.open', uri);
    await diagnosticsOf(uri, 'loss.exploding', exploding);
    await vscode.commands.executeCommand('lossDoctor.showCurves');
    await until('the curves', vscode.window.tabGroups.onDidChangeTabs, () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).some(({ input }) => input instanceof vscode.TabInputWebview),
    );
    // A restored window gives the panel back before anybody has opened the log.
    await closeAll();
    const { cases, curves } = await rooms();
    await until('the log to be closed', cases.onDidChange, () => !cases.ofLog(uri.toString()));
    const panel = vscode.window.createWebviewPanel('lossDoctor.curves', 'Curves', vscode.ViewColumn.One);
    await curves.deserializeWebviewPanel(panel);
    await until('the log to be read again', cases.onDidChange, () => cases.ofLog(uri.toString()));
    const shown = await askWindow('text', { selector: 'h1:has-text("train.log"), h2:has-text("train.log")' });
    if (shown !== undefined) assert.match(shown, /train\.log/);
    panel.dispose();
  });
});
