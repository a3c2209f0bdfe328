/** Lets everything that waits have its turn: a loop that calls this never blocks the extension host. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}
