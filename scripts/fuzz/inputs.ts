import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import fc from 'fast-check';

const root = join(__dirname, '../..');
const folders = ['samples', 'test/fixtures'].map((folder) => join(root, folder));
/** Longer fixtures are cut: a short text with many faults finds more in a minute than a long one with few. */
const longest = 20_000;

const logSeeds = seeds(['.log', '.txt', '.out', '.csv']);
const scriptSeeds = seeds(['.py']);

/** Words that mean something in logs and scripts, and characters that break naive readers. */
const logTokens = [
  '\n', '\r', '\r\n', '\b\b\b', '\u001b[1m', '\u001b[0m\u001b[32m', '\u001b]633;C\u0007', '\u001b', '\u0000', '\ufeff', '━', '😀', '\ud800',
  'Epoch 1/5', 'Epoch 7/50', 'Epoch', '1/1 ', '32/1875 [=>....]', ' - loss: ', 'loss: nan', 'loss: -inf', ' - val_loss: 1e+15', ' - lr: 0.0010',
  '- 0s 3ms/step', 'nan', 'inf', '1e999', '0.00000000000000000001', '9'.repeat(40), ',', ';', '=', '%', '|', '{', "{'loss': 0.5}", 'Trial 3 Complete',
];
const scriptTokens = [
  '\n', '\r\n', '\t', '    ', '\\', '#', '"', "'", '"""', 'f"{', '(', ')', '[', ']', '{', '}', ',', ':', '=', '==', '*', '**', '@', 'lambda x: x',
  'for i in range(9999999999):', 'while True:', 'def f(): return f()', 'f()', 'import ', 'np.zeros((9**9, 9**9))', 'x = [x]', 'x = x * 10 ** 10 ** 10',
  'learning_rate=', 'lr=', '1e-3', '0x1F', '1_000', '-0.0', '1e400', 'None', 'optimizer="sgd"', 'model.fit(x, y)', 'keras.optimizers.Adam()', '\u0000', '😀',
];

function seeds(extensions: readonly string[]): string[] {
  const files = folders.flatMap(filesIn).filter((file) => extensions.includes(extname(file)));
  return files.sort().map((file) => readFileSync(file, 'utf8').slice(0, longest));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesIn(path) : [path]));
}

/** One change of a text, at places given as parts of its length. */
function change(tokens: readonly string[]): fc.Arbitrary<(text: string) => string> {
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const span = fc.tuple(place, fc.nat(200));
  const at = (text: string, part: number): number => Math.floor(part * text.length);
  return fc.oneof(
    fc.tuple(place, fc.constantFrom(...tokens)).map(([part, token]) => (text: string) => text.slice(0, at(text, part)) + token + text.slice(at(text, part))),
    span.map(([part, length]) => (text: string) => text.slice(0, at(text, part)) + text.slice(at(text, part) + length)),
    fc.tuple(span, place).map(([[part, length], to]) => (text: string) => {
      const copied = text.slice(at(text, part), at(text, part) + length);
      return text.slice(0, at(text, to)) + copied + text.slice(at(text, to));
    }),
    place.map((part) => (text: string) => text.slice(0, at(text, part))),
    fc.constantFrom<(text: string) => string>(
      (text) => text.replaceAll('\n', '\r\n'),
      (text) => text.replaceAll('\n', '\r'),
      (text) => text.replaceAll(' ', ''),
      (text) => text.replaceAll(/[.\d]+/g, 'nan'),
      (text) => text + text,
    ),
  );
}

function mutated(texts: readonly string[], tokens: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(change(tokens), { maxLength: 8 }), fc.array(fc.constantFrom(...tokens), { maxLength: 40 }))
    .map(([text, changes, noise]) => (changes.length === 8 ? noise.join('') : changes.reduce((result, apply) => apply(result), text)));
}

export const log = mutated(logSeeds, logTokens);
export const script = mutated(scriptSeeds, scriptTokens);

/** Lengths of the chunks that a text is cut into, in turn. */
export const lengths = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 });

export function cut(text: string, lengths: readonly number[]): string[] {
  const chunks: string[] = [];
  for (let start = 0, index = 0; start < text.length; index++) {
    const end = start + lengths[index % lengths.length]!;
    chunks.push(text.slice(start, end));
    start = end;
  }
  return chunks;
}
