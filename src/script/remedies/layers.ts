import type { TextEdit } from '../../text/edit';
import type { Fit, Json, Layer } from '../script';
import { findArgument, isNumberLiteral, quoteIn, stringAt } from './optimizer';
import { replacement, type ScriptText } from './text';

/** The last layer of a model with one output; undefined for any other model. */
export function lastLayer(fit: Fit): Layer | undefined {
  if (!fit.model.known || fit.model.value.outputs.length !== 1) return undefined;
  return fit.model.value.layers[fit.model.value.outputs[0]!];
}

/** What the `activation` argument of a layer says, `linear` where there is none; undefined if it could not be read. */
export function writtenActivation(layer: Layer): string | undefined {
  const read = layer.config.activation;
  if (!read) return 'linear';
  if (!read.known) return undefined;
  return read.value === null ? 'linear' : typeof read.value === 'string' ? read.value : undefined;
}

/** Ways to give the last layer another activation. */
export function* setActivation(script: ScriptText, layer: Layer, activation: string): Iterable<TextEdit[]> {
  const call = script.callAt(layer.span);
  if (!call) return;
  const argument = findArgument(call, ['activation'], layer.className === 'Activation' ? 0 : 1);
  if (!argument) {
    const quote = quoteIn(script.slice(layer.span) + script.text);
    yield [script.appendArgument(call, `activation=${quote}${activation}${quote}`)];
    return;
  }
  const written = layer.config.activation;
  if (written?.known) {
    const elsewhere = stringAt(script, written.span);
    if (elsewhere) yield [replacement(written.span, elsewhere.quote + activation + elsewhere.quote)];
  }
  const quote = quoteIn(script.slice(argument.value) + script.text);
  yield [replacement(argument.value, quote + activation + quote)];
}

/** Hidden layers with a sigmoid as their activation. */
export function sigmoidLayers(fit: Fit): Layer[] {
  if (!fit.model.known) return [];
  const { layers, outputs } = fit.model.value;
  return layers.filter((layer, i) => !outputs.includes(i) && layer.className === 'Dense' && writtenActivation(layer) === 'sigmoid');
}

/** Gives all of them another activation. */
export function* activateHidden(script: ScriptText, fit: Fit, activation: string): Iterable<TextEdit[]> {
  // One call in a loop makes many layers, and one name may give many their activation.
  const edits = new Map<number, TextEdit>();
  for (const layer of sigmoidLayers(fit)) {
    for (const edit of [...setActivation(script, layer, activation)][0] ?? []) edits.set(edit.span.start, edit);
  }
  yield [...edits.values()];
}

/** Ways to give the last layer another number of units. */
export function* setUnits(script: ScriptText, layer: Layer, units: number): Iterable<TextEdit[]> {
  const call = script.callAt(layer.span);
  const argument = call && findArgument(call, ['units', 'output_dim'], 0);
  if (!argument) return;
  const written = layer.config.units;
  if (written?.known && isNumberLiteral(script, written.span)) yield [replacement(written.span, String(units))];
  yield [replacement(argument.value, String(units))];
}

const constantInitializers = new Set(['zeros', 'zero', 'ones', 'one', 'Zeros', 'Ones', 'Constant', 'constant']);

/** Hidden layers whose weights all start from the same number. */
export function constantLayers(fit: Fit): Layer[] {
  if (!fit.model.known) return [];
  const { layers, outputs } = fit.model.value;
  return layers.filter((layer, i) => !outputs.includes(i) && isConstant(layer));
}

function isConstant(layer: Layer): boolean {
  const read = layer.config.kernel_initializer;
  if (!read?.known) return false;
  const { value } = read;
  const name: Json | undefined = typeof value === 'object' && value !== null && 'class_name' in value ? value.class_name : value;
  return typeof name === 'string' && constantInitializers.has(name);
}

/** Takes the constant initializers away, so that Keras draws the weights. */
export function* drawWeights(script: ScriptText, fit: Fit): Iterable<TextEdit[]> {
  const edits: TextEdit[] = [];
  const seen = new Set<number>();
  for (const layer of constantLayers(fit)) {
    const call = script.callAt(layer.span);
    const index = call?.arguments.findIndex(({ argument }) => argument.keyword === 'kernel_initializer' || argument.keyword === 'init') ?? -1;
    if (!call || index < 0) return;
    // One call in a loop makes many layers.
    if (!seen.has(layer.span.start)) edits.push(script.removeArgument(call, index));
    seen.add(layer.span.start);
  }
  yield edits;
}

