import type { Span } from '../../text/span';
import { take } from '../numpy/indexing';
import { numeric } from '../numpy/ndarray';
import type { Call } from '../python/call';
import { indicesOf } from '../python/members';
import { array, integer, LibraryObject, list, tuple, unknown, type Value } from '../python/values';

/** A NumPy array of Python lists of whole numbers, each of its own length: texts as numbers of words. */
export class SequencesObject extends LibraryObject {
  readonly typeName = 'ndarray';
  readonly rows: readonly Float64Array[];

  constructor(rows: readonly Float64Array[], span: Span) {
    super(span);
    this.rows = rows;
  }

  override attribute(name: string, span: Span): Value | undefined {
    const length = integer(this.rows.length, span);
    return name === 'shape' ? tuple([length], span) : name === '__len__' || name === 'size' ? length : undefined;
  }

  override index(index: Value, call: Call): Value {
    const { span } = call;
    const indices = indicesOf(index);
    if (indices?.length !== 1) return unknown(span, 'script.unread-syntax');
    const order = take(numeric([this.rows.length], Float64Array.from(this.rows.keys()), 'int64'), indices).data as Float64Array;
    if (index.kind !== 'number') return new SequencesObject(Array.from(order, (row) => this.rows[row]!), span);
    return list(Array.from(this.rows[order[0]!]!, (word) => integer(word, span)), span);
  }

  /** Each row as an array: its numbers as Python's would take too much memory. */
  override iterate(): readonly Value[] {
    return this.rows.map((row) => array(numeric([row.length], row, 'int64'), this.span));
  }
}
