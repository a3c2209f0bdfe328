import type { TextEdit } from '../../text/edit';
import type { Fit, Layer } from '../script';
import { mentionedNames } from '../python/names';
import { findArgument } from './optimizer';
import { namings } from './imports';
import { isArray, numpyName } from './normalize';
import { insertion, type ScriptText } from './text';
import { standingAt } from './walk';

/** The layer that the data meet first; undefined where several inputs or layers do. */
function firstLayer(fit: Fit): Layer | undefined {
  if (!fit.model.known || fit.model.value.kind !== 'sequential') return undefined;
  return fit.model.value.layers.find(({ className }) => className !== 'InputLayer');
}

export function startsNormalized(fit: Fit): boolean {
  return firstLayer(fit)?.className === 'Normalization';
}

/** Ways to put a `Normalization` layer before the first layer, which is adapted to the data right before the fit. */
export function* addNormalization(script: ScriptText, fit: Fit): Iterable<TextEdit[]> {
  const first = firstLayer(fit);
  const call = script.callAt(fit.span);
  const data = call && findArgument(call, ['x'], 0);
  if (!first || !data || first.className === 'Embedding' || !isArray(script, fit)) return;
  const building = standingAt(script, first.span);
  const training = standingAt(script, fit.span);
  if (!building || !training || building.within !== training.within) return;
  const start = building.base + building.statement.from;
  const before = script.slice({ start, end: first.span.start });
  const adding = /(?<![\w.])([\w.]+)\.add\(\s*$/.exec(before);
  if (!adding && !/[[,]\s*$/.test(before)) return;
  const name = freeName(script);
  const source = script.slice(data.value);
  // Numbers in a row get the axis of features that `fit` gives them.
  const isRow = fit.x.known && fit.x.value[0]?.shape.length === 1;
  const [numpy, imported] = isRow ? numpyName(script) : ['', []];
  const adaptedTo = isRow ? `${numpy}.reshape(${source}, (-1, 1))` : source;
  const line = (offset: number, text: string): TextEdit => insertion(offset, `${text}${script.lineBreak}${script.indentation(offset)}`);
  const fitting = training.base + training.statement.from;
  for (const { name: layer, edits } of namings(script, 'layers', 'Normalization')) {
    if (edits.some(({ span }) => span.start > start)) continue;
    const made = `${name} = ${layer}(${inputShape(script, first)})`;
    const adapted = line(fitting, `${name}.adapt(${adaptedTo})`);
    if (adding) {
      yield [...imported, ...edits, line(start, `${made}${script.lineBreak}${script.indentation(start)}${adding[1]!}.add(${name})`), adapted];
    } else {
      const ownLine = /[\r\n][ \t]*$/.test(before);
      const listed = ownLine ? line(first.span.start, `${name},`) : insertion(first.span.start, `${name}, `);
      yield [...imported, ...edits, line(start, made), listed, adapted];
    }
  }
}

/** The shape that the first layer names: it is for the layer before it now. */
function inputShape(script: ScriptText, first: Layer): string {
  const call = script.callAt(first.span);
  const shape = call && findArgument(call, ['input_shape'], Infinity);
  if (shape) return `input_shape=${script.slice(shape.value)}`;
  const dimension = call && findArgument(call, ['input_dim'], Infinity);
  return dimension ? `input_shape=(${script.slice(dimension.value)},)` : '';
}

function freeName(script: ScriptText): string {
  const taken = mentionedNames(script.program.body);
  let name = 'normalization';
  for (let i = 2; taken.has(name); i++) name = `normalization${i}`;
  return name;
}
