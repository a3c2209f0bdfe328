import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The last step of the GitHub Action, as the shell of a job runs it, on the built command line. */
describe('the GitHub Action', function () {
  const folder = mkdtempSync(join(tmpdir(), 'loss-doctor-action-'));
  const definition = readFileSync('action.yml', 'utf8');
  const script = definition.slice(definition.lastIndexOf('run: |') + 'run: |'.length);
  const command = resolve('dist/cli.js');

  before(function () {
    if (process.platform === 'win32') this.skip();
    cpSync('samples/exploding', folder, { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the step with these inputs; what it prints goes to a file, as where a job is recorded. */
  function step(inputs: Readonly<Record<string, string>>): { code: number | null; printed: string; result: string } {
    const [printed, output] = [join(folder, 'printed'), join(folder, 'output')];
    const file = openSync(printed, 'w');
    const env = { ...process.env, LOGS: '*.log', SCRIPT: '', FORMAT: 'github', OUTPUT: '', FAIL: 'true', COMMAND: command, GITHUB_OUTPUT: output, ...inputs };
    const { status } = spawnSync('bash', ['-e', '-c', `echo before\n${script}`], { cwd: folder, env, stdio: ['ignore', file, 'inherit'] });
    closeSync(file);
    const result = readFileSync(output, 'utf8');
    rmSync(output);
    return { code: status, printed: readFileSync(printed, 'utf8'), result };
  }

  it('annotates the line of the script, after what the job printed before', () => {
    const { code, printed, result } = step({});
    assert.equal(code, 1);
    assert.match(printed, /^before\n::error file=train\.py,line=7,/);
    assert.equal(result, 'exit-code=1\n');
  });

  it('writes a report to a file, and fails only where that is wanted', () => {
    const { code, printed, result } = step({ FORMAT: 'sarif', OUTPUT: 'report.sarif', FAIL: 'false' });
    assert.deepEqual([code, printed, result], [0, 'before\n', 'exit-code=1\n']);
    const { runs } = JSON.parse(readFileSync(join(folder, 'report.sarif'), 'utf8')) as { runs: [{ results: { ruleId: string }[] }] };
    assert.ok(runs[0].results.some(({ ruleId }) => ruleId === 'loss.exploding'));
  });
});

describe('the pre-commit hook', () => {
  it('can be installed: packing prints the name of the package and nothing of its build', () => {
    assert.match(readFileSync('.npmrc', 'utf8'), /^foreground-scripts=false$/m);
  });
});
