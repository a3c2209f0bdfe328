/**
 * Measures, side by side with named baselines, and prints a table for each room: `npm run bench [-- ROOM...]`.
 * Numbers of one run are compared with each other only: machines differ. A room registers its file here.
 */
import type { Measurement } from './measurement';

const rooms: Readonly<Record<string, () => Promise<{ measure: () => AsyncIterable<Measurement> | Iterable<Measurement> }>>> = {
  log: () => import('./log'),
  script: () => import('./script'),
  rerun: () => import('./rerun'),
  start: () => import('./start'),
  live: () => import('./live'),
};

async function main(names: readonly string[]): Promise<void> {
  for (const [name, load] of Object.entries(rooms)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const rows: Record<string, string>[] = [];
    const { measure } = await load();
    for await (const { task, value, baseline, limit } of measure()) {
      rows.push({
        task,
        measured: quantity(value.amount, value.unit),
        baseline: baseline ? `${baseline.name}: ${quantity(baseline.amount, value.unit)}` : '',
        ratio: baseline ? (value.amount / baseline.amount).toFixed(2) : '',
        limit: limit ?? '',
      });
    }
    console.log(`\n${name}`);
    console.table(rows);
  }
}

function quantity(amount: number, unit: string): string {
  return `${amount >= 100 ? amount.toFixed(0) : amount.toPrecision(3)} ${unit}`;
}

void main(process.argv.slice(2));
