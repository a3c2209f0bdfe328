import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as vscode from 'vscode';
import { closeAll, codeOf, diagnosticsOf, limit, recordWarnings, rooms, until, write } from './helpers';
import { diverging, Training } from './training';

/** A cell that runs a process which prints as Keras does; the kernel of the test passes its output on, chunk by chunk. */
describe('a training in a cell', function () {
  this.timeout(3 * limit);

  let training: Training;
  let controller: vscode.NotebookController;

  before(async () => {
    await rooms();
    training = await Training.in('cell');
    controller = vscode.notebooks.createNotebookController('loss-doctor-processes', 'jupyter-notebook', 'Processes');
  });

  after(async () => {
    controller.dispose();
    await closeAll();
  });

  async function openNotebook(): Promise<vscode.NotebookCell> {
    const source = new TextDecoder().decode(await vscode.workspace.fs.readFile(training.script));
    const uri = training.file('cell.ipynb');
    const code = { cell_type: 'code', metadata: {}, source, execution_count: null, outputs: [] };
    const metadata = { language_info: { name: 'python' }, kernelspec: { name: 'python3', display_name: 'Python 3' } };
    await write(uri, JSON.stringify({ cells: [code], metadata, nbformat: 4, nbformat_minor: 5 }));
    const notebook = await vscode.workspace.openNotebookDocument(uri);
    await vscode.window.showNotebookDocument(notebook);
    controller.updateNotebookAffinity(notebook, vscode.NotebookControllerAffinity.Preferred);
    const selected = new Promise((resolve) => controller.onDidChangeSelectedNotebooks(resolve));
    await vscode.commands.executeCommand('notebook.selectKernel', { id: controller.id, extension: 'loss-doctor.loss-doctor' });
    await selected;
    return notebook.cellAt(0);
  }

  /** Runs a command as the cell's code; resolves once its process has ended. */
  async function execute(cell: vscode.NotebookCell, command: string): Promise<void> {
    const execution = controller.createNotebookCellExecution(cell);
    execution.start(Date.now());
    await execution.clearOutput();
    const child = spawn('sh', ['-c', command], { cwd: training.folder.fsPath });
    let shown: Thenable<void> = Promise.resolve();
    child.stdout.on('data', (bytes: Buffer) => {
      const item = new vscode.NotebookCellOutputItem(bytes, 'application/vnd.code.notebook.stdout');
      shown = shown.then(() => execution.appendOutput(new vscode.NotebookCellOutput([item])));
    });
    await new Promise((resolve) => child.on('close', resolve));
    await shown;
    execution.end(true, Date.now());
  }

  it('stands on its call of fit while it goes on, with one notification for each time it runs', async () => {
    const { cases, board } = await rooms();
    const warnings = recordWarnings();
    const cell = await openNotebook();
    const command = await training.command('cell', { losses: diverging(20), every: 20 });
    const ofCell = () => [...cases.all].find(({ log }) => log?.id === `${cell.document.uri.toString()} output`)?.log;
    for (const time of [1, 2]) {
      const done = execute(cell, command);
      const live = await until('epochs while the cell runs', cases.onDidChange, () => {
        const log = ofCell();
        return log?.live && log.runs[0] && log.runs[0].epochs.length < 20 && log;
      });
      assert.ok(live);
      const found = await diagnosticsOf(cell.document.uri, 'loss.exploding', (ours) => ours.some((one) => codeOf(one) === 'loss.exploding'));
      assert.ok(found.some(({ range }) => cell.document.getText(range) === 'model.fit'));
      await done;
      await until('the end', cases.onDidChange, () => ofCell()?.live === false && ofCell()?.runs[0]?.epochs.length === 20);
      await until('the notification', board.onDidChange, () => warnings.shown.length >= time); // the board follows the log in a moment
      assert.equal(warnings.shown.length, time, warnings.shown.join('\n'));
    }
    warnings.stop();
    await cell.notebook.save(); // or closing it asks
  });
});
