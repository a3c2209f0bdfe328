import { useState } from 'preact/hooks';
import { valueLabel } from '../chart/axis';
import type { Series } from '../chart/series';
import { strings } from '../strings';

/** More rows than these help nobody; the CSV has them all. */
const mostRows = 500;

/** The numbers behind a chart, for those who cannot see it and for those who want to be sure. Built when opened. */
export function ValueTable({ label, x, series }: { label: string; x: readonly number[]; series: readonly Series[] }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="values" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{strings.table()}</summary>
      {open && <Rows label={label} x={x} series={series} />}
    </details>
  );
}

function Rows({ label, x, series }: { label: string; x: readonly number[]; series: readonly Series[] }) {
  const every = Math.ceil(x.length / mostRows);
  const indices = x.map((_, index) => index).filter((index) => index % every === 0);
  return (
    <>
      {(every > 1 || x.length < (x.at(-1) ?? 0) - x[0]! + 1) && <p class="caption">{strings.tableThinned()}</p>}
      <div class="scroll" tabIndex={0} role="region" aria-label={`${strings.table()}: ${label}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">{strings.epoch()}</th>
              {series.map(({ id, label: name, starts }) => (
                <th key={id} scope="col">
                  {starts && starts > 1 ? strings.median(name) : name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {indices.map((index) => (
              <tr key={index}>
                <th scope="row">{x[index]}</th>
                {series.map(({ id, values }) => (
                  <td key={id}>{valueLabel(values[index])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
