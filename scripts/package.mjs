// Makes the .vsix and prints what is in it.
import { build } from './build.mjs';
import { manifest, pack } from './vsix.mjs';

await build({ production: true });
await pack(`${manifest.name}-${manifest.version}.vsix`);
