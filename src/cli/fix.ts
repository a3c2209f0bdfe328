import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { remedyTitle, say } from '../words';
import { changedSince, writeBytes } from './input';
import { readLogFile } from './log-file';
import { Problem, type ExitCode } from './problem';
import { proposalFor, proposalsOf, type Proposal, type WantedRemedy } from './remedies';
import { requireScriptFile } from './script-file';
import type { Terminal } from './terminal';
import { shortPath } from './text-report';

export interface FixOptions {
  readonly log?: string;
  readonly remedy?: WantedRemedy;
  readonly write?: boolean;
  readonly diff?: boolean;
}

/** Prints the edited script, its difference, or writes it. Says on standard error what was changed. */
export async function fix(
  path: string,
  { log, remedy: wanted, write, diff }: FixOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const file = await requireScriptFile(path);
  const { script } = file;
  const printed = log === undefined ? { runs: [] } : await readLogFile(log);
  const proposals = proposalsOf(printed, file);
  const chosen = wanted ? [proposalFor(wanted, proposals, printed.runs, script)] : proposals;
  if (chosen.length === 0) throw new Problem({ id: 'cli.nothing-to-fix', args: { path } });

  const { remedyEdits } = await import('./scripts');
  const edited = firstApplicable(chosen);
  const unchanged = edited.text === file.text;
  // The log is that of another script, and a rate computed from it may be a second repair.
  if (!unchanged && log !== undefined && (await changedSince(path, log))) terminal.complain(say({ id: 'cli.changed-since-log', args: { path } }));
  if (write) await writeBytes(path, file.encode(edited.text));
  else if (diff) terminal.print(difference(shortPath(path), file.text, edited.text));
  else terminal.print(file.encode(edited.text));
  terminal.complain(say({ id: unchanged ? 'cli.already-fixed' : 'cli.fixed', args: { title: edited.title, path } }));
  return 0;

  function firstApplicable(candidates: readonly Proposal[]): { text: string; title: string } {
    for (const { fit, remedy } of candidates) {
      const result = remedyEdits(script, fit, remedy);
      if ('edits' in result) return { text: file.edited(result.edits), title: remedyTitle(remedy) };
      terminal.complain(say(result.refused));
    }
    throw new Problem({ id: 'cli.cannot-fix', args: { path } });
  }
}

/** As `git diff` prints it, so that `git apply` and `patch -p1` take it. */
function difference(path: string, before: string, after: string): string {
  const options = { headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, options);
}
