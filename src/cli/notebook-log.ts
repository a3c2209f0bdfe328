import { fitsOf } from '../diagnosis';
import { readLog } from '../log';
import type { Run } from '../log/run';
import { Shift } from '../log/shift';
import type { Fit, Script } from '../script/script';
import { LineIndex } from '../text/lines';
import type { Range, Span } from '../text/span';
import type { LogFile } from './log-file';
import type { Notebook } from './notebook';
import type { ScriptFile } from './script-file';

/** A run and the code cell that printed it. */
interface Printed {
  readonly run: Run;
  readonly cell: number;
}

/** What the cells of a notebook printed; the notebook itself is the script that made it. */
export function notebookLog(file: ScriptFile, notebook: Notebook): LogFile {
  const printed: Printed[] = [];
  const starts: number[] = [];
  let length = 0;
  for (const [cell, { text }] of notebook.outputs.entries()) {
    const behind = new Shift(0, length);
    printed.push(...readLog(text).map((run) => ({ run: behind.run(run), cell })));
    starts.push(length);
    length += text.length;
  }
  const lines = new LineIndex(file.text);
  const rangeOf = ({ start, end }: Span): Range => {
    let cell = starts.length - 1;
    while (cell > 0 && starts[cell]! > start) cell--;
    const base = starts[cell] ?? 0;
    const place = notebook.outputs[cell]?.inFile({ start: start - base, end: end - base });
    return lines.rangeOf(place ?? { start: 0, end: 0 });
  };
  return { runs: printed.map(({ run }) => run), rangeOf, script: file, fitOf: fitsByCell(printed, file.script, notebook) };
}

/** The `fit` call in the cell that printed the run; a call elsewhere (in a function, in a loop) as in any other log. */
function fitsByCell(printed: readonly Printed[], script: Script, notebook: Notebook): (runIndex: number) => Fit | undefined {
  const anywhere = fitsOf(printed.map(({ run }) => run), script);
  return (runIndex) => {
    const { cell } = printed[runIndex]!;
    const fits = script.fits.filter(({ span }) => notebook.script.cellAt(span.start).cell === cell);
    if (fits.length === 0) return anywhere(runIndex);
    const runs = printed.filter((other) => other.cell === cell).map(({ run }) => run);
    return fitsOf(runs, { ...script, fits })(runs.indexOf(printed[runIndex]!.run));
  };
}
