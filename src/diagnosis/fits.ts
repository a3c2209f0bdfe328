import type { Run } from '../log/run';
import type { Fit, Script } from '../script/script';
import type { Span } from '../text/span';
import type { Finding } from './finding';

/**
 * Which `fit` made which run: the only one there is, else the one in the same place of the order if the script calls
 * `fit` as often as the log has runs, else the only one with as many epochs as the log declares.
 */
export function fitsOf(runs: readonly Run[], script: Script | undefined): (runIndex: number) => Fit | undefined {
  const fits = script?.fits ?? [];
  if (fits.length <= 1) return () => fits[0];
  return (runIndex) => {
    const candidates = fits.filter((fit) => agree(runs[runIndex], fit));
    if (candidates.length === 1) return candidates[0];
    const inOrder = fits.length === runs.length ? fits[runIndex] : undefined;
    return inOrder && (candidates.length === 0 || candidates.includes(inOrder)) ? inOrder : undefined;
  };
}

/**
 * The `fit` call that a finding is about: the one that made its run, or the one whose call, `compile` or model the
 * finding stands on.
 */
export function fitOfFinding(
  { run, script: place }: Finding,
  { fits }: Script,
  fitOfRun: (runIndex: number) => Fit | undefined,
): Fit | undefined {
  if (run !== undefined) return fitOfRun(run);
  return (place && fits.find((fit) => covers(fit, place))) ?? fits[0];
}

function covers({ span, compile, model }: Fit, place: Span): boolean {
  const parts = [span, ...(compile.known ? [compile.value.span] : []), ...(model.known ? [model.value.span] : [])];
  return parts.some(({ start, end }) => start <= place.start && place.end <= end);
}

function agree(run: Run | undefined, { epochs }: Fit): boolean {
  return run?.declaredEpochs !== undefined && epochs.known && epochs.value === run.declaredEpochs;
}
