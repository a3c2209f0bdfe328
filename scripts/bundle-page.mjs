// How the page is bundled: one script and one style sheet, the worker inside the script as text.
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns {import('esbuild').BuildOptions} */
function common(production) {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    metafile: true,
    minify: production,
    legalComments: 'none',
    loader: { '.wasm': 'binary' },
    define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
  };
}

/**
 * `import source from './worker?worker'` gives the bundled worker as text. A webview may start a worker only from a
 * blob, and with the text inside the page nothing has to be fetched.
 */
function inlineWorker(production, onWorker) {
  return {
    name: 'inline-worker',
    setup(build) {
      build.onResolve({ filter: /\?worker$/ }, ({ path, resolveDir }) => ({
        path: join(resolveDir, `${path.slice(0, -'?worker'.length)}.ts`),
        namespace: 'inline-worker',
      }));
      build.onLoad({ filter: /^/, namespace: 'inline-worker' }, async ({ path }) => {
        const { outputFiles, metafile } = await esbuild.build({
          ...common(production),
          entryPoints: [relative(root, path)],
          write: false,
        });
        onWorker?.(metafile);
        const watchFiles = Object.keys(metafile.inputs).map((input) => join(root, input));
        return { contents: outputFiles[0].text, loader: 'text', watchFiles };
      });
    },
  };
}

/**
 * Options for `esbuild.build`: `webview.js` and `webview.css` in `outdir`. `onWorker` gets the metafile of the worker.
 * @param {{ production?: boolean, outdir?: string, onWorker?: (metafile: import('esbuild').Metafile) => void }} options
 * @returns {import('esbuild').BuildOptions}
 */
export function pageBundle({ production = false, outdir = 'dist', onWorker } = {}) {
  return {
    ...common(production),
    entryPoints: { webview: 'src/webview/page.ts' },
    outdir,
    plugins: [inlineWorker(production, onWorker)],
  };
}
