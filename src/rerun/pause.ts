/** How long training or a search goes on, in ms, before others get their turn. */
export const SLICE = 40;

/** Lets the surroundings do what they have waiting (a message to stop, a repaint) before training goes on. */
export function pause(): Promise<void> {
  return new Promise((resolve) => timers.setTimeout(resolve, 0));
}

/**
 * Carries a search to its end, with pauses: it yields wherever it may be interrupted.
 * @param goesOn is asked after every pause; where it says no, the search ends with undefined.
 */
export async function inSlices<Result>(
  search: Generator<undefined, Result>, goesOn: () => boolean = () => true,
): Promise<Result | undefined> {
  for (let turn = Date.now() + SLICE; ;) {
    const { done, value } = search.next();
    if (done) return value;
    if (Date.now() < turn) continue;
    await pause();
    if (!goesOn()) return undefined;
    turn = Date.now() + SLICE;
  }
}

/** Every host has it; the core's library names none. */
const timers = globalThis as unknown as { setTimeout(callback: () => void, milliseconds: number): void };
