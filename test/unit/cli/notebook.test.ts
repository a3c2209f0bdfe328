import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../../src/cli/report';
import type { Range } from '../../../src/text/span';
import { call, exploding, inFolder } from './call';

const log = readFileSync(join(exploding, 'train.log'), 'utf8');
const [head, fit] = readFileSync(join(exploding, 'train.py'), 'utf8').split(/(?=model\.fit)/) as [string, string];

/** As Jupyter writes it: a text is a list of its lines. */
function listOfLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

const cells = [
  { cell_type: 'markdown', metadata: {}, source: ['# model.fit(nothing)\n'] },
  { cell_type: 'code', execution_count: 1, metadata: {}, outputs: [], source: listOfLines(`%matplotlib inline\n# "学习率"\t😀\n${head}`) },
  {
    cell_type: 'code',
    execution_count: 2,
    metadata: {},
    outputs: [
      { name: 'stdout', output_type: 'stream', text: listOfLines(log) },
      { data: { 'text/plain': ['<keras.callbacks.History at 0x7f>'] }, execution_count: 2, metadata: {}, output_type: 'execute_result' },
    ],
    source: listOfLines(fit),
  },
];
const notebook = `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
const lines = notebook.split('\n');

/** What stands in a range of one line of the notebook's file. */
function textIn({ start, end }: Range): string {
  assert.equal(start.line, end.line);
  return lines[start.line]!.slice(start.character, end.character);
}

describe('cli: notebooks', () => {
  it('diagnoses what its cells printed, with the places in the file', async () => {
    const { code, out } = await inFolder({ 'a.ipynb': notebook }, (path) => call('check', path('a.ipynb'), '--format', 'json'));
    assert.equal(code, 1);
    const { runs, findings, script, path } = (JSON.parse(out) as Report).files[0]!;
    assert.equal(script, path);
    assert.equal(runs[0]!.epochs, 20);
    const finding = findings.find(({ code }) => code === 'loss.exploding')!;
    assert.equal(textIn(finding.range!), '1603.0852');
    assert.equal(textIn(finding.script!.range), '\\"sgd\\"');
    assert.equal(finding.remedies[0]!.value, 0.0034);
  });

  it('knows the places of what a later cell printed', async () => {
    const text = JSON.stringify({ cells: [...cells, ...cells.slice(2)], metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1);
    const { out } = await inFolder({ 'a.ipynb': text }, (path) => call('check', path('a.ipynb'), '--format', 'json'));
    const { runs } = (JSON.parse(out) as Report).files[0]!;
    const written = text.split('\n').flatMap((line, index) => (line.includes('"Epoch 1/') ? [index] : []));
    assert.deepEqual(runs.map(({ range }) => range.start.line), written);
    assert.equal(written.length, 2);
  });

  it('edits a cell in place and nothing else', async () => {
    await inFolder({ 'a.ipynb': notebook }, async (path) => {
      const { code, err } = await call('fix', path('a.ipynb'), '--log', path('a.ipynb'), '--write');
      assert.equal(code, 0, err);
      const fixed = notebook.replace('optimizer=\\"sgd\\"', 'optimizer=keras.optimizers.SGD(learning_rate=0.0034)');
      assert.equal(readFileSync(path('a.ipynb'), 'utf8'), fixed);
    });
  });

  it('reruns it', async () => {
    const { code, out, err } = await inFolder({ 'a.ipynb': notebook }, (path) =>
      call('rerun', path('a.ipynb'), '--log', path('a.ipynb'), '--remedy', 'learning-rate', '--seeds', '3'),
    );
    assert.equal(code, 0, err);
    assert.match(out, /^Confirmed: .*3 of 3/m);
  });

  it('is found beside a log', async () => {
    const files = { 'a.ipynb': notebook, 'a.log': log };
    const { out } = await inFolder(files, (path) => call('check', path('a.log'), '--format', 'json'));
    assert.match((JSON.parse(out) as Report).files[0]!.script!, /a\.ipynb$/);
  });

  it('says when it is none, or printed nothing', async () => {
    const none = await inFolder({ 'a.ipynb': '{"cells": 3}' }, (path) => call('check', path('a.ipynb')));
    assert.deepEqual([none.code, /no Jupyter notebook/.test(none.err)], [2, true]);
    const silent = JSON.stringify({ cells: cells.slice(0, 2), nbformat: 4 });
    const nothing = await inFolder({ 'a.ipynb': silent }, (path) => call('check', path('a.ipynb')));
    assert.deepEqual([nothing.code, /no training log/.test(nothing.err)], [2, true]);
  });
});
