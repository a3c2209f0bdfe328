// How the command line is bundled: `dist/cli.js` holds what every call needs and starts in milliseconds; each module of
// `src/cli` that is imported dynamically (TensorFlow.js behind `rerun`, the protocol server behind `mcp`) becomes a file beside it.

/** Leaves dynamic imports of `src/cli` as they are, under the names of their bundles. */
const lazyCommands = {
  name: 'lazy-commands',
  setup(build) {
    build.onResolve({ filter: /^\.\/\w+$/ }, ({ kind, path, importer }) =>
      kind === 'dynamic-import' && importer.includes('/src/cli/')
        ? { path: `./cli-${path.slice(2)}.js`, external: true }
        : undefined,
    );
  },
};

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outdir: 'dist',
  legalComments: 'none',
  plugins: [lazyCommands],
};

/** Options for `esbuild.build`, one per kind of bundle. */
export const cliBundles = [
  { ...common, entryPoints: { cli: 'src/cli/main.ts' }, banner: { js: '#!/usr/bin/env node' } },
  { ...common, entryPoints: { 'cli-rerun': 'src/cli/rerun.ts' } },
];
