import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { closeAll, codeOf, copySample, diagnosticsOf, fileIn, limit, open, rooms, until, write } from './helpers';

/** A run that explodes, as Keras prints it to a terminal: colours, backspaces, carriage returns. */
function terminalLog(epochs: number): string {
  const lines = Array.from({ length: epochs }, (_, index) => {
    const loss = (450.9794 * 3.5547 ** index).toFixed(4);
    const bar = '\x1b[32m━━━━━━━━━━━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m';
    const update = `\x1b[1m1/1\x1b[0m ${bar} \x1b[1m0s\x1b[0m 5ms/step - loss: ${loss}`;
    return `Epoch ${index + 1}/${epochs}\n${update}${'\b'.repeat(60)}${update}\n`;
  });
  return lines.join('');
}

/** `updates` lines of a progress bar an epoch, one of them each 80 characters. */
function bigLog(size: number): string {
  const parts: string[] = [];
  let length = 0;
  for (let epoch = 1; length < size; epoch++) {
    const loss = (2 / epoch + (epoch % 3) * 0.001).toFixed(4);
    let text = `Epoch ${epoch}/9999\n`;
    for (let step = 1; step <= 200; step++) {
      text += `${String(step).padStart(3)}/200 [==============================] - 0s 4ms/step - loss: ${loss} - accuracy: 0.5000\n`;
    }
    parts.push(text);
    length += text.length;
  }
  return `${parts.join('')}Epoch 9999/9999\n200/200 [==============================] - 1s 4ms/step - loss: nan - accuracy: 0.1000\n`;
}

describe('logs in the editor', function () {
  this.timeout(3 * limit);

  const sample = fileIn('exploding', 'train.log');
  let text: string;

  before(async () => {
    await rooms();
    await copySample('exploding');
    text = new TextDecoder().decode(await vscode.workspace.fs.readFile(sample));
  });

  afterEach(closeAll);

  for (const name of ['nohup.out', 'output.txt', 'training', 'run.log']) {
    it(`are recognised by their content: ${name}`, async () => {
      const uri = fileIn('named', name);
      await write(uri, text);
      await open(uri);
      await diagnosticsOf(uri, 'loss.exploding', (ours) => ours.some((one) => codeOf(one) === 'loss.exploding'));
    });
  }

  it('are recognised in an untitled document into which one is pasted', async () => {
    const document = await vscode.workspace.openTextDocument({ content: '' });
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), text);
    await vscode.workspace.applyEdit(edit);
    await diagnosticsOf(document.uri, 'loss.exploding', (ours) => ours.length > 0);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('are found in the code blocks of Markdown', async () => {
    const uri = fileIn('exploding', 'notes.md');
    await write(uri, `# Notes\n\nEpoch 1/2 is fine.\n\n\`\`\`\n${text}\`\`\`\n\n\`\`\`python\nx = 1\n\`\`\`\n`);
    const document = await open(uri);
    const [found] = await diagnosticsOf(uri, 'loss.exploding', (ours) => ours.length > 0);
    assert.equal(document.getText(found!.range), '1603.0852');
  });

  it('are left alone when they are something else, empty or cut anywhere', async () => {
    const { cases } = await rooms();
    const texts = ['', '\n', 'Epoch', 'Epoch 1/', `${text.slice(0, 75)}`, 'GET / 200 12ms\nGET / 500 13ms\n', '\x01\x02\x7f\ufffd loss: binary'];
    for (const [index, content] of texts.entries()) {
      const uri = fileIn('other', `${index}.log`);
      await write(uri, content);
      await open(uri);
    }
    // The last one opened is a log again: when it has its findings, the others have had their turn.
    await open(sample);
    await diagnosticsOf(sample, 'loss.exploding', (ours) => ours.length > 0);
    for (const index of texts.keys()) {
      const uri = fileIn('other', `${index}.log`);
      assert.deepEqual(vscode.languages.getDiagnostics(uri), [], uri.path);
    }
    assert.equal(cases.ofLog(fileIn('other', '5.log').toString()), undefined);
  });

  it('are diagnosed though something beside them cannot be read as a script', async () => {
    const folder = fileIn('unreadable');
    await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(folder, 'folder.py'));
    await write(vscode.Uri.joinPath(folder, 'binary.py'), '\0model.fit(x, y)');
    const uri = vscode.Uri.joinPath(folder, 'train.log');
    await write(uri, text);
    await open(uri);
    await diagnosticsOf(uri, 'loss.exploding', (ours) => ours.length > 0);
  });

  it('have an outline and folds by epoch', async () => {
    await open(sample);
    await diagnosticsOf(sample, 'loss.exploding', (ours) => ours.length > 0);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', sample);
    assert.equal(symbols.length, 20);
    assert.deepEqual([symbols[1]!.name, symbols[1]!.detail], ['Epoch 2/500', 'loss 1603']);
    assert.deepEqual([symbols[1]!.range.start.line, symbols[1]!.range.end.line], [2, 3]);
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', sample);
    assert.deepEqual(folds.slice(0, 2).map(({ start, end }) => [start, end]), [[0, 1], [2, 3]]);
  });

  it('have runs above the epochs when there are several', async () => {
    const uri = fileIn('named', 'twice.log');
    await write(uri, text + text);
    await open(uri);
    await diagnosticsOf(uri, 'loss.exploding', (ours) => ours.length > 0);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', uri);
    assert.deepEqual(symbols.map(({ children }) => children.length), [20, 20]);
  });

  it('are shown clean, with the findings on them', async () => {
    const uri = fileIn('exploding', 'terminal.log');
    await write(uri, terminalLog(20));
    await open(uri);
    await diagnosticsOf(uri, 'loss.exploding', (ours) => ours.length > 0);
    await vscode.commands.executeCommand('lossDoctor.showCleanView');
    const clean = await until('the clean view', vscode.window.onDidChangeActiveTextEditor, () => {
      const document = vscode.window.activeTextEditor?.document;
      return document?.uri.scheme === 'loss-doctor-clean' && document;
    });
    assert.notEqual(clean.uri.path, uri.path, 'its title tells it from the log');
    assert.equal(clean.lineAt(1).text, '1/1 ━━━━━━━━━━━━━━━━━━━━ 0s 5ms/step - loss: 450.9794');
    const found = await diagnosticsOf(clean.uri, 'loss.exploding', (ours) => ours.length > 0);
    assert.match(clean.getText(found[0]!.range), /^\d+\.\d+$/);
    const script = vscode.languages.getDiagnostics(fileIn('exploding', 'train.py')).map(codeOf);
    assert.equal(new Set(script).size, script.length, 'the clean view repeats nothing on the script');
  });

  it('are read as they stand though they are edited while they are read', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'log', content: bigLog(5e6) });
    for (const at of [new vscode.Position(0, 0), new vscode.Position(document.lineCount, 0), new vscode.Position(1, 0)]) {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, at, 'Loading the data …\n');
      await vscode.workspace.applyEdit(edit);
    }
    const onTheNumber = (one: vscode.Diagnostic): boolean => codeOf(one) === 'loss.nan' && document.getText(one.range) === 'nan';
    await diagnosticsOf(document.uri, 'loss.nan', (ours) => ours.some(onTheNumber));
  });

  it('of 20 MB are diagnosed without blocking the extension host', async () => {
    const uri = fileIn('big.log');
    await write(uri, bigLog(20e6));
    const opened = new Promise<number>((resolve) => {
      const listening = vscode.workspace.onDidOpenTextDocument((document) => {
        if (document.uri.toString() !== uri.toString()) return;
        listening.dispose();
        resolve(performance.now());
      });
    });
    const delay = monitorEventLoopDelay({ resolution: 5 });
    void vscode.workspace.openTextDocument(uri); // the window of a remote VS Code does not show so big a file unasked
    const start = await opened;
    delay.enable();
    const found = await diagnosticsOf(uri, 'loss.nan', (ours) => ours.some((one) => codeOf(one) === 'loss.nan'));
    const took = performance.now() - start;
    delay.disable();
    console.log(`      20 MB: diagnosed ${took.toFixed(0)} ms after it was opened, longest task ${(delay.max / 1e6).toFixed(0)} ms`);
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.getText(found.find((one) => codeOf(one) === 'loss.nan')!.range), 'nan');

    delay.reset();
    delay.enable();
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(document.lineCount, 0), 'Traceback (most recent call last):\n');
    await vscode.workspace.applyEdit(edit);
    await diagnosticsOf(uri, 'loss.nan', (ours) => ours.some((one) => codeOf(one) === 'loss.nan'));
    delay.disable();
    const { cases } = await rooms();
    assert.equal(cases.ofLog(uri.toString())?.log?.live, false, 'typing is no training');
    console.log(`      one line appended: longest task ${(delay.max / 1e6).toFixed(0)} ms`);
  });
});
