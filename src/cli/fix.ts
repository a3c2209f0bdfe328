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
  const applicable = firstApplicable(chosen);
  const changed = applicable.text !== file.text && log !== undefined && (await changedSince(path, log));
  const repaired = changed && !wanted && setsOwnRate(applicable);
  if (changed && !repaired) terminal.complain(say({ id: 'cli.changed-since-log', args: { path } }));
  const edited = repaired ? { ...applicable, text: file.text } : applicable;
  const unchanged = edited.text === file.text;
  if (write) await writeBytes(path, file.encode(edited.text));
  else if (diff) terminal.print(difference(shortPath(path), file.text, edited.text));
  else terminal.print(file.encode(edited.text));
  if (repaired) terminal.complain(say({ id: 'cli.perhaps-fixed', args: { path } }));
  else terminal.complain(say({ id: unchanged ? 'cli.already-fixed' : 'cli.fixed', args: { title: edited.title, path } }));
  return 0;

  function firstApplicable(candidates: readonly Proposal[]): Proposal & { text: string; title: string } {
    for (const proposal of candidates) {
      const { fit, remedy } = proposal;
      const result = remedyEdits(script, fit, remedy);
      if ('edits' in result) return { ...proposal, text: file.edited(result.edits), title: remedyTitle(remedy) };
      terminal.complain(say(result.refused));
    }
    throw new Problem({ id: 'cli.cannot-fix', args: { path } });
  }
}

/**
 * Whether a rate is computed from the one that the script sets, where the log prints none. If the script is newer than
 * the log, that rate may be a remedy already: the log was made with another one, and a second remedy would be too much.
 */
function setsOwnRate({ remedy, fit, run }: Proposal): boolean {
  const { compile } = fit;
  const rate = compile.known && compile.value.optimizer.known ? compile.value.optimizer.value.config['learning_rate'] : undefined;
  const printed = run?.epochs.some(({ learningRate }) => learningRate) ?? false;
  return remedy.kind === 'learning-rate' && rate?.known === true && !rate.byDefault && !printed;
}

/** As `git diff` prints it, so that `git apply` and `patch -p1` take it. */
function difference(path: string, before: string, after: string): string {
  const options = { headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, options);
}
