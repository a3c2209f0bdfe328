// What bench/start.ts measures, inside the extension host of a fresh window.
const { writeFileSync } = require('node:fs');
const { performance } = require('node:perf_hooks');
const vscode = require('vscode');

const hasEngine = () => Object.keys(require.cache).some((file) => file.endsWith('engine.js'));

exports.run = async () => {
  const extension = vscode.extensions.getExtension('loss-doctor.loss-doctor');
  const activeBefore = extension.isActive;
  let started = performance.now();
  await extension.activate();
  const activation = performance.now() - started;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const engineBefore = hasEngine();

  const log = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, 'train.log');
  const diagnosed = new Promise((resolve) => {
    vscode.languages.onDidChangeDiagnostics(() => vscode.languages.getDiagnostics(log).length > 0 && resolve());
  });
  started = performance.now();
  await vscode.workspace.openTextDocument(log);
  await diagnosed;
  const first = performance.now() - started;
  writeFileSync(process.env.LOSS_DOCTOR_BENCH, JSON.stringify({ activeBefore, activation, engineBefore, first }));
};
