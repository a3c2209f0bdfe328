import type { End } from '../../rerun/trace';
import { strings } from '../strings';
import type { CandidateState } from '../state';

/** Marks beyond so many would be a texture; the caption has the numbers anyway. */
const mostMarks = 60;

/** Until the verdict is there, a start is only trained or lost: the page does not judge. */
export type Mark = End | 'pending' | 'training' | 'trained' | 'lost';

/** One mark per start: how it ended, or how far it is. */
export function Starts({ state, starts, epochs }: { state: CandidateState; starts: number; epochs: number }) {
  const marks = marksOf(state, starts, epochs);
  const caption = captionOf(marks);
  return (
    <div class="starts">
      <div class="marks" role="img" aria-label={caption}>
        {marks.slice(0, mostMarks).map((mark, index) => (
          <svg key={index} class={`mark ${mark}`} viewBox="0 0 10 10">
            <MarkShape mark={mark} />
          </svg>
        ))}
      </div>
      <p class="caption" aria-hidden="true">
        {caption}
      </p>
    </div>
  );
}

function MarkShape({ mark }: { mark: Mark }) {
  switch (mark) {
    case 'trained':
    case 'settled':
      return <circle cx="5" cy="5" r="4" />;
    case 'falling':
      return <path d="M1 2h8L5 9z" />;
    case 'bouncing':
      return <path class="line" d="M1 6.5 3 3l2 4 2-4 2 3.5" />;
    case 'above-baseline':
      return <path class="line" d="M1 5h8" />;
    case 'diverged':
    case 'lost':
      return <path class="line" d="M1.5 1.5l7 7M8.5 1.5l-7 7" />;
    case 'training':
    case 'pending':
      return <circle class="line" cx="5" cy="5" r="3.5" />;
  }
}

function marksOf({ runs, traces }: CandidateState, starts: number, epochs: number): Mark[] {
  if (runs) return runs.filter(({ seed }) => seed !== 0).map(({ end }) => end ?? 'trained');
  const marks: Mark[] = [...traces].filter(([seed]) => seed !== 0).map(([, losses]) => {
    if (losses.some((loss) => !Number.isFinite(loss))) return 'lost';
    return losses.length < epochs ? 'training' : 'trained';
  });
  while (marks.length < starts) marks.push('pending');
  return marks;
}

function captionOf(marks: readonly Mark[]): string {
  const counts = new Map<Mark, number>();
  for (const mark of marks) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  return [...counts].map(([mark, count]) => strings.starts(mark, count)).join(', ');
}
