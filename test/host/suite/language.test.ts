import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, codeOf, copySample, diagnosticsOf, fileIn, open } from './helpers';

/** Runs in English with the other suites, and once more in a Chinese VS Code. */
describe('the display language', () => {
  before(() => copySample('exploding'));
  after(closeAll);

  const chinese = vscode.env.language === 'zh-cn';

  it('is the one that was asked for', () => {
    // The extension host of the browser has no environment, and is never asked for another language.
    const { process } = globalThis as { process?: NodeJS.Process };
    assert.equal(vscode.env.language, process?.env['LOSS_DOCTOR_LOCALE'] ?? 'en');
  });

  it('is the language of the warnings', async () => {
    const log = fileIn('exploding', 'train.log');
    await open(log);
    const isExploding = (one: vscode.Diagnostic): boolean => codeOf(one) === 'loss.exploding';
    const found = (await diagnosticsOf(log, 'loss.exploding', (all) => all.some(isExploding))).find(isExploding)!;
    assert.equal(/\p{Script=Han}/u.test(found.message), chinese, found.message);
    assert.match(found.message, /3\.55/);
  });

  it('is the language of the manifest', () => {
    const { packageJSON } = vscode.extensions.getExtension('loss-doctor.loss-doctor') ?? assert.fail('not there');
    const titles = (packageJSON as { contributes: { commands: { title: string | { value: string } }[] } }).contributes.commands;
    for (const { title } of titles) {
      const shown = typeof title === 'string' ? title : title.value;
      assert.equal(/\p{Script=Han}/u.test(shown), chinese, shown);
    }
  });
});
