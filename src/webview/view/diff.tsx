import { diffWordsWithSpace, structuredPatch } from 'diff';
import { useMemo } from 'preact/hooks';
import { strings } from '../strings';

export interface DiffLine {
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

interface Piece {
  readonly text: string;
  readonly changed: boolean;
}

/** Where exactly a line differs from the one it replaces; the whole line where nothing stands for it. */
function pieces({ kind, text }: DiffLine, partner: DiffLine | undefined): Piece[] {
  if (!partner) return [{ text, changed: false }];
  const changes = kind === 'added' ? diffWordsWithSpace(partner.text, text) : diffWordsWithSpace(text, partner.text);
  return changes
    .filter(({ added, removed }) => !(kind === 'added' ? removed : added))
    .map(({ value, added, removed }) => ({ text: value, changed: added || removed }));
}

/** The nth removed line is replaced by the nth added one, where there are as many of both. */
function partnerOf(line: DiffLine, lines: readonly DiffLine[]): DiffLine | undefined {
  const removed = lines.filter(({ kind }) => kind === 'removed');
  const added = lines.filter(({ kind }) => kind === 'added');
  if (removed.length !== added.length) return undefined;
  return line.kind === 'added' ? removed[added.indexOf(line)] : added[removed.indexOf(line)];
}

/** Exactly what "Apply" will write. */
export function Diff({ before, after, label }: { before: string; after: string; label: string }) {
  const hunks = useMemo(() => diffLines(before, after), [before, after]);
  if (hunks.length === 0) return <p class="caption">{strings.noChanges()}</p>;
  return (
    <div class="diff" role="region" aria-label={label} tabIndex={0}>
      {hunks.map((lines, hunk) => (
        <div key={hunk} class="hunk">
          {lines.map((line, index) => {
            const { kind, number } = line;
            const Line = kind === 'added' ? 'ins' : kind === 'removed' ? 'del' : 'span';
            return (
              <Line key={index} class={`diff-line ${kind}`}>
                <span class="number" aria-hidden="true">
                  {number}
                </span>
                <span class="sign">{kind === 'added' ? '+' : kind === 'removed' ? '−' : ' '}</span>
                <code>
                  {pieces(line, partnerOf(line, lines)).map(({ text, changed }, nth) => (changed ? <b key={nth}>{text}</b> : text))}
                </code>
              </Line>
            );
          })}
        </div>
      ))}
    </div>
  );
}
