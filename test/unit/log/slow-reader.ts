/** An epoch as the slow reader sees it: its number and the last value of each metric. */
export interface SlowEpoch {
  readonly number: number;
  readonly values: ReadonlyMap<string, string>;
}

/**
 * A second reader for the logs that Keras prints (bars and `verbose=2`), slow and as simple as can be, to count
 * against: the text is cut at every line break, carriage return and backspace; an epoch begins with `Epoch n/N`, and
 * its values are those of the last line before the next header that shows the most metrics, counter `n/n` or not.
 * A log without any header has an epoch for each finished bar. A run ends where the numbers do not go on.
 */
export function slowRead(text: string): SlowEpoch[][] {
  const lines = text
    .replaceAll(/\x1b\[[0-9;]*[A-Za-z]/g, '')
    .replaceAll(/(?<=[0-9nfy\]])(?=Epoch \d+\/\d+\s)/g, '\n')
    .replaceAll(/<br ?\/?>/g, '')
    .split(/[\n\r\x08]+/)
    .map((line) => line.replace(/^[#\s]+/, '').trim());
  const header = /^Epoch (\d+)\/(\d+)$/;
  const runs: SlowEpoch[][] = [];
  let last: { number: number; total: number } | undefined;
  let open: { number: number; total: number; values: Map<string, string>; finished: boolean } | undefined;
  const close = (): void => {
    if (!open || open.values.size === 0) return;
    if (!last || open.number <= last.number || open.total !== last.total) runs.push([]);
    runs.at(-1)!.push({ number: open.number, values: open.values });
    last = { number: open.number, total: open.total };
  };
  if (lines.some((line) => header.test(line))) {
    for (const line of lines) {
      const match = header.exec(line);
      if (match) {
        close();
        open = { number: Number(match[1]), total: Number(match[2]), values: new Map(), finished: false };
      } else if (open) {
        const values = valuesOf(line);
        // The bar of an evaluation after the last epoch: Keras 2, finished, and not more than the epoch's own line says.
        const evaluation = open.finished && line.includes('[') && values.size <= open.values.size;
        if (evaluation || values.size < open.values.size || values.size === 0 || !namesAll(values, open.values)) continue;
        open.values = values;
        open.finished = /^(\d+)\/\1 (?!.*ETA)/.test(line);
      }
    }
    close();
    return runs;
  }
  const bars = lines.filter((line) => /^(\d+)\/\1 (?!.*ETA)/.test(line) || /^\d+s - /.test(line) || /^- \d+s - /.test(line));
  const epochs = bars.map(valuesOf).filter((values) => values.size > 0);
  return epochs.length === 0 ? [] : [epochs.map((values, index) => ({ number: index + 1, values }))];
}

function valuesOf(line: string): Map<string, string> {
  if (!/^(?:\d+\/(?:\d+|Unknown)|- \d+s -|\d+m?s -)/.test(line)) return new Map();
  const pairs = [...line.matchAll(/ - ([A-Za-z_<(][^:]*?): (-?(?:\d+\.\d{4}(?:e[-+]\d+)?|nan|inf))/g)];
  return new Map(pairs.filter(([, name]) => !name!.endsWith('ETA')).map(([, name, value]) => [name!, value!]));
}

function namesAll(values: ReadonlyMap<string, string>, before: ReadonlyMap<string, string>): boolean {
  return [...before.keys()].every((name) => values.has(name));
}
