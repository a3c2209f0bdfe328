import type { TextEdit } from '../../text/edit';
import type { Fit, Layer } from '../script';
import { namings } from './imports';
import { lastLayer } from './layers';
import { insertion, numberText, type ScriptText } from './text';
import { callsIn, standingAt } from './walk';

/** Factor and shift of the `Rescaling` layer that ends the model. */
export interface OutputScale {
  readonly scale: number;
  readonly offset: number;
}

export function endsRescaled(fit: Fit, { scale, offset }: OutputScale): boolean {
  const last = lastLayer(fit);
  const has = (name: string, wanted: number): boolean => {
    const read = last?.config[name];
    return read?.known === true && read.value === wanted;
  };
  return last?.className === 'Rescaling' && has('scale', scale) && has('offset', offset);
}

/** Ways to put a `Rescaling` layer behind the last one, which brings outputs near 1 to the size of the targets. */
export function* addRescaling(script: ScriptText, last: Layer, { scale, offset }: OutputScale): Iterable<TextEdit[]> {
  const standing = standingAt(script, last.span);
  if (!standing) return;
  const end = standing.base + standing.statement.to;
  const before = script.slice({ start: standing.base + standing.statement.from, end: last.span.start });
  const adding = /(?<![\w.])([\w.]+)\.add\(\s*$/.exec(before);
  const applied = callsIn(standing).find(({ call }) => standing.base + call.callee.from === last.span.start && standing.base + call.callee.to === last.span.end);
  const lineAt = (offset: number): string => `${script.lineBreak}${script.indentation(offset)}`;
  for (const { name, edits } of namings(script, 'layers', 'Rescaling')) {
    const made = `${name}(${numberText(scale)}, offset=${numberText(offset)})`;
    if (adding) {
      yield [...edits, insertion(end, `${lineAt(standing.base + standing.statement.from)}${adding[1]!}.add(${made})`)];
    } else if (applied) {
      yield [...edits, insertion(applied.span.start, `${made}(`), insertion(applied.span.end, ')')];
    } else {
      const ownLine = /[\r\n][ \t]*$/.test(before);
      yield [...edits, insertion(last.span.end, `,${ownLine ? lineAt(last.span.start) : ' '}${made}`)];
    }
  }
}
