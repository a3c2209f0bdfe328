/** What a fix changes in the script, line by line. Pure. */
import { diffWordsWithSpace, structuredPatch } from 'diff';

interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  /** 1-based, in the text it stands in. */
  readonly number: number;
  readonly text: string;
}

/** What changes between two texts; empty if nothing does. */
export function diffLines(before: string, after: string): DiffLine[][] {
  return structuredPatch('', '', before, after, '', '', { context: 0 }).hunks.map(({ oldStart, newStart, lines }) => {
    let [old, fresh] = [oldStart, newStart];
    return lines
      .filter((line) => !line.startsWith('\\'))
      .map((line): DiffLine => {
        const text = line.slice(1).replace(/\r$/, '');
        if (line.startsWith('+')) return { kind: 'added', number: fresh++, text };
        if (line.startsWith('-')) return { kind: 'removed', number: old++, text };
        fresh++;
        return { kind: 'same', number: old++, text };
      });
  });
}

export interface Piece {
  readonly text: string;
  readonly changed: boolean;
}

/** Where exactly a line differs from the one it replaces; the whole line where nothing stands for it. */
export function pieces({ kind, text }: DiffLine, partner: DiffLine | undefined): Piece[] {
  if (!partner) return [{ text, changed: false }];
  const changes = kind === 'added' ? diffWordsWithSpace(partner.text, text) : diffWordsWithSpace(text, partner.text);
  return changes
    .filter(({ added, removed }) => !(kind === 'added' ? removed : added))
    .map(({ value, added, removed }) => ({ text: value, changed: added || removed }));
}

/** The nth removed line is replaced by the nth added one, where there are as many of both. */
export function partnerOf(line: DiffLine, lines: readonly DiffLine[]): DiffLine | undefined {
  const removed = lines.filter(({ kind }) => kind === 'removed');
  const added = lines.filter(({ kind }) => kind === 'added');
  if (removed.length !== added.length) return undefined;
  return line.kind === 'added' ? removed[added.indexOf(line)] : added[removed.indexOf(line)];
}
