// Makes the .vsix and prints what is in it and how big it is.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX, listFiles } from '@vscode/vsce';
import { build } from './build.mjs';
import { notices } from './notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packagePath = join(root, `${name}-${version}.vsix`);

const meta = await build({ production: true });
writeFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), notices(meta));
// Everything is bundled: no folder of dependencies goes along.
await createVSIX({ cwd: root, packagePath, dependencies: false });
for (const file of await listFiles({ cwd: root, dependencies: false })) print(file, join(root, file));
print(`${name}-${version}.vsix`, packagePath);

function print(file, path) {
  console.log(`${(statSync(path).size / 1000).toFixed(1).padStart(9)} kB  ${file}`);
}
