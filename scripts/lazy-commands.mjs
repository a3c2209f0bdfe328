/**
 * An esbuild plugin for the command line. `dist/cli.js` holds what every call needs and starts in milliseconds; each module
 * of `src/cli` that is imported dynamically (TensorFlow.js behind `rerun`, the protocol server behind `mcp`) is a bundle of
 * its own beside it, `dist/cli-<name>.js`.
 */
export const lazyCommands = {
  name: 'lazy-commands',
  setup(build) {
    build.onResolve({ filter: /^\.\/\w+$/ }, ({ kind, path, importer }) =>
      kind === 'dynamic-import' && /[\\/]src[\\/]cli[\\/]/.test(importer)
        ? { path: `./cli-${path.slice(2)}.js`, external: true }
        : undefined,
    );
  },
};
