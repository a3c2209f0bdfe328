/** Lets the surroundings do what they have waiting (a message to stop, a repaint) before training goes on. */
export function pause(): Promise<void> {
  return new Promise((resolve) => timers.setTimeout(resolve, 0));
}

/** Every host has it; the core's library names none. */
const timers = globalThis as unknown as { setTimeout(callback: () => void, milliseconds: number): void };
