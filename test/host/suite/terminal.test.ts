import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Case } from '../../../src/editor/cases';
import { answer, askWindow, closeAll, codeOf, diagnosticsOf, fileIn, hasWindow, limit, notifications, recordWarnings, rooms, until, write } from './helpers';
import { diverging, healthy, Training } from './training';

/** Real processes in real terminals. Questions and notifications are looked at where the window can be asked. */
describe('a training in a terminal', function () {
  this.timeout(3 * limit);

  const canAsk = hasWindow();
  const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('lossDoctor');
  const set = async (name: string, value: unknown): Promise<void> => configuration().update(name, value, vscode.ConfigurationTarget.Global);
  const exploding = (ours: readonly vscode.Diagnostic[]): boolean => ours.some((one) => codeOf(one) === 'loss.exploding');
  let training: Training;

  before(async () => {
    await rooms();
    training = await Training.in('terminal');
  });

  beforeEach(() => vscode.commands.executeCommand('notifications.clearAll'));

  afterEach(async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose();
    await set('terminal', undefined);
    await set('notifications', undefined);
    await vscode.commands.executeCommand('notifications.clearAll');
    await closeAll();
  });

  async function terminalCases(): Promise<readonly Case[]> {
    const { cases } = await rooms();
    return [...cases.all].filter(({ log }) => log?.id.startsWith('terminal'));
  }

  async function caseWith(what: string, wanted: (found: Case) => boolean): Promise<Case> {
    const { cases } = await rooms();
    return until(what, cases.onDidChange, () => [...cases.all].find((one) => one.log?.id.startsWith('terminal') && wanted(one)));
  }

  /** The status bar follows the log in a moment. */
  async function statusShows(wanted: RegExp): Promise<void> {
    const deadline = Date.now() + limit;
    let bar = '';
    while (!wanted.test(bar) && Date.now() < deadline) bar = (await askWindow('text', { selector: '.statusbar' }))!;
    assert.match(bar, wanted);
  }

  const ended = (): Promise<unknown> => new Promise((resolve) => vscode.window.onDidEndTerminalShellExecution(resolve));

  it('is read only after the user has said yes, whatever the workspace says', async function () {
    if (!canAsk) this.skip();
    await write(fileIn('.vscode', 'settings.json'), '{ "lossDoctor.terminal": "on" }');
    await write(training.file('other.py'), 'print("trains nothing")\n');
    const end = ended();
    const first = await training.run('./bin/python other.py nothing');
    await end;
    assert.doesNotMatch((await notifications())!, /May Loss Doctor read/, 'nobody is asked about a script that trains nothing');
    first.dispose();
    await training.run(await training.command('asked', { losses: diverging(200), every: 10 }));
    await answer('Read them');
    await diagnosticsOf(training.script, 'loss.exploding', exploding);
    assert.equal(configuration().inspect('terminal')?.globalValue, 'on');
    await vscode.workspace.fs.delete(fileIn('.vscode', 'settings.json'));
  });

  it('stands on its script while it goes on, with one notification, until the terminal is closed', async () => {
    await set('terminal', 'on');
    const terminal = await training.run(await training.command('live', { losses: diverging(20), every: 20, end: 'stay' }));
    const found = await diagnosticsOf(training.script, 'loss.exploding on the script', (ours) => ours.filter((one) => codeOf(one) === 'loss.exploding').length > 1);
    const document = await vscode.workspace.openTextDocument(training.script);
    const places = found.filter((one) => codeOf(one) === 'loss.exploding').map(({ range }) => document.getText(range));
    assert.deepEqual(places.sort(), ['"sgd"', 'model.fit']);
    await caseWith('all of it', ({ log }) => log?.runs[0]?.epochs.length === 20);
    if (canAsk) {
      const told = (await notifications(/Rerun with a fix/))!;
      assert.match(told, /Rerun with a fix/);
      assert.equal(told.match(/Loss grows/g)?.length, 1, told);
      await statusShows(/diverging: epoch 20\/20/);
    }
    assert.equal(training.endOf('live'), undefined, 'nothing stops it by itself');
    terminal.dispose();
    await diagnosticsOf(training.script, 'a clean script once the terminal is closed', (ours) => !exploding(ours));
  });

  it('is not read after the user has said no', async () => {
    await set('terminal', 'off');
    const end = ended();
    await training.run(await training.command('off', { losses: diverging(10) }));
    await end;
    assert.deepEqual(await terminalCases(), []);
  });

  it('keeps what was printed before it was killed in the middle of a line', async () => {
    await set('terminal', 'on');
    await training.run(await training.command('killed', { losses: diverging(8), declaredEpochs: 100, end: 'kill' }));
    const { log } = await caseWith('the end', (one) => one.log?.live === false);
    assert.deepEqual(log!.runs.map(({ epochs, declaredEpochs }) => [epochs.length, declaredEpochs]), [[8, 100]]);
    await diagnosticsOf(training.script, 'loss.exploding', exploding);
  });

  it('can be interrupted from the notification once it is certainly lost', async function () {
    if (!canAsk) this.skip();
    await set('terminal', 'on');
    await training.run(await training.command('lost', { losses: [0.9, 0.8, 'nan', 'nan', 'nan', 'nan'], every: 100, end: 'stay' }));
    await caseWith('the NaN to last', ({ log }) => log?.runs[0]?.epochs.length === 6);
    await sleep(1000);
    assert.equal(training.endOf('lost'), undefined, 'nothing stops it by itself');
    await answer('Interrupt training');
    await caseWith('the end', ({ log }) => log?.live === false);
    assert.equal(training.endOf('lost'), '130 6');
  });

  it('that is healthy says nothing, but its end if it was asked to', async function () {
    if (!canAsk) this.skip();
    await set('terminal', 'on');
    await training.run(await training.command('healthy', { losses: healthy(30), every: 30 }));
    await caseWith('some epochs', ({ log }) => (log?.runs[0]?.epochs.length ?? 0) > 3);
    await vscode.commands.executeCommand('lossDoctor.tellWhenItEnds');
    await caseWith('the end', ({ log }) => log?.live === false);
    const told = (await notifications(/ended at epoch/))!;
    assert.match(told, /ended at epoch 30 with loss 0\.14/);
    assert.doesNotMatch(told, /Rerun with a fix/);
  });

  it('is no longer told of after "Don\'t show again"', async function () {
    if (!canAsk) this.skip();
    await set('terminal', 'on');
    const first = await training.run(await training.command('again', { losses: diverging(12), end: 'stay' }));
    await answer("Don't show again");
    await until('the setting', vscode.workspace.onDidChangeConfiguration, () => configuration().inspect('notifications')?.globalValue === false);
    first.dispose();
    await training.run(await training.command('again', { losses: diverging(12), end: 'stay' }));
    await caseWith('its epochs', ({ log }) => log?.runs[0]?.epochs.length === 12);
    await diagnosticsOf(training.script, 'loss.exploding', exploding);
    assert.doesNotMatch((await notifications())!, /Loss grows/);
  });

  it('of which nothing came is not called healthy', async function () {
    if (!canAsk) this.skip();
    await set('terminal', 'on');
    await training.run(await training.command('silent', { losses: [] }));
    await statusShows(/passed on nothing that "\.\/bin\/python train\.py silent" printed/);
  });

  it('is one of ten at once: each has its own findings and at most one notification', async () => {
    await set('terminal', 'on');
    const warnings = recordWarnings();
    const epochs = 25;
    const names = Array.from({ length: 10 }, (_, index) => `run${index}`);
    for (const [index, name] of names.entries()) {
      await training.run(await training.command(name, { losses: (index % 2 ? diverging : healthy)(epochs), every: 20, end: 'stay' }), index === 0);
    }
    const { cases, board } = await rooms();
    const all = await until('all epochs of ten runs', cases.onDidChange, () => {
      const found = [...cases.all].filter(({ log }) => log?.id.startsWith('terminal') && log.runs[0]?.epochs.length === epochs);
      return found.length === names.length && found;
    });
    for (const one of all) {
      const sick = board.findingsOf(one).some(({ code }) => code === 'loss.exploding');
      assert.equal(sick, /run[13579]$/.test(one.log!.name), one.log!.name);
      assert.ok(one.log!.live, one.log!.name);
    }
    // The board shows several logs at once, after they have been read, and the notifications come with it.
    await until('the notifications', board.onDidChange, () => warnings.shown.length >= 5);
    warnings.stop();
    const told = warnings.shown.map((message) => /train\.py (\w+): Loss grows/.exec(message)?.[1]);
    assert.deepEqual(told.sort(), ['run1', 'run3', 'run5', 'run7', 'run9']);
  });

  it('is found by several rules at once, as the settings say', async () => {
    await set('terminal', 'on');
    await set('rules.loss.exploding', 'off');
    await training.run(await training.command('rules', { losses: [...diverging(12), 'nan', 'nan'], end: 'stay' }));
    await diagnosticsOf(training.script, 'loss.nan but not loss.exploding', (ours) => ours.some((one) => codeOf(one) === 'loss.nan') && !exploding(ours));
    await set('rules.loss.exploding', 'hint');
    await set('rules.loss.nan', 'information');
    const found = await diagnosticsOf(training.script, 'both', (ours) => exploding(ours) && ours.some((one) => codeOf(one) === 'loss.nan' && one.severity === vscode.DiagnosticSeverity.Information));
    assert.ok(found.every(({ severity }) => severity >= vscode.DiagnosticSeverity.Information));
    await set('rules.loss.exploding', undefined);
    await set('rules.loss.nan', undefined);
  });

  it('is that of real Keras, where LOSS_DOCTOR_PYTHON names a Python that has it', async function () {
    const python = process.env['LOSS_DOCTOR_PYTHON'];
    if (!python) this.skip();
    await set('terminal', 'on');
    await training.run(`${python} train.py`);
    await diagnosticsOf(training.script, 'loss.exploding', exploding);
    const { log } = await caseWith('the end', (one) => one.log?.live === false);
    assert.deepEqual(log!.runs.map(({ epochs }) => epochs.length), [500]);
    assert.equal(log!.runs[0]!.epochs.at(-1)!.metrics.get('loss')!.value, NaN);
  });
});
