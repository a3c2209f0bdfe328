// What bench/start.ts measures, inside the extension host of a fresh window.
const { writeFileSync } = require('node:fs');
const Module = require('node:module');
const { performance } = require('node:perf_hooks');
const vscode = require('vscode');

const hasEngine = () => Object.keys(require.cache).some((file) => file.endsWith('engine.js'));

/**
 * Times what VS Code itself adds up as the activation time of an extension ("Developer: Show Running Extensions"): the
 * loading of its code and the call of its `activate`.
 * @param {string} main the file of the extension
 * @returns {{ loading?: number, call?: number }} in milliseconds, filled in when it happens
 */
function timesOf(main) {
  const times = {};
  const load = Module._load;
  Module._load = function (request, ...rest) {
    if (request !== main) return load.call(this, request, ...rest);
    Module._load = load;
    let started = performance.now();
    const loaded = load.call(this, request, ...rest);
    times.loading = performance.now() - started;
    return {
      ...loaded,
      activate: (context) => {
        started = performance.now();
        const exported = loaded.activate(context);
        times.call = performance.now() - started;
        return exported;
      },
    };
  };
  return times;
}

exports.run = async () => {
  const extension = vscode.extensions.getExtension('loss-doctor.loss-doctor');
  const activeBefore = extension.isActive;
  const times = timesOf(require.resolve(extension.extensionPath));
  let started = performance.now();
  await extension.activate();
  const outside = performance.now() - started;
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
  writeFileSync(process.env.LOSS_DOCTOR_BENCH, JSON.stringify({ activeBefore, ...times, outside, engineBefore, first }));
};
