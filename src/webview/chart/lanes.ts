/** Lanes above the plot: where a curve leaves the finite numbers. Pure layout, for the screen and exported pictures. */
import { strings } from '../strings';
import type { XKind } from './axis';
import type { Colour, Series, Stretch } from './series';

/** Pixels. */
export const laneHeight = 20;
/** Thickness of the bar at the foot of a lane, in pixels. */
export const barHeight = 4;

export interface Lane {
  readonly colour: Colour;
  readonly stretches: readonly Stretch[];
}

/** One lane for each curve that is somewhere not finite. */
export function lanes(series: readonly Series[]): Lane[] {
  return series.filter(({ stretches }) => stretches.length > 0).map(({ colour, stretches }) => ({ colour, stretches }));
}

interface LaneLabel {
  readonly text: string;
  readonly left: number;
}

/**
 * Labels of a lane from left to right, none over another; those that find no room are left out.
 * @param position pixel of a value of x
 * @param measure width of a text in pixels
 */
export function laneLabels(
  lane: Lane,
  { x, xKind }: { readonly x: readonly number[]; readonly xKind: XKind },
  position: (at: number) => number,
  measure: (text: string) => number,
  right: number,
): LaneLabel[] {
  const labels: LaneLabel[] = [];
  let free = -Infinity;
  for (const { from, kind, starts } of lane.stretches) {
    const at = x[from];
    if (at === undefined) continue;
    const text = kind === 'some' ? strings.lostStarts(starts, at) : strings.nonFiniteFrom(kind, xKind, at);
    const width = measure(text);
    const left = Math.max(free, Math.min(position(at), right - width));
    if (left + width > right + 1) continue;
    labels.push({ text, left });
    free = left + width + measure('  ');
  }
  return labels;
}
