import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { say, setLanguage, words } from '../../../src/words';

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

const sources = filesBelow('src').map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const chinese = JSON.parse(readFileSync('l10n/bundle.l10n.zh-cn.json', 'utf8')) as Record<string, string>;
const placeholders = (sentence: string): string[] => [...new Set(sentence.match(/\{\d+\}/g))].sort();

describe('words', () => {
  afterEach(() => setLanguage(undefined));

  it('have a Chinese sentence for every English one, with the same values in it, and no others', async () => {
    const extracted = await getL10nJson(
      // Parsing is slow, and most files say nothing.
      sources.filter(({ text }) => text.includes('l10n')).map(({ path, text }) => ({ extension: path.endsWith('x') ? '.tsx' : '.ts', contents: text })),
    );
    const english = Object.values(extracted).map((entry) => (typeof entry === 'string' ? entry : entry.message));
    assert.deepEqual(english.filter((sentence) => !(sentence in chinese)), [], 'not translated');
    assert.deepEqual(Object.keys(chinese).filter((sentence) => !english.includes(sentence)), [], 'translated, but not said');
    for (const [sentence, translation] of Object.entries(chinese)) {
      assert.deepEqual(placeholders(translation), placeholders(sentence), sentence);
      assert.notEqual(translation, '', sentence);
    }
    assert.deepEqual(Object.keys(chinese), Object.keys(chinese).sort(), 'sorted by key');
  });

  it('exist for every message that is made, and every one of them is made', () => {
    const rooms = sources.filter(({ path }) => !path.startsWith(join('src', 'words')));
    const literalsIn = (text: string): string[] => [...text.matchAll(/'([a-z][\w.-]*)'/g)].map((match) => match[1]!);
    // `id: 'a'` and `id: condition ? 'a' : 'b'`
    const made = new Set(rooms.flatMap(({ text }) => [...text.matchAll(/\bid: ([^,}\n]*)/g)].flatMap((match) => literalsIn(match[1]!))));
    const literals = new Set(rooms.flatMap(({ text }) => literalsIn(text)));
    // An `id` with a dot is a message's; others are ids of elements, candidates, ….
    assert.deepEqual([...made].filter((id) => id.includes('.') && !(id in words)), [], 'made, but not worded');
    assert.deepEqual(Object.keys(words).filter((id) => !literals.has(id)), [], 'worded, but never made');
  });

  it('refuse a message they do not know', () => {
    assert.throws(() => say({ id: 'no.such.message' }), /no words for no\.such\.message/);
  });

  it('speak the language that was set, and English again', () => {
    const message = { id: 'match.folder' };
    setLanguage(chinese);
    assert.equal(say(message), '同一文件夹');
    setLanguage(undefined);
    assert.equal(say(message), 'same folder');
  });
});
