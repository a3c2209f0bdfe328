import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LogReader, readLog } from '../../../src/log';
import { characterAt } from '../../../src/log/utf8';
import { fixtures } from './fixtures';

/** What is read in the bytes of a text, with the places of the text. */
function readBytes(text: string): unknown {
  const bytes = Buffer.from(text);
  const reader = new LogReader({ bytes: true });
  reader.push(bytes.toString('latin1'));
  reader.end();
  const inText = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inText);
    if (value instanceof Map) return new Map([...value].map(([name, item]) => [name, inText(item)]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]: [string, unknown]) => {
        const isPlace = typeof item === 'number' && (name === 'start' || name === 'end');
        return [name, isPlace ? bytes.subarray(0, item).toString().length : inText(item)];
      }),
    );
  };
  return inText(reader.runs);
}

describe('reading the bytes of a log', () => {
  for (const { name, text } of fixtures) {
    it(`${name} gives what its text gives`, () => assert.deepEqual(readBytes(text), readLog(text)));
  }

  it('knows names, units and places beyond ASCII', () => {
    const text = '第 😀\nEpoch 1/2\n\x1b[1m3/3\x1b[0m ━━━━ 1s 20ms/step - 损失: 0.5000 - verlüst: 1.0000 ü😀\nEpoch 2/2\n';
    assert.deepEqual(readBytes(text), readLog(text));
    const [epoch] = readLog(text)[0]!.epochs;
    assert.deepEqual([...epoch!.metrics.keys()], ['损失', 'verlüst']);
  });

  it('reads a character as the standard decoder does, and what is none as unknown', () => {
    const beyondAscii = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((text) => text > '\x7f');
    fc.assert(
      fc.property(beyondAscii, (text) => {
        const bytes = Buffer.from(text).toString('latin1');
        assert.deepEqual(characterAt(`a${bytes}a`, 1), { text, size: bytes.length });
      }),
    );
    for (const wrong of ['\x80', '\xc3', '\xc3a', '\xc0\x8a', '\xe0\x80\x8a', '\xed\xa0\x80', '\xf5\x80\x80\x80', '\xff']) {
      assert.deepEqual(characterAt(wrong, 0), { text: '\ufffd', size: 1 });
    }
  });
});
