import type { Span } from '../../text/span';
import { deepestCall, Frame } from './frame';
import type { Interpreter } from './interpreter';
import { type Program, ProgramParser } from './program';
import { Scope } from './scope';
import { LibraryObject, text, type Value } from './values';

/** A Python file of the user's, imported: its names are its attributes. */
export class ModuleObject extends LibraryObject {
  readonly typeName = 'module';
  readonly scope: Scope;

  constructor(scope: Scope, span: Span) {
    super(span);
    this.scope = scope;
  }

  override attribute(name: string): Value | undefined {
    return this.scope.variables.get(name);
  }

  override setAttribute(name: string, value: Value): boolean {
    this.scope.set(name, value);
    return true;
  }
}

/** Parsed texts of modules, kept while their scripts are edited. */
export class ModuleTexts {
  readonly #parsers = new Map<string, ProgramParser>();

  parse(file: string, bytes: Uint8Array): Program {
    const parser = this.#parsers.get(file) ?? new ProgramParser();
    this.#parsers.set(file, parser);
    return parser.parse(new TextDecoder().decode(bytes));
  }
}

/** The user's own Python files, followed where the script imports them. */
export class Modules {
  /** Paths from the script's folder of the files that may be what it imports. */
  readonly wanted = new Set<string>();
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #texts: ModuleTexts;
  readonly #loaded = new Map<string, ModuleObject>();
  /** Folder of the file that is being followed, from the script's own. */
  #folder = '';

  /** `files`: contents by their paths from the script's folder. */
  constructor(files: ReadonlyMap<string, Uint8Array>, texts: ModuleTexts) {
    this.#files = files;
    this.#texts = texts;
  }

  /**
   * The module that an import names, dots in front standing for folders of the file that imports it; undefined if it is
   * no file of the user's that is at hand.
   */
  load(interpreter: Interpreter, name: string, span: Span): ModuleObject | undefined {
    const [dots] = /^\.*/.exec(name)!;
    const path = name.slice(dots.length);
    const folder = dots ? up(this.#folder, dots.length - 1) : '';
    const place = [folder, path.replaceAll('.', '/')].filter(Boolean).join('/');
    const initial = [place, '__init__.py'].filter(Boolean).join('/');
    for (const file of path ? [`${place}.py`, initial] : [initial]) {
      const loaded = this.#loaded.get(file);
      if (loaded) return loaded;
      this.wanted.add(file);
      const bytes = this.#files.get(file);
      if (bytes) return this.#follow(interpreter, file, bytes, name, span);
    }
    return undefined;
  }

  #follow(interpreter: Interpreter, file: string, bytes: Uint8Array, name: string, span: Span): ModuleObject | undefined {
    const { frame } = interpreter;
    if (frame.depth >= deepestCall) return undefined;
    const module = new ModuleObject(new Scope(), span);
    this.#loaded.set(file, module);
    module.scope.set('__name__', text(name, span));
    const outer = this.#folder;
    this.#folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
    try {
      // Places in another file are none in the script: the import stands for them.
      const place = typeof frame.base === 'number' ? span : frame.base;
      interpreter.follow(this.#texts.parse(file, bytes), module.scope, () => new Frame(place, frame.depth + 1));
    } finally {
      interpreter.frame = frame;
      this.#folder = outer;
    }
    return module;
  }
}

function up(folder: string, levels: number): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (let i = 0; i < levels; i++) if (parts.length > 0 && parts.at(-1) !== '..') parts.pop(); else parts.push('..');
  return parts.join('/');
}
