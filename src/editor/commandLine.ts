/** What a shell's command line runs, as far as it matters here. */
interface TrainingCommand {
  /** Path of the script, absolute or relative to the terminal's folder; undefined if the command names none. */
  readonly script?: string;
}

const python = /^(?:python|python3|pythonw|py|ipython|ipython3|pypy3)(?:\d[\d.]*)?(?:\.exe)?$/i;
const notebook = /^(?:jupyter|papermill|runipy)(?:\.exe)?$/i;
/** Programs that run the one that follows; with how many words of their own. */
const launchers: Readonly<Record<string, readonly RegExp[]>> = {
  uv: [/^run$/],
  poetry: [/^run$/],
  pipenv: [/^run$/],
  pdm: [/^run$/],
  hatch: [/^run$/],
  pixi: [/^run$/],
  conda: [/^run$/],
  mamba: [/^run$/],
  accelerate: [/^launch$/],
  nohup: [],
  time: [],
  nice: [],
  sudo: [],
  env: [],
  xvfbrun: [],
};
/** Options whose value is the next word. */
const withValue = /^(?:-[nmpWXc]|--name|--prefix|--num_processes|--config_file|--with|--python|--project)$/;

/**
 * Whether a command looks like training, and which script it runs: `python train.py`, `uv run train.py`,
 * `CUDA_VISIBLE_DEVICES=0 nohup python3 -u src/train.py --lr 0.1 > log &`, `python -m project.train`. Undefined for any
 * other command: its output is nobody's business.
 */
export function trainingCommand(commandLine: string): TrainingCommand | undefined {
  let folder = '';
  for (const part of commandLine.split(/&&|\|\||;|\n/)) {
    const all = words(part.split(/(?<!\d)[|<>]/)[0]!);
    if (all[0] === 'cd' && all[1] !== undefined) folder = inFolder(folder, all[1]);
    const found = inWords(all);
    if (found) return found.script === undefined ? found : { script: inFolder(folder, found.script) };
  }
  return undefined;
}

export function isAbsolute(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/])/.test(path);
}

/** A path as one who has gone to `folder` means it. */
function inFolder(folder: string, path: string): string {
  return folder === '' || isAbsolute(path) ? path : `${folder}/${path}`;
}

function inWords(all: readonly string[]): TrainingCommand | undefined {
  let at = 0;
  while (at < all.length) {
    const word = all[at]!;
    const name = word.split(/[\\/]/).at(-1)!;
    const own = launchers[name.replaceAll('-', '')];
    if (/^\w+=/.test(word)) at++;
    else if (own) {
      at++;
      for (const expected of own) if (!expected.test(all[at++] ?? '')) return undefined;
      while (all[at]?.startsWith('-')) at += withValue.test(all[at]!) ? 2 : 1;
      if (own.length > 0 && /\.py$/i.test(all[at] ?? '')) return { script: all[at]! };
    } else if (python.test(name)) return pythonScript(all.slice(at + 1));
    else if (notebook.test(name)) return {};
    else return /^\.{0,2}[\\/].*\.py$/i.test(word) ? { script: word } : undefined;
  }
  return undefined;
}

function pythonScript(args: readonly string[]): TrainingCommand {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '-m') return args[at + 1] === undefined ? {} : { script: `${args[at + 1]!.replaceAll('.', '/')}.py` };
    if (arg === '-c' || arg === '-') return {};
    if (!arg.startsWith('-')) return { script: arg };
    if (arg === '-W' || arg === '-X') at++;
  }
  return {};
}

/** Words of a shell's command, without their quotes. */
function words(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|((?:\\.|[^\s"'])+)/g)].map(([, double, single, bare]) => {
    return double ?? single ?? bare!.replace(/\\(?=[\s"'])/g, '');
  });
}
