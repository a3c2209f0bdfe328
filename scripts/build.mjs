// Bundles everything that runs into dist/: the extension for Node and for the browser, the page, the command line.
// `--production` minifies, `--suites` adds the tests that run inside VS Code, `--watch` rebuilds on change.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { pageBundle } from './bundle-page.mjs';
import { commandLine } from './command-line.mjs';
import { notices } from './notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Everything that is bundled, as esbuild options.
 * @returns {import('esbuild').BuildOptions[]}
 */
function targets({ production, suites, onWorker }) {
  const base = {
    absWorkingDir: root,
    bundle: true,
    metafile: true,
    minify: production,
    sourcemap: production ? false : 'linked',
    legalComments: 'none', // the licences are shipped in full, see notices.mjs
  };
  const node = { ...base, platform: 'node', format: 'cjs', target: 'node20' };
  // The extension host of the browser has neither ES modules nor Node's.
  const web = { ...base, platform: 'browser', format: 'cjs', target: 'es2022', external: ['vscode'], plugins: [vscodeAsItIs] };
  const all = [
    {
      ...node,
      entryPoints: ['src/extension.ts'],
      outfile: 'dist/extension.js',
      external: ['vscode'],
      plugins: [vscodeAsItIs],
      define: engineFiles,
    },
    { ...web, entryPoints: ['src/extension.web.ts'], outfile: 'dist/web/extension.js', define: engineFiles },
    // What both of them load when there is a log or a script.
    {
      ...web,
      entryPoints: engineParts.map((name) => ({ in: name, out: engineFile(name) })),
      outdir: 'dist/engine',
      plugins: [pythonApart, partsApart],
    },
    pageBundle({ production, onWorker }),
    { ...node, ...commandLine },
  ];
  if (suites) {
    const test = { minify: false, sourcemap: 'inline' };
    all.push({
      ...node,
      ...test,
      entryPoints: ['test/host/index.ts', ...hostSuites()],
      outdir: 'dist/test/host',
      outbase: 'test/host',
      external: ['vscode', 'mocha'],
    });
    all.push({
      ...web,
      ...test,
      stdin: {
        contents: ["export { run } from './index.web';", ...browserSuites().map((file) => `import './${file}';`)].join('\n'),
        resolveDir: join(root, 'test/host'),
      },
      outfile: 'dist/test/web/index.js',
      alias: { 'node:assert/strict': join(root, 'test/host/assert.web.ts') },
      define: { global: 'globalThis', 'process.env': '{}' }, // nobody sets variables there
    });
  }
  return all;
}

/**
 * The editor uses the very object that VS Code gives. For an `import *` esbuild copies it, name by name, in every file that
 * has one: ten thousands of properties, which took longer than all the rest of the extension's start.
 */
const vscodeAsItIs = {
  name: 'vscode-as-it-is',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/](editor[\\/]\w+|extension(\.web)?)\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8')).replace("import * as vscode from 'vscode'", "import vscode = require('vscode')"),
    }));
  },
};

/** The folders of the room of scripts that need no other of it: Python and its arrays. They are a part of the engine of their own. */
const pythonPart = 'src/script/python';
const pythonFolders = ['python', 'numpy', 'random'];

/** What the engine is made of, each part after those that it needs itself: packages, the room of scripts, and the rest. */
const engineParts = ['@lezer/common', '@lezer/python', 'fflate', 'papaparse', 'jsfive', pythonPart, 'src/script/index.ts', 'src/engine.ts'];

const engineFile = (name) => name.replace(/^@|^src\/|(?:\/index)?\.ts$/g, '').replace('/', '-');

/** Tells the extension the files of dist/engine/, in the order in which they are loaded. */
const engineFiles = { ENGINE_FILES: JSON.stringify(engineParts.map((name) => `${engineFile(name)}.js`)) };

/** The files of the part that is Python, by the names under which it gives them out. */
function pythonFiles() {
  return new Map(pythonFolders.flatMap((folder) => readdirSync(join(root, 'src/script', folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => [`${folder}_${file.slice(0, -3).replaceAll('-', '_')}`, join(root, 'src/script', folder, file)])));
}

/** Other parts of the engine take the files of Python out of its part. */
const pythonApart = {
  name: 'python-apart',
  setup(build) {
    const inside = new RegExp(`^src[\\\\/]script[\\\\/](${pythonFolders.join('|')})[\\\\/]([\\w-]+)$`);
    build.onResolve({ filter: /^src\/script\/python$/ }, ({ path }) => ({ path, namespace: 'python-part' }));
    build.onLoad({ filter: /./, namespace: 'python-part' }, () => ({
      contents: [...pythonFiles()].map(([name, file]) => `export * as ${name} from ${JSON.stringify(file)};`).join('\n'),
      resolveDir: root,
    }));
    build.onResolve({ filter: /^\.\.?\// }, ({ path, importer, resolveDir, namespace }) => {
      if (namespace === 'python-file') return { path, external: true };
      const [, folder, file] = inside.exec(relative(root, join(resolveDir, path))) ?? [];
      return folder && !inside.test(relative(root, importer).replace(/\.ts$/, '')) ? { path: `${folder}_${file.replaceAll('-', '_')}`, namespace: 'python-file' } : undefined;
    });
    build.onLoad({ filter: /./, namespace: 'python-file' }, ({ path }) => ({ contents: `module.exports = require('./${engineFile(pythonPart)}.js').${path};` }));
  },
};

/** Each part of the engine is a file of its own, so that it can be loaded in a task of its own. */
const partsApart = {
  name: 'parts-apart',
  setup(build) {
    build.onResolve({ filter: /^[@\w]|\/script$/ }, ({ path, kind }) => {
      const part = /^\.\.?\/script$/.test(path) ? 'src/script/index.ts' : path;
      return kind !== 'entry-point' && engineParts.includes(part) ? { path: `./${engineFile(part)}.js`, external: true } : undefined;
    });
  },
};

/** The suites that need nothing of Node run in the browser as well. */
function browserSuites() {
  const needsNode = /from '(?!node:assert)node:/;
  return hostSuites()
    .filter((file) => !needsNode.test(readFileSync(join(root, file), 'utf8')))
    .map((file) => relative('test/host', file));
}

/** The suites for VS Code: found, never listed. */
function hostSuites() {
  return readdirSync(join(root, 'test/host'), { recursive: true })
    .map((name) => join('test/host', name))
    .filter((name) => name.endsWith('.test.ts'));
}

/**
 * Builds once, and writes what went into which bundle to dist/meta.json; in production the licences as well.
 * @returns {Promise<import('esbuild').Metafile>} the metafiles of all bundles in one
 */
export async function build({ production = false, suites = false } = {}) {
  if (production) rmSync(join(root, 'dist'), { recursive: true, force: true });
  const metafiles = [];
  const onWorker = (metafile) => metafiles.push(metafile);
  const options = targets({ production, suites, onWorker });
  const results = await Promise.all(options.map((target) => esbuild.build(target)));
  metafiles.push(...results.map(({ metafile }) => metafile));
  const meta = {
    inputs: Object.assign({}, ...metafiles.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...metafiles.map(({ outputs }) => outputs)),
  };
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist/meta.json'), JSON.stringify(meta));
  if (production) writeFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), notices(meta));
  return meta;
}

async function watch(options) {
  const contexts = await Promise.all(
    targets(options).map((target) => esbuild.context({ ...target, logLevel: 'info' })),
  );
  await Promise.all(contexts.map((context) => context.watch()));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const has = (flag) => process.argv.includes(flag);
  const options = { production: has('--production'), suites: has('--suites') };
  if (has('--watch')) {
    await watch(options);
  } else {
    const { outputs } = await build(options);
    for (const [file, { bytes }] of Object.entries(outputs)) {
      if (/^dist\/[\w./-]+\.(js|css)$/.test(file) && !file.includes('/test/')) {
        console.log(`${(bytes / 1000).toFixed(0).padStart(6)} kB  ${file}`);
      }
    }
  }
}
