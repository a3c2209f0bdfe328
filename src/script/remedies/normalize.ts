import type { TextEdit } from '../../text/edit';
import type { Message } from '../../text/message';
import type { Span } from '../../text/span';
import { mentionedNames } from '../python/names';
import type { Expression } from '../python/syntax';
import type { Fit, Tensor } from '../script';
import { boundName } from './imports';
import { findArgument } from './optimizer';
import { type CallPlace, insertion, replacement, type ScriptText } from './text';
import { callsIn, receiverOf, type Standing, standingAt, standings } from './walk';

/** Methods whose first argument is the model's input. */
const takingInputs = new Set(['fit', 'predict', 'evaluate', 'predict_on_batch', 'test_on_batch', 'predict_classes', 'predict_proba', 'train_on_batch']);

/** Everything that goes into the model: the fit's own input and those of later calls in the same function. */
interface Inputs {
  readonly own: Span;
  readonly others: readonly Span[];
  readonly statement: Standing;
}

/** Whether the inputs are scaled already: by their numbers where they are known, else by the way they are written. */
export function isNormalized(fit: Fit, script: ScriptText): boolean {
  if (fit.x.known && fit.x.value.length > 0) return fit.x.value.every(isStandard);
  const call = script.callAt(fit.span);
  const own = call && findArgument(call, ['x'], 0);
  return own !== undefined && /^\(.* - \w+_mean\) \/ \(?\w+_std\b/s.test(script.slice(own.value));
}

/** Mean 0 and standard deviation 1: of every column of a table, else of all numbers together. Constant columns may be 0. */
function isStandard({ shape, data }: Tensor): boolean {
  const columns = shape.length === 2 ? shape[1]! : 1;
  for (let column = 0; column < columns; column++) {
    let [sum, squares, count] = [0, 0, 0];
    for (let i = column; i < data.length; i += columns) {
      sum += data[i]!;
      squares += data[i]! ** 2;
      count++;
    }
    const mean = sum / count;
    const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
    if (Math.abs(mean) > 1e-3 || (Math.abs(deviation - 1) > 1e-2 && deviation > 1e-3)) return false;
  }
  return true;
}

/** Why this fit's inputs cannot be scaled by an edit; undefined if they can. */
export function cannotNormalize(script: ScriptText, fit: Fit): Message | undefined {
  if (fit.model.known && fit.model.value.layers.some((layer) => layer.className === 'Embedding')) return { id: 'script.refused.indices' };
  if (fit.model.known && fit.model.value.layers.filter((layer) => layer.className === 'InputLayer').length > 1) return { id: 'script.refused.several-inputs' };
  return inputsOf(script, fit) && isArray(script, fit) ? undefined : { id: 'script.refused.inputs' };
}

/** Whether `fit` is given an array, and not what makes its own batches: that brings its targets with it. */
export function isArray(script: ScriptText, fit: Fit): boolean {
  const call = script.callAt(fit.span);
  return call !== undefined && findArgument(call, ['y'], 1) !== undefined;
}

/** Axes of the input with the one of samples; undefined where the script does not tell. */
function rankOf({ model }: Fit, data: Fit['x']): number | undefined {
  const known = data.known ? data.value[0]?.shape : data.shapes?.[0];
  if (known) return known.length;
  const read = model.known ? model.value.layers.find(({ className }) => className === 'InputLayer')?.config.shape : undefined;
  return read?.known && Array.isArray(read.value) ? read.value.length + 1 : undefined;
}

/**
 * Ways to scale the inputs to mean 0 and standard deviation 1: constants before the fit, and every input of the model
 * written as `(x - x_mean) / x_std`. The arrays themselves keep their values for whatever else uses them. Columns of a
 * table have constants of their own, images and series share them.
 * @param data the fit's input as it is known with the script's data files.
 */
export function* normalizeInputs(script: ScriptText, fit: Fit, data: Fit['x']): Iterable<TextEdit[]> {
  const inputs = inputsOf(script, fit);
  if (!inputs) return;
  const own = script.find(inputs.own)?.node;
  if (!own) return;
  const source = script.slice(inputs.own);
  const names = constantNames(own, script);
  const axis = (rankOf(fit, data) ?? 2) === 2 ? 'axis=0' : '';
  const tensor = data.known ? data.value[0] : undefined;
  // A constant column stays what it is.
  const guarded = axis !== '' && (!tensor || hasConstantColumn(tensor));
  const [numpy, imported] = numpyName(script);
  for (const wraps of [isArrayLiteral(own), true]) {
    // What could not be read may be a list, which has no mean of its own.
    const isSurelyArray = data.known || data.shapes !== undefined;
    const whole = wraps ? `${numpy}.array(${source})` : /^[\w.]+$/.test(source) ? source : `(${source})`;
    const statistic = (name: string): string => (isSurelyArray || wraps ? `${whole}.${name}(${axis})` : `${numpy}.${name}(${[source, axis].filter(Boolean).join(', ')})`);
    const guard = guarded ? [`${names.deviation}[${names.deviation} == 0] = 1`] : [];
    const lines = [`${names.mean}, ${names.deviation} = ${statistic('mean')}, ${statistic('std')}`, ...guard];
    const { statement, base } = inputs.statement;
    const start = base + statement.from;
    const edits = [insertion(start, lines.map((line) => `${line}${script.lineBreak}${script.indentation(start)}`).join(''))];
    for (const span of [inputs.own, ...inputs.others]) {
      const node = script.find(span)?.node;
      if (!node) return;
      const text = script.slice(span);
      const array = isArrayLiteral(node) || (wraps && span === inputs.own) ? `${numpy}.array(${text})` : needsGrouping(node) ? `(${text})` : text;
      edits.push(replacement(span, `(${array} - ${names.mean}) / ${names.deviation}`));
    }
    yield edits.some(({ newText }) => newText.includes(`${numpy}.`)) ? [...imported, ...edits] : edits;
  }
}

function hasConstantColumn({ shape, data }: Tensor): boolean {
  const columns = shape.length === 2 ? shape[1]! : 1;
  for (let column = 0; column < columns; column++) {
    let i = column;
    while (i < data.length && data[i] === data[column]) i += columns;
    if (i >= data.length) return true;
  }
  return false;
}

function inputsOf(script: ScriptText, fit: Fit): Inputs | undefined {
  const call = script.callAt(fit.span);
  const statement = standingAt(script, fit.span);
  const receiver = call && receiverOf(call.callee);
  const own = call && findArgument(call, ['x'], 0);
  if (!call || !statement || !receiver || !own || fit.method !== 'fit') return undefined;
  const others: Span[] = [];
  for (const standing of standings(script)) {
    for (const { call: other, span } of callsIn(standing)) {
      const place = script.callAt(span);
      if (!place || span.start < fit.span.start || receiverOf(other.callee) !== receiver) {
        // The model called by itself takes inputs as well, in a way that is not followed.
        if (other.callee.kind === 'name' && other.callee.id === receiver && span.start > fit.span.start) return undefined;
        continue;
      }
      const method = other.callee.kind === 'attribute' ? other.callee.name : '';
      if (!takingInputs.has(method)) continue;
      if (standing.within !== statement.within) return undefined;
      const spans = inputSpans(script, place, method, span.start !== fit.span.start);
      if (!spans) return undefined;
      others.push(...spans);
    }
  }
  return { own: own.value, others, statement };
}

/** The inputs among the arguments of one call; undefined if they cannot be told. */
function inputSpans(script: ScriptText, call: CallPlace, method: string, first: boolean): Span[] | undefined {
  const spans: Span[] = [];
  const own = findArgument(call, ['x'], 0);
  if (first) {
    if (!own) return undefined;
    spans.push(own.value);
  }
  if (method !== 'fit') return spans;
  const validation = findArgument(call, ['validation_data'], 7);
  if (!validation) return spans;
  const found = script.find(validation.value);
  if (found?.node.kind !== 'tuple' && found?.node.kind !== 'list') return undefined;
  const [x] = found.node.items;
  if (!x) return undefined;
  return [...spans, { start: found.base + x.from, end: found.base + x.to }];
}

/** `xs_mean` and `xs_std`, or other names where those are taken. */
function constantNames(own: Expression, script: ScriptText): { readonly mean: string; readonly deviation: string } {
  const stem = own.kind === 'name' ? own.id : 'input';
  const taken = mentionedNames(script.program.body);
  for (let i = 1; ; i++) {
    const suffix = i === 1 ? '' : String(i);
    const [mean, deviation] = [`${stem}${suffix}_mean`, `${stem}${suffix}_std`];
    if (!taken.has(mean) && !taken.has(deviation)) return { mean, deviation };
  }
}

/** How the script calls NumPy, and what import that takes. */
export function numpyName(script: ScriptText): [name: string, edits: readonly TextEdit[]] {
  const name = boundName(script, 'numpy');
  return name ? [name, []] : ['np', [insertion(script.program.body[0]?.base ?? 0, `import numpy as np${script.lineBreak}`)]];
}

function isArrayLiteral(node: Expression): boolean {
  return node.kind === 'list' || node.kind === 'tuple' || (node.kind === 'comprehension' && node.form === 'list');
}

function needsGrouping(node: Expression): boolean {
  return !['name', 'attribute', 'subscript', 'call'].includes(node.kind);
}
