import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { askWindow, closeAll, fileIn, hasWindow, limit, open, rooms, until, write } from './helpers';

/** A rerun that cannot be: the page says in a sentence what is missing and where reading stopped. */
describe('a script that cannot be rerun', function () {
  this.timeout(3 * limit);

  before(async function () {
    if (!hasWindow()) this.skip();
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
    await askWindow('text', { selector: '#app :is(h1, h2, p)' }); // until it says something
    return String(await askWindow('text', { selector: '#app' }));
  }

  it('because it trains nothing', async () => {
    assert.match(await pageAfterRerunOf('plain.py', 'print("hello")\n'), /nothing to rerun/);
  });

  it('because of a syntax error', async () => {
    assert.match(await pageAfterRerunOf('broken.py', 'import keras\nmodel = = 3\nif (x.fit(\n'), /syntax error in line [23]/);
  });

  describe('because its data comes from elsewhere', () => {
    const text = [
      'import keras, database',
      'x, y = database.load()',
      'model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])',
      'model.compile(optimizer="sgd", loss="mse")',
      'model.fit(x, y, epochs=5)',
    ].join('\n');

    /** Presses a button of the page and waits for the end of the rerun; gives the text of the page. */
    async function rerunAfter(button: string): Promise<string> {
      const { panel } = await rooms();
      let done = false;
      const listening = panel.onDidReceive(({ type }) => (done ||= type === 'done'));
      await askWindow('click', { selector: `#app button:has-text("${button}")` });
      await until('the rerun', panel.onDidReceive, () => done).finally(() => listening.dispose());
      return String(await askWindow('text', { selector: '#app .gate' }));
    }

    it('and asks for them', async () => {
      const page = await pageAfterRerunOf('data.py', text);
      assert.match(page, /Which data should it train on\?/);
      assert.match(page, /Line 2: /);
      assert.doesNotMatch(page, /undefined|\[object|Error:/);
    });

    it('until others stand in', async () => {
      await pageAfterRerunOf('data.py', text);
      assert.match(await rerunAfter('Use stand-in data'), /Trained on stand-in data, so the log was not compared\./);
    });

    it('until the user shows them', async () => {
      await write(fileIn('refused', 'given.csv'), 'a,b,c\n1,2,3\n2,1,4\n0,1,1\n');
      const window = vscode.window as { showOpenDialog: typeof vscode.window.showOpenDialog };
      const ask = window.showOpenDialog;
      window.showOpenDialog = () => Promise.resolve([fileIn('refused', 'given.csv')]);
      try {
        await pageAfterRerunOf('data.py', text);
        assert.match(await rerunAfter('Choose a file…'), /Trained on given\.csv\./);
      } finally {
        window.showOpenDialog = ask;
      }
    });
  });
});
