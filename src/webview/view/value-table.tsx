import { useState } from 'preact/hooks';
import { valueLabel, type XKind } from '../chart/axis';
import type { Series } from '../chart/series';
import { strings } from '../strings';

/** More rows than these help nobody; the CSV has them all. */
const mostRows = 500;

/** The numbers behind a chart, for those who cannot see it and for those who want to be sure. Built when opened. */
interface TableProps {
  readonly label: string;
  readonly x: readonly number[];
  readonly xKind: XKind;
  readonly series: readonly Series[];
}

export function ValueTable(props: TableProps) {
  const [open, setOpen] = useState(false);
  return (
    <details class="values" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{strings.table()}</summary>
      {open && <Rows {...props} />}
    </details>
  );
}

function Rows({ label, x, xKind, series }: TableProps) {
  const every = Math.ceil(x.length / mostRows);
  const thinned = every > 1 || (xKind === 'epochs' && x.length <= x.at(-1)! - x[0]!);
  const indices = x.map((_, index) => index).filter((index) => index % every === 0);
  return (
    <>
      {thinned && <p class="caption">{strings.tableThinned()}</p>}
      <div class="scroll" tabIndex={0} role="region" aria-label={`${strings.table()}: ${label}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">{strings.xName(xKind)}</th>
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
                <th scope="row">{xKind === 'epochs' ? x[index] : valueLabel(x[index])}</th>
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
