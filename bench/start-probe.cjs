// What bench/start.ts measures, inside the extension host of a fresh window.
const { writeFileSync } = require('node:fs');
const Module = require('node:module');
const { monitorEventLoopDelay, performance } = require('node:perf_hooks');
const vscode = require('vscode');

const hasEngine = () => Object.keys(require.cache).some((file) => /[\\/]dist[\\/]engine/.test(file));
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

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

/**
 * Opens a log.
 * @returns {Promise<{ first: number, longest: number }>} milliseconds from the event that it is open, which VS Code sends
 * after it has handed over the text, to its warnings; and the longest task in that time and shortly after
 */
async function open(log, opened) {
  const diagnosed = new Promise((resolve) => {
    vscode.languages.onDidChangeDiagnostics(() => vscode.languages.getDiagnostics(log).length > 0 && resolve());
  });
  void vscode.workspace.openTextDocument(log);
  const tasks = monitorEventLoopDelay({ resolution: 1 });
  await opened;
  const started = performance.now();
  tasks.enable();
  await diagnosed;
  const first = performance.now() - started;
  await wait(300);
  tasks.disable();
  return { first, longest: tasks.max / 1e6 };
}

exports.run = async () => {
  const log = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, 'train.log');
  // Listens before the extension does, so that what that does in the same task counts.
  const opened = new Promise((resolve) => {
    vscode.workspace.onDidOpenTextDocument(({ uri }) => uri.toString() === log.toString() && resolve());
  });
  const extension = vscode.extensions.getExtension('loss-doctor.loss-doctor');
  const activeBefore = extension.isActive;
  const times = timesOf(require.resolve(extension.extensionPath));
  const started = performance.now();
  await extension.activate();
  const outside = performance.now() - started;
  await wait(2000);
  const engineBefore = hasEngine();
  writeFileSync(process.env.LOSS_DOCTOR_BENCH, JSON.stringify({ activeBefore, ...times, outside, engineBefore, ...(await open(log, opened)) }));
};
