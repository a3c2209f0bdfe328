/** Results kept for each file. */
const most = 8;

/**
 * Keeps what was made of a file for as long as its bytes are there: a script is read again after every pause in typing,
 * and its files mostly stay as they are. The results must not be changed.
 */
export function kept<Options extends readonly unknown[], Result>(read: (bytes: Uint8Array, ...options: Options) => Result): typeof read {
  const results = new WeakMap<Uint8Array, Map<string, Result>>();
  return (bytes, ...options) => {
    const known = results.get(bytes) ?? new Map<string, Result>();
    results.set(bytes, known);
    const key = JSON.stringify(options);
    const result = known.has(key) ? (known.get(key) as Result) : read(bytes, ...options);
    known.delete(key);
    known.set(key, result);
    const [oldest] = known.keys();
    if (known.size > most) known.delete(oldest!);
    return result;
  };
}
