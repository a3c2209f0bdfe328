import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, truncateSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { closeAll, codeOf, copySample, diagnosticsOf, fileIn, limit, rooms, until, write } from './helpers';

/** What is diagnosed while it trains: in a terminal, and in a file that nobody has open. */
describe('a training that goes on', function () {
  this.timeout(3 * limit);

  const script = (): vscode.Uri => fileIn('live', 'train.py');
  const exploding = (ours: readonly vscode.Diagnostic[]): boolean => ours.some((one) => codeOf(one) === 'loss.exploding');
  let lines: readonly string[];

  before(async () => {
    await rooms();
    // A folder of its own: a log that another suite wrote again would count as one that grows.
    const folder = await copySample('exploding', 'live');
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, 'train.log'));
    lines = new TextDecoder().decode(bytes).split('\n');
  });

  afterEach(closeAll);

  describe('in a terminal', () => {
    const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('lossDoctor');
    let terminal: vscode.Terminal | undefined;

    /** A `python` that prints a log as Keras does on a terminal, line by line with progress bars, and is then killed. */
    before(async () => {
      const printer = fileIn('live', 'bin', 'printer.cjs');
      await write(
        printer,
        `const lines = ${JSON.stringify(lines.slice(0, 24))};
         const print = () => {
           const line = lines.shift();
           if (line === undefined) { process.stdout.write('1/1 [=====>'); process.kill(process.pid, 'SIGKILL'); }
           if (line.startsWith('1/1')) for (let i = 0; i < 20; i++) process.stdout.write('0/1 [..............................] - ETA: 0s\\r');
           process.stdout.write(line + '\\r\\n');
           setTimeout(print, 200);
         };
         setTimeout(print, 500);`,
      );
      const python = fileIn('live', 'bin', 'python').fsPath;
      writeFileSync(python, `#!/bin/sh\nexec "${process.execPath}" "${printer.fsPath}"\n`);
      chmodSync(python, 0o755);
    });

    afterEach(async () => {
      terminal?.dispose();
      await configuration().update('terminal', undefined, vscode.ConfigurationTarget.Global);
    });

    async function run(command: string): Promise<void> {
      const created = vscode.window.createTerminal({ name: 'training', cwd: fileIn('live') });
      terminal = created;
      created.show();
      const shell = await until('shell integration', vscode.window.onDidChangeTerminalShellIntegration, () => created.shellIntegration);
      shell.executeCommand(command);
    }

    it('is read after the user said yes, and stands on its script', async () => {
      await vscode.commands.executeCommand('notifications.clearAll');
      await configuration().update('terminal', 'on', vscode.ConfigurationTarget.Global);
      await run('./bin/python train.py');
      const found = await diagnosticsOf(script(), 'loss.exploding on the script', (ours) => ours.filter((one) => codeOf(one) === 'loss.exploding').length > 1);
      const document = await vscode.workspace.openTextDocument(script());
      const places = found.filter((one) => codeOf(one) === 'loss.exploding').map(({ range }) => document.getText(range));
      assert.deepEqual(places.sort(), ['"sgd"', 'model.fit']);
      const window = process.env['LOSS_DOCTOR_WINDOW']; // a desktop VS Code has none
      if (window) {
        await vscode.commands.executeCommand('notifications.showList');
        const body = JSON.stringify({ selector: '.notifications-center' });
        const told = await (await fetch(`${window}/text`, { method: 'POST', body })).text();
        assert.match(told, /Rerun with a fix/);
        assert.equal(told.match(/Loss grows/g)?.length, 1, 'one notification for a run');
      }
      terminal?.dispose();
      await diagnosticsOf(script(), 'a clean script once the terminal is closed', (ours) => !exploding(ours));
    });

    it('is not read after the user said no', async () => {
      const { cases } = await rooms();
      await configuration().update('terminal', 'off', vscode.ConfigurationTarget.Global);
      const ended = new Promise((resolve) => vscode.window.onDidEndTerminalShellExecution(resolve));
      await run('./bin/python train.py');
      await ended;
      assert.deepEqual([...cases.all].filter(({ log }) => log?.id.startsWith('terminal')), []);
    });
  });

  it('is followed in a file that nobody has open: growth, half a line, truncation, deletion', async () => {
    const uri = fileIn('live', 'growing.log');
    writeFileSync(uri.fsPath, `${lines.slice(0, 2).join('\n')}\n`);
    await vscode.commands.executeCommand('lossDoctor.watchLog', uri);
    for (const line of lines.slice(2, 24)) appendFileSync(uri.fsPath, `${line}\n`);
    appendFileSync(uri.fsPath, 'Epoch 13/500\n1/1 [====');
    const [found] = await diagnosticsOf(uri, 'loss.exploding on the file', exploding);
    const { start, end } = found!.range;
    assert.equal(lines[start.line]!.slice(start.character, end.character), '1603.0852');
    await diagnosticsOf(script(), 'loss.exploding on the script', exploding);

    const other = fileIn('live', 'rotated.log');
    writeFileSync(other.fsPath, lines.join('\n'));
    await vscode.commands.executeCommand('lossDoctor.watchLog', other);
    await diagnosticsOf(other, 'loss.exploding', exploding);
    truncateSync(other.fsPath, 0);
    appendFileSync(other.fsPath, 'Epoch 1/2\n1/1 [====] - 0s 1ms/step - loss: 1.0000\n');
    await diagnosticsOf(other, 'a clean file after it was truncated', (ours) => ours.length === 0);
    await vscode.workspace.fs.delete(other);
    await vscode.workspace.fs.delete(uri);
    await diagnosticsOf(script(), 'a clean script without its log', (ours) => !exploding(ours));
  });

  it('is found in the workspace when a closed file grows', async () => {
    const uri = fileIn('live', 'nohup.out');
    writeFileSync(uri.fsPath, '');
    for (let part = 0; part < 3; part++) {
      appendFileSync(uri.fsPath, `${lines.slice(part * 8, part * 8 + 8).join('\n')}\n`);
      await new Promise((resolve) => setTimeout(resolve, 500)); // a training takes its time: the file is written more than once
    }
    await diagnosticsOf(uri, 'loss.exploding', exploding);
    await vscode.workspace.fs.delete(uri);
    await diagnosticsOf(uri, 'nothing for a file that is gone', (ours) => ours.length === 0);
  });

  it('shows its curves', async () => {
    await vscode.commands.executeCommand('vscode.open', fileIn('live', 'train.log'));
    await diagnosticsOf(fileIn('live', 'train.log'), 'loss.exploding', exploding);
    await vscode.commands.executeCommand('lossDoctor.showCurves');
    await until('the curves', vscode.window.tabGroups.onDidChangeTabs, () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).some(({ input }) => input instanceof vscode.TabInputWebview),
    );
  });
});
