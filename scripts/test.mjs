// Runs every check and every suite, and ends with one line: `N passed, N failed`. A suite that did not start is a failure.
// `npm test -- unit host` runs only those named.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const reporter = join(root, 'scripts/reporter.cjs');
const reports = mkdtempSync(join(tmpdir(), 'loss-doctor-reports-'));
const require = createRequire(import.meta.url);
const bin = (name, file) => join(require.resolve(`${name}/package.json`), '..', file);
const tsc = bin('typescript', 'bin/tsc');
const inCode = ['--import', 'tsx', 'test/host/runTest.ts'];
const mocha = [bin('mocha', 'bin/mocha.js'), '--reporter', reporter];

/** The suites of one folder alone, with time for a browser. */
function only(folder) {
  return [...mocha, '--no-config', '--require', 'tsx', '--timeout', '60000', `${folder}/**/*.test.ts`];
}

/** What runs together, then what runs next: `minutes` is when it counts as hanging. */
const stages = [
  [
    { name: 'types', minutes: 4, check: true, args: [tsc, '--project', '.'] },
    { name: 'types of the core', minutes: 4, check: true, args: [tsc, '--project', 'src/tsconfig.core.json'] },
    { name: 'types of the page', minutes: 4, check: true, args: [tsc, '--project', 'src/webview'] },
    { name: "types of the page's tests", minutes: 4, check: true, args: [tsc, '--project', 'test/unit/webview'] },
    { name: 'lint', minutes: 4, check: true, args: [bin('eslint', 'bin/eslint.js'), '.'] },
    { name: 'build', minutes: 2, check: true, args: ['scripts/build.mjs', '--production', '--suites'] },
  ],
  [{ name: 'unit', minutes: 5, args: mocha }],
  [{ name: 'package', minutes: 2, args: only('test/package') }],
  [{ name: 'webview', minutes: 6, args: only('test/webview') }],
  [{ name: 'host', minutes: 8, args: [...inCode] }],
  [{ name: 'host in Chinese', minutes: 3, args: [...inCode, '--locale', 'zh-cn'], env: { LOSS_DOCTOR_GREP: 'the display language' } }],
  [{ name: 'host in the browser', minutes: 8, args: [...inCode, '--web'] }],
  [{ name: 'window', minutes: 6, args: only('test/window') }],
];

/** When everything is over, whatever hangs: the last line is printed before anyone loses patience. */
const deadline = Date.now() + 23 * 60_000;
const wanted = process.argv.slice(2);
const total = { passed: 0, pending: 0, failed: [] };
for (const stage of stages) {
  const steps = stage.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  for (const result of await Promise.all(steps.map(run))) {
    total.passed += result.passed;
    total.pending += result.pending;
    total.failed.push(...result.failed);
  }
}
rmSync(reports, { recursive: true, force: true });

if (total.failed.length > 0) console.log(`\nFailed:\n${total.failed.map((failure) => `  ${failure}`).join('\n')}`);
if (total.pending > 0) console.log(`\n${total.pending} skipped`);
console.log(`\n${total.passed} passed, ${total.failed.length} failed`);
process.exitCode = total.failed.length > 0 ? 1 : 0;

/** Runs one step; resolves to what it counted, never rejects. */
async function run({ name, args, minutes, check, env }) {
  const report = join(reports, `${name}.json`);
  const started = Date.now();
  const limit = Math.max(0, Math.min(minutes, (deadline - started) / 60_000));
  const { code, output } = await execute(args, limit, {
    LOSS_DOCTOR_REPORT: report,
    LOSS_DOCTOR_REPORTER: reporter,
    LOSS_DOCTOR_HOST_MINUTES: String(limit - 0.5), // the window still says what it shows
    ...env,
  });
  console.log(`\n── ${name} (${((Date.now() - started) / 1000).toFixed(0)} s) ──\n${output.trim()}`);
  const failedAs = (reason) => ({ passed: 0, pending: 0, failed: [`${name}: ${reason}`] });
  if (check) return code === 0 ? { passed: 1, pending: 0, failed: [] } : failedAs(`ended with ${code}`);

  let counted;
  try {
    // The browser's extension host has no files, and prints what the reporter writes elsewhere.
    counted = JSON.parse(/^LOSS_DOCTOR_REPORT (.*)$/m.exec(output)?.[1] ?? readFileSync(report, 'utf8'));
  } catch {
    return failedAs(`did not run to its end (${code})`);
  }
  const failed = counted.failed.map((failure) => `${name}: ${failure}`);
  if (counted.passed + failed.length === 0) failed.push(`${name}: holds no test`);
  if (code !== 0 && failed.length === 0) failed.push(`${name}: ended with ${code}`);
  return { ...counted, failed };
}

/** Runs Node on `args`; whatever it started is killed with it when its time is over. */
function execute(args, minutes, env) {
  const group = process.platform !== 'win32';
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, FORCE_COLOR: '0', ...env },
    detached: group,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const kill = (signal) => {
    try {
      process.kill(group ? -child.pid : child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  const interrupted = () => kill('SIGTERM');
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  let overdue = false;
  const timer = setTimeout(() => {
    overdue = true;
    kill('SIGTERM');
    setTimeout(kill, 5000, 'SIGKILL').unref();
  }, minutes * 60_000);
  return new Promise((done) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      done({ code: overdue ? `no result within ${minutes.toFixed(1)} minutes` : signal ?? code, output });
    });
  });
}
