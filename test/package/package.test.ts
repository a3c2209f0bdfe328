import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { unzipSync } from 'fflate';
import { bundledPackages } from '../../scripts/notices.mjs';
import { manifest, pack } from '../../scripts/vsix.mjs';

const meta = JSON.parse(readFileSync('dist/meta.json', 'utf8')) as Metafile;

const engine = Object.keys(meta.outputs).filter((bundle) => /^dist\/engine\/.*\.js$/.test(bundle));

/** The packages bundled into one file of dist/. */
function packagesOf(bundle: string): string[] {
  const { inputs } = meta.outputs[bundle] ?? assert.fail(`${bundle} was not built`);
  return [...bundledPackages({ inputs })].map((folder) => folder.replace('node_modules/', ''));
}

/** Every path that a part of the manifest for VS Code names. */
function pathsIn({ scripts: _, files: _files, bin: _bin, ...rest }: Record<string, unknown>): string[] {
  const paths: string[] = [];
  JSON.stringify(rest, (_key, value: unknown) => {
    if (typeof value === 'string' && /^(\.\/|media\/|samples\/)/.test(value)) paths.push(value.replace(/^\.\//, ''));
    return value;
  });
  return paths;
}

describe('the production build in dist/', () => {
  for (const bundle of ['dist/extension.js', 'dist/web/extension.js']) {
    it(`${bundle} is at most 200 kB: the heavy rooms come with the first log or script`, () => {
      const { bytes, inputs } = meta.outputs[bundle]!;
      assert.ok(bytes <= 200_000, `${bytes} bytes`);
      assert.deepEqual(Object.keys(inputs).filter((file) => /lezer|src\/(script\/python|diagnosis\/rules|rerun)\//.test(file)), []);
    });
  }

  it('copies no object of VS Code, which would take longer than all the rest of the start', () => {
    for (const bundle of ['dist/extension.js', 'dist/web/extension.js']) {
      const taken = readFileSync(bundle, 'utf8').match(/=[^=,;]*require\("vscode"\)[^,;]*/g) ?? [];
      assert.ok(taken.length > 0);
      assert.deepEqual(taken.filter((text) => text !== '=require("vscode")'), [], bundle);
    }
  });

  it('loads the engine in parts: none keeps the extension host busy for long', () => {
    assert.ok(engine.length > 1);
    for (const bundle of engine) assert.ok(meta.outputs[bundle]!.bytes <= 400_000, `${bundle}: ${meta.outputs[bundle]!.bytes} bytes`);
  });

  it('keeps TensorFlow.js and the page out of the extension host', () => {
    const packages = ['dist/extension.js', ...engine].flatMap(packagesOf);
    assert.deepEqual(packages.filter((name) => /tensorflow|uplot|preact/.test(name)), []);
  });

  it('keeps TensorFlow.js out of the command line until a rerun is asked for', () => {
    assert.deepEqual(packagesOf('dist/cli.js').filter((name) => name.includes('tensorflow')), []);
  });

  it('needs nothing but vscode, Node and its own engine in the extension host', () => {
    const importsOf = (bundle: string): string[] => [...new Set(meta.outputs[bundle]!.imports.map(({ path }) => path))];
    const outside = importsOf('dist/extension.js').filter((path) => path !== 'vscode' && !isBuiltin(path));
    assert.deepEqual(outside, []);
    assert.deepEqual(importsOf('dist/web/extension.js'), ['vscode']);
    // Both hosts load these, so they know neither, only each other.
    const parts = engine.map((bundle) => bundle.replace('dist/engine', '.'));
    assert.deepEqual(engine.flatMap(importsOf).filter((path) => !parts.includes(path)), []);
  });

  it('ships the licence of every bundled package', () => {
    const notices = readFileSync('dist/THIRD-PARTY-NOTICES.txt', 'utf8');
    const packages = [...bundledPackages(meta)];
    assert.ok(packages.length > 0);
    for (const folder of packages) {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
      assert.ok(notices.includes(`\n${name} ${version} (`), `${name} ${version} is missing from the notices`);
    }
  });
});

describe('the .vsix', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loss-doctor-vsix-'));
  const file = join(folder, 'loss-doctor.vsix');
  const said: string[] = [];
  let files: Record<string, Uint8Array>;

  before(async () => {
    const { log, warn } = console;
    console.log = console.warn = (...values: unknown[]) => void said.push(values.join(' '));
    try {
      await pack(file);
    } finally {
      Object.assign(console, { log, warn });
    }
    files = unzipSync(readFileSync(file));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is made without a warning', () => {
    assert.deepEqual(said.filter((line) => /warning/i.test(line)), []);
  });

  it('is at most 2.5 MB', () => {
    assert.ok(statSync(file).size <= 2_500_000, `${statSync(file).size} bytes`);
  });

  it('holds what the manifest names, and no source, test or map', () => {
    const names = Object.keys(files);
    const named = [...pathsIn(manifest), 'LICENSE.txt', 'readme.md', 'changelog.md', ...engine, 'dist/webview.js', 'dist/webview.css'];
    const missing = named.filter((path) => !names.some((name) => name.startsWith(`extension/${path}`)));
    assert.deepEqual(missing, []);
    assert.deepEqual(names.filter((name) => /extension\/(src|test|scripts|bench|node_modules)\/|\.(ts|map)$/.test(name)), []);
  });

  it('asks for no proposed interface, which the marketplaces refuse', () => {
    assert.equal(manifest['enabledApiProposals'], undefined);
  });
});
