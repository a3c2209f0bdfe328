import type { Span } from '../../text/span';
import { asString } from '../python/call';
import { array, builtin, integer, LibraryObject, type Value } from '../python/values';
import { numeric } from '../numpy/ndarray';
import { cellsOf } from './frame-changes';
import { columnOfValues } from './frame-making';
import { cellValue, type FrameObject } from './frame';
import { distinct, type Table } from './table';

/** An attribute of a column under which methods for one type of its values stand. */
abstract class Accessor extends LibraryObject {
  protected readonly series: FrameObject;
  protected readonly table: Table;

  constructor(series: FrameObject, table: Table, span: Span) {
    super(span);
    this.series = series;
    this.table = table;
  }
}

/** `.str`: what strings do, for each of a column. */
export class Words extends Accessor {
  readonly typeName = 'StringMethods';

  override attribute(name: string, span: Span): Value | undefined {
    return builtin(name, span, (call) => {
      const { values, name: label } = this.table.columns[0]!;
      const lacking = (): Value => this.series.unread(call.span, values.missing ?? call.unread('script.unread-call', { name: `str.${name}` }));
      if (!values.data || !['lower', 'upper', 'strip', 'lstrip', 'rstrip', 'len', 'startswith', 'endswith', 'split', 'replace'].includes(name)) return lacking();
      // Since pandas 2 `replace` takes no pattern unless it is told to.
      const plain = name !== 'replace' || /^[\w ,$%]*$/.test(asString(call.arguments.positional[0]) ?? '?');
      if (!plain || call.arguments.keywords.size > 0) return lacking();
      const answers = Array.from({ length: this.series.length }, (_, i): Value => {
        const cell = cellValue(values, i, call.span);
        if (cell.kind !== 'string') return cell;
        return name === 'len' ? integer([...cell.value].length, call.span) : call.interpreter.call(call.interpreter.attribute(cell, name, call.span), call.arguments, call.span);
      });
      return this.series.with({ ...this.table, columns: [{ name: label, values: columnOfValues(answers, call) }] }, call.span);
    });
  }
}

/** `.cat` of a column of type `category`. */
export class Categories extends Accessor {
  readonly typeName = 'CategoricalAccessor';

  override attribute(name: string, span: Span): Value | undefined {
    const { values, name: label } = this.table.columns[0]!;
    const cells = cellsOf(values);
    const kinds = cells && distinct(cells);
    if (!kinds) return undefined;
    if (name === 'categories') return array({ shape: [kinds.length], dtype: 'object', data: kinds }, span);
    const codes = numeric(values.shape, Float64Array.from(cells, (cell) => kinds.indexOf(cell)), 'int64');
    return name === 'codes' ? this.series.with({ ...this.table, columns: [{ name: label, values: codes }] }, span) : undefined;
  }
}
