/*
 * Tables of Stable Baselines, one for each rollout of reinforcement learning, a quantity a line:
 *
 *   ----------------------------------
 *   | rollout/           |          |
 *   |    ep_rew_mean     | 22.2     |
 *   | time/              |          |
 *   |    total_timesteps | 2048     |
 *   | train/             |          |
 *   |    loss            | 8.33     |
 *   ----------------------------------
 */
import type { Cell } from '../builder';
import type { Value } from '../run';
import { nameOf, NUMBER, numberOf } from '../values';
import type { Dialect } from './dialect';

const NAME = 'stable-baselines';
const RULE = /^\s{0,8}-{10,200}\s{0,8}$/;
const SECTION = /^\s{0,8}\| (?:rollout|time|train|eval|custom|losses)\/\s{0,80}\|\s{1,80}\|\s{0,8}$/;
const QUANTITY = new RegExp(String.raw`^\s{0,8}\|\s{1,8}([\w/]{1,80})\s{0,80}\|\s{1,8}(${NUMBER})\s{0,80}\|\s{0,8}$`, 'i');
const STEPS = 'total_timesteps';
/** Sizes of the training, and how fast it goes. */
const NO_METRIC = /^(?:fps|iterations|time_elapsed|episodes|n_updates|total_timesteps)$/;
const MOST_QUANTITIES = 200;

export const stableBaselines: Dialect = {
  name: NAME,
  read(line, builder) {
    const table = builder.tableOf(NAME);
    if (SECTION.test(line.text)) {
      if (!table) builder.table({ dialect: NAME, columns: [], row: [] }, false);
      return line.text.length;
    }
    if (!table) return undefined;
    const quantity = table.columns.length < MOST_QUANTITIES ? QUANTITY.exec(line.text) : null;
    if (quantity) {
      const [, name, printed] = quantity as unknown as [string, string, string];
      const from = line.text.indexOf(printed, line.text.lastIndexOf('|', line.text.lastIndexOf('|') - 1));
      const cell = { text: printed, ...line.span(from, from + printed.length) };
      builder.table({ ...table, columns: [...table.columns, nameOf(name)], row: [...table.row!, cell] }, false);
      return line.text.length;
    }
    builder.table(undefined, false);
    if (!RULE.test(line.text)) return undefined;
    const values = new Map(table.columns.map((name, index) => [name, valueOf(table.row![index]!)]));
    const step = values.get(STEPS);
    const metrics = new Map([...values].filter(([name]) => !NO_METRIC.test(name)));
    if (!step || table.row!.length === 0) return undefined;
    const span = { start: table.row![0]!.start, end: table.row!.at(-1)!.end };
    builder.row({ dialect: NAME, ...span, metrics, number: step.value, unit: 'step' });
    return line.text.length;
  },
};

function valueOf({ text, start, end }: Cell): Value {
  return { value: numberOf(text), start, end };
}
