/**
 * How the command line is bundled. `dist/cli.js` holds what every call needs and starts in milliseconds; each module of
 * `src/cli` that is imported dynamically (TensorFlow.js behind `rerun`, the protocol server behind `mcp`, the reading of
 * scripts) is a bundle of its own beside it, `dist/cli-<name>.js`.
 */

const lazyCommands = {
  name: 'lazy-commands',
  setup(build) {
    build.onResolve({ filter: /^\.\/\w+$/ }, ({ kind, path, importer }) =>
      kind === 'dynamic-import' && /[\\/]src[\\/]cli[\\/]/.test(importer)
        ? { path: `./cli-${path.slice(2)}.js`, external: true }
        : undefined,
    );
  },
};

/** Options for esbuild. */
export const commandLine = {
  entryPoints: {
    cli: 'src/cli/main.ts',
    'cli-rerun': 'src/cli/rerun.ts',
    'cli-mcp': 'src/cli/mcp.ts',
    'cli-scripts': 'src/cli/scripts.ts',
    'tfjs-backend-wasm-simd': 'node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  },
  loader: { '.wasm': 'copy' },
  outdir: 'dist',
  banner: { js: '#!/usr/bin/env node' },
  mainFields: ['module', 'main'], // jsonc-parser's other form cannot be bundled
  plugins: [lazyCommands],
};
