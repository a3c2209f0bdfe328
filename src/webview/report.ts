/** The results in Markdown, for an issue or a chat. */
import type { Verdict } from '../rerun/trace';
import { diffLines } from './diff';
import type { Rerun } from './state';
import { strings } from './strings';
import { sentences } from './words';

export function report({ show, reproduced, candidates }: Rerun): string {
  const lines: string[] = [`## ${escape(strings.reportTitle(show.script.name))}`, ''];
  if (show.log) lines.push(escape(strings.reportLog(show.log.name)), '');
  if (reproduced) lines.push(`**${strings.matched(reproduced.outcome, show.job.observed !== undefined)}** ${said(reproduced)}`, '');
  const judged = [...candidates.values()].filter(({ verdict }) => verdict);
  if (judged.length > 0) {
    lines.push(
      row([strings.reportFix(), strings.reportVerdict(), strings.reportReason()]),
      row(['---', '---', '---']),
      ...judged.map(({ candidate, verdict }) =>
        row([escape(candidate.title), strings.outcome(verdict!.outcome), said(verdict!)]),
      ),
      '',
    );
  }
  for (const { candidate, verdict } of judged) {
    if (verdict?.outcome !== 'confirmed') continue;
    const changed = diffLines(show.script.text, candidate.editedText).flat();
    const body = changed.map(({ kind, text }) => `${{ same: ' ', added: '+', removed: '-' }[kind]}${text}`);
    const fence = '`'.repeat(Math.max(3, 1 + longestRun(body.join('\n'))));
    lines.push(`### ${escape(candidate.title)}`, '', `${fence}diff`, ...body, fence, '');
  }
  return lines.join('\n');
}

function said({ reason, caveats }: Verdict): string {
  return escape(sentences([reason, ...caveats]));
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.split('\n').map((line) => line.trim()).join(' ')).join(' | ')} |`;
}

/** Takes their meaning from the signs that Markdown and its tables would read. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&');
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
