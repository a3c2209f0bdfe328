import { structuredPatch } from 'diff';
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

/** Exactly what "Apply" will write. */
export function Diff({ before, after, label }: { before: string; after: string; label: string }) {
  const hunks = useMemo(() => diffLines(before, after), [before, after]);
  if (hunks.length === 0) return <p class="caption">{strings.noChanges()}</p>;
  return (
    <div class="diff" role="region" aria-label={label} tabIndex={0}>
      {hunks.map((lines, hunk) => (
        <div key={hunk} class="hunk">
          {lines.map(({ kind, number, text }, index) => {
            const Line = kind === 'added' ? 'ins' : kind === 'removed' ? 'del' : 'span';
            return (
              <Line key={index} class={`diff-line ${kind}`}>
                <span class="number" aria-hidden="true">
                  {number}
                </span>
                <span class="sign">{kind === 'added' ? '+' : kind === 'removed' ? '−' : ' '}</span>
                <code>{text}</code>
              </Line>
            );
          })}
        </div>
      ))}
    </div>
  );
}
