import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, fileIn, limit, open, rooms, until, write } from './helpers';

/** The window this runs in; a desktop VS Code has no such address. */
const address = process.env['LOSS_DOCTOR_WINDOW'];

/** A rerun that cannot be: the page says in a sentence what is missing and where reading stopped. */
describe('a script that cannot be rerun', function () {
  this.timeout(3 * limit);

  before(async function () {
    if (!address) this.skip();
    await rooms();
  });
  afterEach(closeAll);

  async function pageAfterRerunOf(name: string, text: string): Promise<string> {
    const uri = fileIn('refused', name);
    await write(uri, text);
    await open(uri);
    const { panel } = await rooms();
    let ready = false;
    const listening = panel.onDidReceive(({ type }) => (ready ||= type === 'ready'));
    await vscode.commands.executeCommand('lossDoctor.rerun', uri);
    await until('the page', panel.onDidReceive, () => ready).finally(() => listening.dispose());
    const answer = await fetch(`${address}/text`, { method: 'POST', body: JSON.stringify({ selector: '#app :is(h1, h2, p)' }) });
    assert.ok(answer.ok, await answer.clone().text());
    const all = await fetch(`${address}/text`, { method: 'POST', body: JSON.stringify({ selector: '#app' }) });
    return all.text();
  }

  it('because it trains nothing', async () => {
    assert.match(await pageAfterRerunOf('plain.py', 'print("hello")\n'), /nothing to rerun/);
  });

  it('because of a syntax error', async () => {
    assert.match(await pageAfterRerunOf('broken.py', 'import keras\nmodel = = 3\nif (x.fit(\n'), /syntax error in line [23]/);
  });

  it('because its data comes from elsewhere', async () => {
    const text = [
      'import keras, database',
      'x, y = database.load()',
      'model = keras.Sequential([keras.layers.Dense(1)])',
      'model.compile(optimizer="sgd", loss="mse")',
      'model.fit(x, y, epochs=5)',
    ].join('\n');
    const page = await pageAfterRerunOf('data.py', text);
    assert.match(page, /database|line 2/);
    assert.doesNotMatch(page, /undefined|\[object|Error:/);
  });
});
