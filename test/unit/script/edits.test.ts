import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { readScript, ScriptReader } from '../../../src/script';
import type { Script } from '../../../src/script/script';

const folder = 'test/fixtures/scripts';
const scripts = readdirSync(folder).filter((name) => name.endsWith('.py')).sort().map((name) => readFileSync(`${folder}/${name}`, 'utf8'));

/** What a person does to a line, or to a number on it. */
const kinds = ['delete', 'duplicate', 'move', 'comment', 'number', 'point', 'indent'] as const;
const edit = fc.record({ kind: fc.constantFrom(...kinds), line: fc.nat(), other: fc.nat() });

function edited(text: string, { kind, line, other }: { readonly kind: (typeof kinds)[number]; readonly line: number; readonly other: number }): string {
  const lines = text.split('\n');
  const at = line % lines.length;
  const [taken = ''] = lines.splice(at, 1);
  const put = (...texts: readonly string[]): number => lines.splice(at, 0, ...texts).length;
  switch (kind) {
    case 'delete':
      break;
    case 'duplicate':
      put(taken, taken);
      break;
    case 'move':
      lines.splice(other % (lines.length + 1), 0, taken);
      break;
    case 'comment':
      put(`# ${taken}`);
      break;
    case 'number':
      put(taken.replace(/\d+/, String(other % 100)));
      break;
    case 'point':
      put(taken.replace(/\b\d+\b(?!\.)/, '$&.'));
      break;
    case 'indent':
      put(`  ${taken}`);
  }
  return lines.join('\n');
}

describe('a script that is edited', () => {
  it('is read as the whole new text is, whatever it was in between', () => {
    fc.assert(
      fc.property(fc.constantFrom(...scripts), fc.array(edit, { maxLength: 5 }), fc.nat(), (first, edits, line) => {
        const reader = new ScriptReader();
        let text = first;
        for (const one of edits) {
          reader.read(text);
          text = edited(text, one);
        }
        // How far a mistake reaches depends on where the parser starts: what is compared is a text without.
        for (const kind of ['number', 'point'] as const) {
          reader.read(text);
          text = edited(first, { kind, line, other: 7 });
          assert.equal(told(reader.read(text)), told(readScript(text)));
        }
      }),
      { numRuns: 60 },
    );
  });
});

function told(script: Script): string {
  return JSON.stringify(script, (_, value: unknown) => (value instanceof Float64Array ? [...value.slice(0, 20)] : value));
}
