import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, codeOf, diagnosticsOf, fileIn, limit, open, rooms, write } from './helpers';

/** A script whose rate stands in a module and whose inputs stand in a table: both may change without the script. */
const script = `import pandas as pd
from tensorflow import keras
from settings.rates import RATE

table = pd.read_csv("table.csv").values
model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=RATE), loss="mse")
model.fit(table[:, :2], table[:, 2], epochs=50)
`;

const unusual = 'learning-rate.unusual';
const notFinite = 'data.not-finite';

const table = (first: string): string => `a,b,y\n${first},1,2\n${Array.from({ length: 40 }, (_, row) => `${row / 40},${row % 3},${row % 5}`).join('\n')}\n`;

describe('a script', function () {
  this.timeout(3 * limit);

  const uri = fileIn('needing', 'train.py');
  const rates = fileIn('needing', 'settings', 'rates.py');
  const data = fileIn('needing', 'table.csv');

  before(rooms);

  beforeEach(async () => {
    await write(rates, 'RATE = 0.9\n');
    await vscode.workspace.fs.delete(data).then(undefined, () => undefined); // it comes later
    await write(uri, script);
    await open(uri);
    await has(unusual, true);
  });

  // Only the files: VS Code may miss what happens in folders that were made just before.
  afterEach(async () => {
    await closeAll();
    for (const file of [uri, rates, data]) await vscode.workspace.fs.delete(file).then(undefined, () => undefined);
  });

  async function has(code: string, wanted: boolean): Promise<void> {
    await diagnosticsOf(uri, `${code} ${wanted ? '' : 'not '}to be there`, (ours) => ours.some((one) => codeOf(one) === code) === wanted);
  }

  it('is read again when a module that it imports is edited, before it is saved', async () => {
    const module = await vscode.workspace.openTextDocument(rates);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(rates, new vscode.Range(0, 7, 0, 10), '0.001');
    await vscode.workspace.applyEdit(edit);
    assert.ok(module.isDirty);
    await has(unusual, false);
    await module.save();
  });

  it('is read again when a module that it imports changes on disk', async () => {
    await write(rates, 'RATE = 0.001\n');
    await has(unusual, false);
  });

  it('is read again when its data come, change and go', async () => {
    await has(notFinite, false);
    await write(data, table(''));
    await has(notFinite, true);
    await write(data, table('0.5'));
    await has(notFinite, false);
    await write(data, table(''));
    await has(notFinite, true);
    await vscode.workspace.fs.delete(data);
    await has(notFinite, false);
  });
});
