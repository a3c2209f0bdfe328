import { useMemo } from 'preact/hooks';
import { diffLines, partnerOf, pieces } from '../diff';
import { strings } from '../strings';

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
