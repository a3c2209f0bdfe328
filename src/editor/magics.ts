/** IPython cell magics after which the rest of the cell is still Python. */
const pythonMagic = /^%%(?:time|timeit|capture|prun|memit|python3?)\b/;
/** A line that is IPython's and not Python's: `%magic`, `!command`, `?name`, `name?`. */
const ownLine = /^([ \t]*)(?:[%!?]|[\w.]+\?+[ \t]*$)/;

/**
 * The Python of a notebook's cell, of the same length, so that places stay right: IPython's own lines become comments,
 * a cell in another language (`%%bash`) becomes blank.
 */
export function pythonOfCell(cell: string): string {
  const start = cell.trimStart();
  if (start.startsWith('%%') && !pythonMagic.test(start)) return cell.replace(/[^\r\n]/g, ' ');
  return cell.replace(/[^\r\n]+/g, (line) => line.replace(ownLine, (own, indent: string) => `${indent}#${own.slice(indent.length + 1)}`));
}
