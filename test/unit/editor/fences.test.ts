import assert from 'node:assert/strict';
import { codeBlocks } from '../../../src/editor/fences';

describe('codeBlocks', () => {
  const blocks = (text: string): readonly string[] => codeBlocks(text).map(({ start, end }) => text.slice(start, end));

  it('finds the insides of fences', () => assert.deepEqual(blocks('a\n```\nx\ny\n```\nb\n~~~log\nz\n~~~\n'), ['x\ny\n', 'z\n']));
  it('keeps shorter fences inside longer ones', () => assert.deepEqual(blocks('````\n```\nx\n```\n````\n'), ['```\nx\n```\n']));
  it('takes an unclosed one to the end', () => assert.deepEqual(blocks('```\nx'), ['x']));
  it('finds none in prose', () => assert.deepEqual(blocks('a `b` c\n\n    indented\n'), []));
});
