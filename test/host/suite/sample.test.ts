import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, diagnosticsOf, limit, rooms, until } from './helpers';

/** What the buttons of the walkthrough do, without a file of the user's own. */
describe('the sample of the walkthrough', function () {
  this.timeout(3 * limit);

  before(rooms);
  afterEach(closeAll);

  const press = (step: string): Thenable<unknown> => vscode.commands.executeCommand(`lossDoctor.${step}Sample`);
  const shown = (): vscode.TextEditor => vscode.window.activeTextEditor ?? assert.fail('no editor is shown');

  it('is opened where it can be written, and warned of', async () => {
    await press('open');
    const { uri } = shown().document;
    assert.match(uri.path, /\/sample\/train\.log$/);
    const { extensionUri } = vscode.extensions.getExtension('loss-doctor.loss-doctor')!;
    assert.ok(!uri.toString().startsWith(extensionUri.toString()));
    await diagnosticsOf(uri, 'a warning', ([first]) => first !== undefined);
  });

  it('leads to the line of the log, and to the argument of the script', async () => {
    await press('read');
    const { document, selection } = shown();
    assert.match(document.lineAt(selection.active).text, /loss: (450\.9794|1603\.0852)/);
    await press('fix');
    const { document: script, selection: cause } = shown();
    assert.match(script.uri.path, /\/sample\/train\.py$/);
    assert.match(script.getText().slice(script.offsetAt(cause.active)), /^"sgd"/);
  });

  it('is confirmed in the rerun page', async () => {
    const { panel } = await rooms();
    const outcomes: string[] = [];
    const listening = panel.onDidReceive((message) => {
      if (message.type === 'verdict') outcomes.push(message.verdict.outcome);
    });
    try {
      await press('confirm');
      await until('a confirmed fix', panel.onDidReceive, () => outcomes.includes('confirmed'), () => outcomes);
    } finally {
      listening.dispose();
    }
  });

  it('is as new when it is opened again after its script was changed', async () => {
    await press('open');
    const script = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(shown().document.uri, '..', 'train.py'));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(script.uri, new vscode.Position(0, 0), '# mine\n');
    await vscode.workspace.applyEdit(edit);
    await press('open');
    assert.match(script.getText(), /^import tensorflow/);
    assert.equal(script.isDirty, false);
  });
});
