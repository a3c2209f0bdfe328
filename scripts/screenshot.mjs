// Pictures of the real VS Code window with the extension in it. Steps are taken in the order they are written:
//
//   npm run screenshot -- --theme light --open exploding/train.log --at 12 --run editor.action.showHover --out hover.png
//
//   --open FILE          opens a file of the folder, --at LINE[:COLUMN] puts the cursor there (from 1)
//   --run COMMAND        runs a command by its id; arguments follow as JSON: --run 'vscode.diff ["…", "…"]'
//   --press KEY          presses a key, --click SELECTOR clicks an element, in a webview too,
//                        --hover SELECTOR rests the mouse on one
//   --until SELECTOR     waits until such an element is there, --wait SECONDS waits
//   --out FILE           saves a picture
//
// and for the whole window: --folder FOLDER (samples/; a copy of it is opened), --theme light|dark|hc-light|hc-dark,
// --locale zh-cn, --size 1280x800.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
const themes = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  'hc-light': 'Default High Contrast Light',
  'hc-dark': 'Default High Contrast',
};
const step = { type: 'string', multiple: true };
const { values, tokens } = parseArgs({
  tokens: true,
  options: {
    ...{ open: step, at: step, run: step, press: step, click: step, hover: step, until: step, wait: step, out: step },
    folder: { type: 'string', default: join(root, 'samples') },
    theme: { type: 'string', default: 'dark' },
    locale: { type: 'string', default: 'en' },
    size: { type: 'string', default: '1280x800' },
  },
});
if (!values.out) throw new Error('No --out: where should the picture go?');
if (!themes[values.theme]) throw new Error(`No theme ${values.theme}: ${Object.keys(themes).join(', ')}.`);

const steps = tokens
  .filter(({ name }) => ['open', 'at', 'run', 'press', 'click', 'hover', 'until', 'wait', 'out'].includes(name))
  .map(({ name, value }) => ({ name, value: name === 'out' ? resolve(value) : value }));
for (const { name, value } of steps) if (name === 'out') mkdirSync(dirname(value), { recursive: true });

await build();
const temporary = mkdtempSync(join(tmpdir(), 'loss-doctor-'));
const folder = join(temporary, basename(values.folder));
cpSync(values.folder, folder, { recursive: true });
const child = spawn(
  process.execPath,
  [
    join(root, 'scripts/host/code.mjs'),
    `--extensionDevelopmentPath=${root}`,
    `--extensionTestsPath=${join(root, 'scripts/host/tour.cjs')}`,
    `--locale=${values.locale}`,
    folder,
  ],
  {
    env: {
      ...process.env,
      LOSS_DOCTOR_TOUR: JSON.stringify(steps),
      LOSS_DOCTOR_SIZE: values.size,
      LOSS_DOCTOR_THEME: values.theme.includes('light') ? 'light' : 'dark',
      LOSS_DOCTOR_SETTINGS: JSON.stringify({ 'workbench.colorTheme': themes[values.theme] }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  },
);
let printed = '';
for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text));
const [code] = await once(child, 'close');
rmSync(temporary, { recursive: true, force: true });
if (code !== 0) console.error(printed);
else console.log(values.out.join('\n'));
process.exitCode = code;
