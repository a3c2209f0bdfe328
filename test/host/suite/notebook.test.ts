import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, codeOf, copySample, diagnosticsOf, fileIn, limit, open, rooms, until, write } from './helpers';

const stdout = 'application/vnd.code.notebook.stdout';

/** The sample's script as people write it in a notebook: magics, the model over several cells, the log under `fit`. */
describe('a notebook', function () {
  this.timeout(3 * limit);

  let log: string;
  let notebook: vscode.NotebookDocument;
  let controller: vscode.NotebookController;
  let count = 0;

  /** As Jupyter writes it. */
  const ipynb = (fitOutput?: string): string => {
    const cell = (cell_type: string, source: string, more = {}): object => ({ cell_type, metadata: {}, source, ...more });
    const code = (source: string, outputs: object[] = []): object => cell('code', source, { execution_count: null, outputs });
    const printed = fitOutput === undefined ? [] : [{ output_type: 'stream', name: 'stdout', text: fitOutput }];
    const cells = [
      cell('markdown', '# A line\n\nmodel.fit(…) comes below.'),
      code('%matplotlib inline\n!pip install keras\nimport numpy as np\nfrom tensorflow import keras'),
      code('xs = np.arange(1.0, 21.0)\nys = xs / 2'),
      code('model = keras.Sequential([keras.layers.Dense(units=1, input_shape=[1])])\nmodel.compile(optimizer="sgd", loss="mean_squared_error")'),
      code('%%time\nhistory = model.fit(xs, ys,\n                    epochs=500)', printed),
    ];
    const metadata = { language_info: { name: 'python' }, kernelspec: { name: 'python3', display_name: 'Python 3' } };
    return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
  };

  before(async () => {
    await rooms();
    const folder = await copySample('exploding');
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, 'train.log'));
    log = new TextDecoder().decode(bytes);
    controller = vscode.notebooks.createNotebookController('loss-doctor-test', 'jupyter-notebook', 'Test');
  });

  after(() => controller.dispose());
  afterEach(closeAll);

  async function openWith(fitOutput?: string): Promise<void> {
    const uri = fileIn('notebooks', `${++count}.ipynb`);
    await write(uri, ipynb(fitOutput));
    await vscode.commands.executeCommand('vscode.openWith', uri, 'jupyter-notebook');
    notebook = await until('the notebook', vscode.window.onDidChangeActiveNotebookEditor, () => {
      const shown = vscode.window.activeNotebookEditor?.notebook;
      return shown?.uri.toString() === uri.toString() && shown;
    });
  }

  const exploding = (ours: readonly vscode.Diagnostic[]): boolean => ours.some((one) => codeOf(one) === 'loss.exploding');

  it('shows what its output says on the call of fit and on the optimizer, each in its cell', async () => {
    await openWith(log);
    const [, , , compile, fit] = notebook.getCells();
    const onFit = await diagnosticsOf(fit!.document.uri, 'loss.exploding on fit', exploding);
    assert.equal(fit!.document.getText(onFit[0]!.range), 'model.fit');
    assert.match(onFit[0]!.message, /3\.55.*0\.00693/);
    const onCompile = await diagnosticsOf(compile!.document.uri, 'loss.exploding on compile', exploding);
    assert.equal(compile!.document.getText(onCompile[0]!.range), '"sgd"');
    for (const { document } of [notebook.cellAt(0), notebook.cellAt(1), notebook.cellAt(2)]) {
      assert.ok(!exploding(vscode.languages.getDiagnostics(document.uri)));
    }
  });

  it('is fixed in the cell, undone, and rerun', async () => {
    await openWith(log);
    const compile = notebook.cellAt(3).document;
    const before = compile.getText();
    const [found] = await diagnosticsOf(compile.uri, 'loss.exploding on compile', exploding);
    const kind = vscode.CodeActionKind.QuickFix.value;
    const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider', compile.uri, found!.range, kind,
    );
    const fix = fixes.find(({ title }) => title.includes('0.0034'));
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(compile.getText(), /optimizer=keras\.optimizers\.SGD\(learning_rate=0\.0034\)/);
    await diagnosticsOf(compile.uri, 'a clean cell', (ours) => !exploding(ours));
    vscode.window.activeNotebookEditor!.selection = new vscode.NotebookRange(3, 4);
    await vscode.commands.executeCommand('notebook.cell.edit');
    await vscode.commands.executeCommand('undo');
    await until('undo', vscode.workspace.onDidChangeTextDocument, () => compile.getText() === before);

    await diagnosticsOf(compile.uri, 'loss.exploding on compile', exploding);
    const { panel } = await rooms();
    let confirmed = false;
    let done = false;
    const listening = panel.onDidReceive((message) => {
      confirmed ||= message.type === 'verdict' && message.candidate.includes('learning-rate') && message.verdict.outcome === 'confirmed';
      done ||= message.type === 'done';
    });
    await vscode.commands.executeCommand('lossDoctor.rerun', notebook.uri);
    await until('the rerun to end', panel.onDidReceive, () => done).finally(() => listening.dispose());
    assert.ok(confirmed);
  });

  it('is read while a cell runs', async () => {
    await openWith();
    const fit = notebook.cellAt(4);
    controller.updateNotebookAffinity(notebook, vscode.NotebookControllerAffinity.Preferred);
    const selected = new Promise((resolve) => controller.onDidChangeSelectedNotebooks(resolve));
    await vscode.commands.executeCommand('notebook.selectKernel', { id: controller.id, extension: 'loss-doctor.loss-doctor' });
    await Promise.race([selected, new Promise((resolve) => setTimeout(resolve, 2000))]);
    const execution = controller.createNotebookCellExecution(fit);
    execution.start();
    const lines = log.split('\n');
    await execution.replaceOutput([output(lines.slice(0, 3).join('\n'))]);
    await execution.appendOutput([output(`\n${lines.slice(3, 30).join('\n')}`)]);
    await diagnosticsOf(fit.document.uri, 'loss.exploding while the cell runs', exploding);
    await execution.clearOutput();
    await diagnosticsOf(fit.document.uri, 'a clean cell', (ours) => !exploding(ours));
    execution.end(true);
  });

  it('is found as the script of a log beside it though nobody has it open, and fixed from there', async () => {
    const [uri, logUri] = [fileIn('closed', 'train.ipynb'), fileIn('closed', 'train.log')];
    await write(uri, ipynb());
    await write(logUri, log);
    await open(logUri);
    // The bound comes from the script: what is shown knows it.
    const [found] = await diagnosticsOf(logUri, 'loss.exploding with its script', (ours) => ours.some(({ message }) => message.includes('0.00693')));
    const kind = vscode.CodeActionKind.QuickFix.value;
    const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', logUri, found!.range, kind);
    const fix = fixes.find(({ title }) => title.includes('0.0034'));
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    const fixed = vscode.workspace.notebookDocuments.find((one) => one.uri.toString() === uri.toString());
    assert.match(fixed!.cellAt(3).document.getText(), /optimizer=keras\.optimizers\.SGD\(learning_rate=0\.0034\)/);
    await fixed!.save();
  });

  it('leaves nothing behind when it is closed', async () => {
    await openWith(log);
    const fit = notebook.cellAt(4).document.uri;
    await diagnosticsOf(fit, 'loss.exploding', exploding);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await diagnosticsOf(fit, 'a clean cell', (ours) => ours.length === 0);
  });
});

function output(text: string): vscode.NotebookCellOutput {
  return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.text(text, stdout)]);
}
