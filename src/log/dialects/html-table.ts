/*
 * Tables of notebooks (fastai, Trainer of Hugging Face), a cell a line or all in one line.
 *
 *   <table border="1" class="dataframe">
 *     <tr style="text-align: left;">
 *       <th>Epoch</th>
 *       <th>Training Loss</th>
 *     </tr>
 *     <tr>
 *       <td>1</td>
 *       <td>0.096300</td>
 *     </tr>
 */
import type { Cell, RunBuilder, Table } from '../builder';
import type { Value } from '../run';
import { nameOf, numberOf, WHOLE_NUMBER } from '../values';
import type { Dialect } from './dialect';

const NAME = 'html-table';
const TAG = /<(\/?)(table|tr|th|td)\b[^<>]{0,300}>\s{0,40}([^<]{0,200})/g;
const MOST_COLUMNS = 200;

export const htmlTable: Dialect = {
  name: NAME,
  read(line, builder) {
    if (!line.text.includes('<t') && !line.text.includes('</t')) return undefined;
    let read = false;
    TAG.lastIndex = 0;
    for (let match = TAG.exec(line.text); match; match = TAG.exec(line.text)) {
      const [whole, closes, tag, content] = match as unknown as [string, string, string, string];
      read = true;
      const table = builder.tableOf(NAME);
      if (tag === 'table') {
        if (closes === '') builder.table({ dialect: NAME, columns: [], row: [] }, true);
      } else if (!table) continue;
      else if (tag === 'tr') {
        if (closes !== '' && table.row!.length > 0) endRow(table, builder);
        else builder.table({ ...table, row: [] }, false);
      } else if (closes === '' && table.row!.length < MOST_COLUMNS) {
        const text = content.trim();
        const at = match.index + whole.length - content.length;
        builder.table({ ...table, row: [...table.row!, { text, ...line.span(at, at + text.length) }] }, false);
      }
    }
    return read ? line.text.length : undefined;
  },
};

function endRow(table: Table, builder: RunBuilder): void {
  const row = table.row!;
  if (table.columns.length === 0) {
    const columns = row.map(({ text }) => nameOf(text));
    const trains = columns.some((name) => /loss/i.test(name)) && columns.some((name) => /^(?:epoch|step)$/i.test(name));
    return builder.table(trains ? { ...table, columns, row: [] } : undefined, false);
  }
  builder.table({ ...table, row: [] }, false);
  const hasEpoch = table.columns.some((name) => /^epoch$/i.test(name));
  // Lightning's table has a row for each step; pandas shows its empty cells as `NaN`.
  const sparse = hasEpoch && table.columns.some((name) => /^step$/i.test(name));
  const metrics = new Map<string, Value>();
  let number: number | undefined;
  for (const [index, { text, start, end }] of row.entries()) {
    const name = table.columns[index];
    if (name === undefined || !WHOLE_NUMBER.test(text) || (sparse && text === 'NaN')) continue;
    if (/^epoch$/i.test(name) || (!hasEpoch && /^step$/i.test(name))) number = numberOf(text);
    else if (!/^(?:|step|time)$/i.test(name)) metrics.set(name, { value: numberOf(text), start, end });
  }
  const [first, last] = [row[0] as Cell, row.at(-1) as Cell];
  if (number === undefined) return;
  const span = { start: first.start, end: last.end };
  builder.row({ dialect: NAME, ...span, metrics, number, ...(hasEpoch ? {} : { unit: 'step' as const }) });
}
