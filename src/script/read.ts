import { DataFiles } from './data/loaders';
import { makeFunctions } from './data/make';
import { splitFunctions } from './data/split';
import { Interpreter } from './python/interpreter';
import { Modules, ModuleTexts } from './python/modules';
import { type Program, ProgramParser, type TopLevel } from './python/program';
import { followUncalled, type Signs } from './python/uncalled';
import type { KerasVersion } from './keras/optimizers';
import { Libraries } from './library';
import { DrawnNumbers } from './random/drawn';
import { numpyRandomFunctions, pythonRandomFunctions } from './random/functions';
import { RandomSource } from './random/source';
import type { Fit, Script } from './script';

/** Signs that a script was written for Keras 2 or 1: names that Keras 3 does not have. */
const keras2 =
  /\blr\s*=|\bfit_generator\b|\b(?:nb_epoch|border_mode|nb_filter|nb_row|samples_per_epoch|nb_val_samples|dim_ordering)\b|\binit\s{0,9}=\s{0,9}['"]|\bConvolution2D\b|\btensorflow\.(?:python|contrib)\b|\bnp_utils\b|\bkeras\.(?:layers\.(?:core|convolutional|recurrent|normalization|embeddings|advanced_activations|merge|wrappers)|wrappers|objectives|legacy|engine)\b|\boptimizers\.legacy\b|\btf_keras\b|\bpredict_classes\b|\bcompat\.v1\b|\btf\.(?:Session|placeholder|ConfigProto|layers\.|train\.\w+Optimizer)\b|\bdecay\s*=\s*[\d.]/;

/** Arguments and calls of Keras 1, which TensorFlow's Keras never took. */
const keras1 = /\b(?:nb_epoch|border_mode|nb_filter|nb_row|samples_per_epoch|nb_val_samples|dim_ordering|keras\.objectives)\b|\binit\s{0,9}=\s{0,9}['"]|\bConvolution2D\s{0,9}\(\s{0,9}\d+\s{0,9},\s{0,9}\d+\s{0,9},\s{0,9}\d/;

/** What each top-level statement speaks for: an edit leaves most of them as they are. */
const versions = new WeakMap<TopLevel['statements'], KerasVersion>();

/** The oldest Keras that a statement speaks for. */
function versionOf({ text, body }: Program): KerasVersion {
  let oldest: KerasVersion = 3;
  for (const { base, end, statements } of body) {
    let version = versions.get(statements);
    if (version === undefined) versions.set(statements, (version = versionIn(text.slice(base, end))));
    if (version < oldest) oldest = version;
  }
  return oldest;
}

function versionIn(statement: string): KerasVersion {
  // Whatever speaks for Keras 1 speaks against Keras 3.
  return keras2.test(statement) ? (keras1.test(statement) ? 1 : 2) : 3;
}

/** What the functions of a script do that nothing calls. */
const signs: Signs = {
  wanted: /\.(?:fit|fit_generator|train_on_batch|apply_gradients|minimize)\b/,
  preparing: /\.compile\b/,
  making: /\b(?:Sequential|Model|Functional)\s*\(/,
  restoring: /\bload_model\s*\(/,
};

/** Reads scripts; kept for one document, it takes over what an edit left unchanged. */
export class ScriptReader {
  readonly #parser = new ProgramParser();
  readonly #modules = new ModuleTexts();
  #drawn: DrawnNumbers | undefined;

  /** `like`: what was read of a text that differs little from those to come. */
  constructor(like?: Script) {
    this.#drawn = like && drawnBy.get(like);
  }

  /** Never throws. `files`: contents of what a reading asks for (`Script.files`, `Script.modules`), by those names. */
  read(text: string, files: ReadonlyMap<string, Uint8Array> = new Map()): Script {
    this.#drawn = new DrawnNumbers(this.#drawn);
    const script = readProgram(this.#parser.parse(text), files, this.#modules, this.#drawn);
    drawnBy.set(script, this.#drawn);
    return script;
  }
}

const drawnBy = new WeakMap<Script, DrawnNumbers>();

/** What a Python training script says, as far as it can be known without running it. Never throws. */
export function readScript(text: string, files?: ReadonlyMap<string, Uint8Array>): Script {
  return new ScriptReader().read(text, files);
}

function readProgram(program: Program, files: ReadonlyMap<string, Uint8Array>, texts: ModuleTexts, drawn: DrawnNumbers): Script {
  const { text } = program;
  const data = new DataFiles(files);
  const random = new RandomSource(false, undefined, 'numpy.random', drawn);
  const functions = [numpyRandomFunctions(random), pythonRandomFunctions(), data.functions(), splitFunctions(random), makeFunctions(random)];
  const libraries = new Libraries(versionOf(program), functions, (path) => data.get(path));
  const modules = new Modules(files, texts);
  const interpreter = new Interpreter(program, libraries, modules);
  interpreter.run();
  const called = libraries.count;
  followUncalled(interpreter, signs);
  return {
    text,
    syntaxErrors: program.syntaxErrors,
    keras: libraries.version === 3 ? 3 : 2,
    backend: backendOf(text) ?? 'tensorflow',
    backendNamed: backendOf(text) !== undefined,
    files: [...data.wanted],
    modules: [...modules.wanted],
    fits: withoutHelpers(libraries.fits(text), called),
  };
}

/** Without the fits of functions that nothing calls, where a whole model is their parameter: the script trains others. */
function withoutHelpers(fits: readonly Fit[], called: number): readonly Fit[] {
  const trainsOther = fits.some(({ model }) => model.known);
  return fits.filter(({ model }, at) => at < called || model.known || !trainsOther);
}

/** The backend that a script chooses by `os.environ["KERAS_BACKEND"]`. */
function backendOf(text: string): Script['backend'] | undefined {
  return /KERAS_BACKEND['"]\s{0,9}\]?\s{0,9}[=,]\s{0,9}['"](tensorflow|jax|torch)['"]/.exec(text)?.[1] as Script['backend'] | undefined;
}
