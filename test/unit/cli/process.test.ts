import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { commandLine } from '../../../scripts/command-line.mjs';
import { exploding } from './call';

const root = join(__dirname, '../../..');
const bundle = join(root, 'test/output/cli/cli.js');
const log = join(exploding, 'train.log');

describe('cli: the program', () => {
  let inputs: readonly string[];

  before(async () => {
    const { metafile } = await build({
      ...commandLine,
      absWorkingDir: root,
      outdir: join(bundle, '..'),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      metafile: true,
    });
    inputs = Object.keys(metafile.outputs['test/output/cli/cli.js']!.inputs);
  });

  it('holds neither TensorFlow.js nor a server nor what reads scripts until they are asked for', () => {
    assert.deepEqual(inputs.filter((input) => /tensorflow|modelcontextprotocol|zod|lezer|jsonc|src\/cli\/(rerun|mcp|notebook)\.ts/.test(input)), []);
  });

  it('ends with the exit code', () => {
    assert.equal(spawnSync(process.execPath, [bundle, 'check', log]).status, 1);
    assert.equal(spawnSync(process.execPath, [bundle, 'check', '/no/such.log']).status, 2);
    assert.equal(spawnSync(process.execPath, [bundle, '--help']).status, 0);
  });

  it('complains without the escape sequences of a name', () => {
    const { stderr } = spawnSync(process.execPath, [bundle, 'check', '/no\u001b[2J.log']);
    assert.equal(stderr.toString(), 'loss-doctor: /no\ufffd[2J.log does not exist\n');
  });

  it('loads the rerun when it is asked for', () => {
    const { status, stdout } = spawnSync(process.execPath, [bundle, 'rerun', join(exploding, 'train.py'), '--log', log, '--seeds', '3', '--remedy', 'learning-rate']);
    assert.equal(status, 0);
    assert.match(stdout.toString(), /^Confirmed: .*3 of 3/m);
  });

  it('reads standard input', () => {
    const { status, stdout } = spawnSync(process.execPath, [bundle, 'check', '-', '--format', 'json'], { input: readFileSync(log) });
    assert.equal(status, 1);
    const [file] = JSON.parse(stdout.toString()).files;
    assert.equal(file.path, '-');
    assert.equal(file.runs[0].metrics.loss.length, 20);
  });

  it('does not complain about a reader that leaves', async () => {
    const child = spawn(process.execPath, [bundle, 'check', ...Array.from({ length: 40 }, () => log), '--format', 'json']);
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    await new Promise((resolve) => child.once('close', resolve));
    assert.equal(complaint, '');
  });
});
