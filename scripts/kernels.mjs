// Assembles the hand-written WebAssembly: `npm run kernels`. What it makes is committed, so that nobody else needs to.
import { readFileSync, writeFileSync } from 'node:fs';
import loadWabt from 'wabt';

/** The module for TypeScript that holds what `src/rerun/adam-kernel.wat` assembles to. */
export async function assembled() {
  const source = 'src/rerun/adam-kernel.wat';
  const wabt = await loadWabt();
  const module = wabt.parseWat(source, readFileSync(source, 'utf8'), { simd: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  const numbers = [...buffer].join(', ').replace(/(.{1,112}) /g, '  $1\n').replace(/(\n|^)(?=\d)/g, '$1  ');
  return `/** Made from adam-kernel.wat by \`npm run kernels\`. */\nexport const adamKernel = Uint8Array.of(\n${numbers},\n);\n`;
}

if (process.argv[1]?.endsWith('kernels.mjs')) void assembled().then((text) => writeFileSync('src/rerun/adam-kernel.ts', text));
