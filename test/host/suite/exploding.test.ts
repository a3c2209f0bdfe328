import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, codeOf, copySample, diagnosticsOf, fileIn, limit, open, restore, rooms, until } from './helpers';

/** The user's whole path on the sample: open the log, read why, fix, undo, confirm, apply. */
describe('the exploding sample', function () {
  this.timeout(3 * limit);

  const logUri = (): vscode.Uri => fileIn('exploding', 'train.log');
  const scriptUri = (): vscode.Uri => fileIn('exploding', 'train.py');
  let log: vscode.TextDocument;
  let script: vscode.TextDocument;
  let original: string;

  before(() => copySample('exploding'));

  beforeEach(async () => {
    await rooms();
    script = await vscode.workspace.openTextDocument(scriptUri());
    original = script.getText();
    log = await open(logUri());
  });

  afterEach(async () => {
    await restore(script, original);
    await closeAll();
  });

  const exploding = (all: readonly vscode.Diagnostic[]): vscode.Diagnostic | undefined =>
    all.find((one) => codeOf(one) === 'loss.exploding');

  async function warning(uri: vscode.Uri): Promise<vscode.Diagnostic> {
    const all = await diagnosticsOf(uri, `loss.exploding with numbers on ${uri.path}`, (ours) => {
      return /0\.00693/.test(exploding(ours)?.message ?? '');
    });
    return exploding(all)!;
  }

  async function fixes(uri: vscode.Uri, range: vscode.Range): Promise<vscode.CodeAction[]> {
    const kind = vscode.CodeActionKind.QuickFix.value;
    return vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range, kind);
  }

  it('warns on the line of the log where the growth starts', async () => {
    const found = await warning(logUri());
    assert.equal(found.severity, vscode.DiagnosticSeverity.Error);
    assert.match(found.message, /3\.55/);
    assert.match(found.message, /288\.5/);
    const text = log.getText(found.range);
    assert.match(text, /450\.9794|1603\.0852/);
    const { code } = found;
    assert.ok(typeof code === 'object' && code.target.path.endsWith('docs/rules/loss.exploding.md'));
    assert.ok(found.relatedInformation?.some(({ location }) => location.uri.path.endsWith('exploding/train.py')));
  });

  it('warns on the optimizer of the script as well', async () => {
    const found = await warning(scriptUri());
    assert.equal(script.getText(found.range), '"sgd"');
    assert.ok(found.relatedInformation?.some(({ location }) => location.uri.path.endsWith('exploding/train.log')));
  });

  it('explains in a hover', async () => {
    const { range } = await warning(logUri());
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', logUri(), range.start);
    const text = hovers.flatMap(({ contents }) => contents as vscode.MarkdownString[]).map(({ value }) => value).join('\n');
    assert.match(text, /overshoot/);
    assert.match(text, /command:lossDoctor\.openRule/);
  });

  it('names the script over the log and offers the rerun over fit', async () => {
    await warning(scriptUri());
    const overLog = await lenses(logUri());
    assert.ok(overLog.some(({ command }) => command?.title.includes('train.py')));
    const overScript = await lenses(scriptUri());
    const rerun = overScript.find(({ command }) => command?.command === 'lossDoctor.rerun');
    assert.ok(rerun);
    assert.match(script.lineAt(rerun.range.start.line).text, /model\.fit/);
  });

  for (const [where, uri] of [['log', logUri], ['script', scriptUri]] as const) {
    it(`fixes the script from the ${where}; undo restores it byte for byte`, async () => {
      const { range } = await warning(uri());
      const fix = (await fixes(uri(), range)).find(({ title }) => title.includes('0.0034'));
      assert.ok(fix?.edit, 'no quick fix for the learning rate');
      assert.ok(await vscode.workspace.applyEdit(fix.edit));
      assert.match(script.getText(), /optimizer=keras\.optimizers\.SGD\(learning_rate=0\.0034\)/);
      // What the script says has changed: the warning leaves it, and the fix is not offered again.
      await diagnosticsOf(scriptUri(), 'the script to be clean', (ours) => exploding(ours) === undefined);
      const again = await fixes(uri(), range);
      assert.ok(!again.some(({ title }) => title.includes('0.0034')));
      await vscode.window.showTextDocument(script);
      await vscode.commands.executeCommand('undo');
      assert.equal(script.getText(), original);
      await warning(scriptUri());
    });
  }

  it('clears everything when the log is closed', async () => {
    await warning(scriptUri());
    await closeAll();
    await diagnosticsOf(logUri(), 'a clean log', (ours) => ours.length === 0);
    await diagnosticsOf(scriptUri(), 'a clean script', (ours) => exploding(ours) === undefined);
  });

  it('computes on unsaved text', async () => {
    const found = await warning(logUri());
    const text = log.getText();
    const edit = new vscode.WorkspaceEdit();
    edit.insert(logUri(), new vscode.Position(0, 0), 'Loading…\n\n');
    await vscode.workspace.applyEdit(edit);
    const line = found.range.start.line + 2;
    await diagnosticsOf(logUri(), 'the warning two lines lower', (ours) => exploding(ours)?.range.start.line === line);
    await restore(log, text);
  });

  it('confirms in the rerun page and applies from there', async () => {
    await warning(logUri());
    const { panel } = await rooms();
    const verdicts = new Map<string, string>();
    let jobId = '';
    let done = false;
    const listening = panel.onDidReceive((message) => {
      if (message.type === 'verdict') {
        jobId = message.jobId;
        verdicts.set(message.candidate, message.verdict.outcome);
      }
      done ||= message.type === 'done';
    });
    try {
      await vscode.commands.executeCommand('lossDoctor.rerun', logUri());
      await until('the rerun to end', panel.onDidReceive, () => done);
    } finally {
      listening.dispose();
    }
    const outcomeOf = (kind: string): string | undefined => [...verdicts].find(([id]) => id.includes(kind))?.[1];
    assert.equal(outcomeOf('learning-rate'), 'confirmed');
    assert.notEqual(outcomeOf('adam'), 'confirmed');
    const [confirmed] = [...verdicts].find(([id]) => id.includes('learning-rate'))!;
    await panel.receive({ type: 'apply', jobId, candidate: confirmed });
    assert.match(script.getText(), /learning_rate=0\.0034/);
  });

  async function lenses(uri: vscode.Uri): Promise<vscode.CodeLens[]> {
    return vscode.commands.executeCommand('vscode.executeCodeLensProvider', uri);
  }
});
