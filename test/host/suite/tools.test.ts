import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { askWindow, closeAll, copySample, fileIn, hasWindow, limit, rooms, write } from './helpers';

interface Answer {
  readonly error?: string | null;
  readonly findings: readonly { readonly code: string; readonly message: string }[];
  readonly stopped?: string;
  readonly reproduced: { readonly verdict: string } | null;
  readonly candidates: readonly { readonly remedy: { readonly kind: string }; readonly verdict: string | null; readonly script: string }[];
}

/** What a language model is told, in a VS Code that has language models. */
describe('the tools for language models', function () {
  this.timeout(3 * limit);

  before(async function () {
    const { lm } = vscode as Partial<typeof vscode>;
    if (!lm?.registerTool) this.skip();
    await rooms();
    await copySample('exploding', 'tools');
  });
  afterEach(closeAll);

  async function ask(tool: string, input: object): Promise<Answer> {
    const { content } = await vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined });
    const [part] = content;
    assert.ok(part instanceof vscode.LanguageModelTextPart);
    return JSON.parse(part.value) as Answer;
  }

  const text = async (name: string): Promise<string> => new TextDecoder().decode(await vscode.workspace.fs.readFile(fileIn('tools', name)));

  it('say what was measured in a file, with its script', async () => {
    const { findings, error } = await ask('diagnose_training_log', { log_path: 'tools/train.log' });
    assert.ok(!error, error ?? '');
    const found = findings.find(({ code }) => code === 'loss.exploding');
    assert.match(found?.message ?? '', /0\.0069/); // the bound that only the script's optimizer gives
  });

  it('say what was measured in a text', async () => {
    const { findings } = await ask('diagnose_training_log', { log_text: await text('train.log') });
    assert.ok(findings.some(({ code }) => code === 'loss.exploding'));
  });

  it('answer what cannot be with a sentence', async () => {
    assert.match((await ask('diagnose_training_log', {})).error ?? '', /log_path/);
    assert.match((await ask('diagnose_training_log', { log_path: 'tools/none.log' })).error ?? '', /none\.log/);
    await write(fileIn('tools', 'plain.py'), 'print("hello")\n');
    assert.match((await ask('rerun_training_script', { script_path: 'tools/plain.py' })).error ?? '', /rerun/);
  });

  it('rerun the fixes, twice alike, and change nothing', async () => {
    const before = await text('train.py');
    for (let time = 0; time < 2; time++) {
      const input = { script_path: 'tools/train.py', log_path: 'tools/train.log' };
      const { reproduced, candidates, error } = await ask('rerun_training_script', input);
      assert.ok(!error, error ?? '');
      assert.equal(reproduced?.verdict, 'confirmed');
      const slower = candidates.find(({ remedy }) => remedy.kind === 'learning-rate');
      assert.equal(slower?.verdict, 'confirmed');
      assert.match(slower.script, /learning_rate=0\.0034/);
    }
    assert.equal(await text('train.py'), before);
  });

  it('say that the user has stopped a rerun, now or earlier', async function () {
    if (!hasWindow()) this.skip();
    const script = fileIn('tools', 'long.py');
    await write(script, (await text('train.py')).replace('epochs=500', 'epochs=500000'));
    const first = ask('rerun_training_script', { script_path: script.fsPath });
    await askWindow('click', { selector: '#app button:has-text("Cancel")' });
    for (const { stopped, candidates } of [await first, await ask('rerun_training_script', { script_path: script.fsPath })]) {
      assert.match(stopped ?? '', /stopped/);
      assert.ok(candidates.some(({ verdict }) => verdict === null));
    }
  });
});
