import type { TreeCursor } from '@lezer/common';

/** A node of the parse tree with its places relative to the statement. */
export interface Raw {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly children: readonly Raw[];
}

/** Copies the subtree under the cursor, without comments; `broken` collects the places of syntax errors. */
export function copy(cursor: TreeCursor, base: number, broken: { from: number; to: number }[]): Raw {
  const children: Raw[] = [];
  const { name } = cursor;
  const from = cursor.from - base;
  const to = cursor.to - base;
  if (cursor.type.isError) broken.push({ from, to });
  if (cursor.firstChild()) {
    do {
      // The grammar wants a value after every `yield`; Python does not.
      const isBareYield = cursor.type.isError && cursor.from === cursor.to && name.startsWith('Yield');
      if (cursor.name !== 'Comment' && !isBareYield) children.push(copy(cursor, base, broken));
    } while (cursor.nextSibling());
    cursor.parent();
  }
  return { name, from, to, children };
}
