import type { ComponentChildren } from 'preact';
import type { Session } from '../session';
import { strings } from '../strings';

interface PlaceProps {
  readonly session: Session;
  /** Id of the file. */
  readonly source: string;
  /** 0-based. */
  readonly line: number;
  /** What is said about it. */
  readonly children: ComponentChildren;
}

/** What is said about a line, behind a link to it. */
export function Place({ session, source, line, children }: PlaceProps) {
  return (
    <>
      <button type="button" class="link" onClick={() => session.openLine(source, line)}>
        {strings.line(line + 1)}
      </button>
      {': '}
      {children}
    </>
  );
}
