import type { Finding } from '../diagnosis';
import type { Epoch } from '../log/run';
import type { LogSource } from './cases';

const bars = '▁▂▃▄▅▆▇█';
/** Letters of a sparkline at most. */
const width = 40;
/** Epochs in a row without a finite loss after which a run counts as lost: such a run does not come back. */
const noRecovery = 3;

/** The loss of an epoch, or its running mean so far: the metric of that name, else the first that is named after it. */
export function lossOf({ metrics }: Epoch): number | undefined {
  const named = [...metrics].find(([name]) => /loss/i.test(name) && !name.startsWith('val'))?.[1];
  return (metrics.get('loss') ?? named)?.value;
}

/** Losses of the last run, the epoch under way included. */
export function lossesOf({ runs }: Pick<LogSource, 'runs'>): readonly number[] {
  return (runs.at(-1)?.epochs ?? []).flatMap((epoch) => lossOf(epoch) ?? []);
}

/** The last run's loss is NaN or infinite. */
export function isBroken(log: Pick<LogSource, 'runs'>): boolean {
  return !Number.isFinite(lossesOf(log).at(-1) ?? 0);
}

/** NaN or infinite, and no recovery for some epochs. */
export function isLost(log: Pick<LogSource, 'runs'>): boolean {
  const last = lossesOf(log).slice(-noRecovery);
  return last.length === noRecovery && !last.some(Number.isFinite);
}

/** What is to be told of a run by its index: an error of its own, or one of its script that explains what it shows. */
export function alarmOf(findings: readonly Finding[], run: number): Finding | undefined {
  const causes = findings.filter((finding) => finding.run === run).map(({ evidence }) => evidence['explainedBy']);
  const concerns = (finding: Finding): boolean => finding.run === run || (finding.run === undefined && causes.includes(finding.code));
  return findings.find((finding) => finding.severity === 'error' && concerns(finding));
}

/**
 * A curve in one line of text, on a logarithmic scale where it spans more than a factor 100. Longer curves are thinned
 * out; NaN and infinities are shown as ×.
 */
export function sparkline(values: readonly number[]): string {
  const shown = values.length <= width ? values : thinned(values);
  const finite = shown.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const scale = low > 0 && high / low > 100 ? Math.log : (value: number): number => value;
  const span = scale(high) - scale(low);
  return shown
    .map((value) => {
      if (!Number.isFinite(value)) return '×';
      const share = span > 0 ? (scale(value) - scale(low)) / span : 0;
      return bars[Math.round(share * (bars.length - 1))];
    })
    .join('');
}

/** The last value of each of `width` equal parts. */
function thinned(values: readonly number[]): readonly number[] {
  return Array.from({ length: width }, (_, index) => values[Math.ceil(((index + 1) * values.length) / width) - 1]!);
}
