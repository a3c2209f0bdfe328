import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';

const root = fileURLToPath(new URL('..', import.meta.url));
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Packages the production build in dist/ into a file, and prints what is in it. */
export function pack(packagePath) {
  return createVSIX({
    cwd: root,
    packagePath,
    dependencies: false, // everything is bundled
    // Links of the README lead into the repository, once package.json names one.
    rewriteRelativeLinks: Boolean(manifest.repository),
    allowMissingRepository: !manifest.repository,
  });
}
