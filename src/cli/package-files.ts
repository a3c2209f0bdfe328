import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The folder of this package, whether this runs from its bundle or from its source. */
function packageFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/**
 * Where a data set lies that a script loads by name: tables of scikit-learn are shipped, those of Keras are in the
 * person's own cache if they were ever downloaded.
 */
export function dataSetPath(name: string): string | undefined {
  const [, library, file] = /^(sklearn|keras)\/([\w-]{1,80}\.\w{1,8})$/.exec(name) ?? [];
  if (!library || !file) return undefined;
  return library === 'sklearn' ? join(packageFolder(), 'media/data', file) : join(homedir(), '.keras/datasets', file);
}

/** TensorFlow.js' kernels as WebAssembly: beside the bundle, or in their own package. */
export async function kernels(): Promise<Uint8Array> {
  const name = 'tfjs-backend-wasm-simd.wasm';
  const bundled = join(__dirname, name);
  return readFile(existsSync(bundled) ? bundled : join(packageFolder(), 'node_modules/@tensorflow/tfjs-backend-wasm/dist', name));
}
