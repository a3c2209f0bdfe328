import type { Compile, Json, Loss, Model, Optimizer, Read } from '../script';
import type { Span } from '../../text/span';
import type { Call } from '../python/call';
import { doubtOf, type Unknowable, unknown, type Value } from '../python/values';
import { jsonOf, readJson, unread } from './json';
import type { CompileCall } from './session';
import { kerasName, lossName, optimizerClass, snakeCase } from './names';
import { KerasObject } from './objects';
import { ScriptOptimizer } from './own-classes';
import { ownLossOf } from './own-losses';
import { type KerasVersion, optimizerSignature } from './optimizers';

export function readCompile(compile: CompileCall | undefined, model: Read<Model>, keras: KerasVersion, call: Call): Read<Compile> {
  if (!compile) return model.known ? unread(unknown(call.span, 'script.no-compile')) : model;
  const { span, doubt } = compile;
  const argument = (name: string): Value | undefined => compile.arguments.get(name) ?? doubt;
  const loss = argument('loss');
  const ownLoss = loss && ownLossOf(loss, call);
  const value: Compile = {
    span,
    optimizer: readOptimizer(argument('optimizer'), span, keras),
    losses: readLosses(loss, span, model, call),
    ...(ownLoss && { ownLoss }),
    metrics: readMetrics(metricsOf(compile, keras) ?? doubt, span),
    lossWeights: readJson(lossWeightsOf(compile, keras) ?? doubt, span),
  };
  return { known: true, value, span };
}

/** Metrics without a keyword come third in Keras 2 (`training.py`), and fourth in Keras 3 (`trainer.py`), after `loss_weights`. */
function metricsOf({ arguments: given }: CompileCall, keras: KerasVersion): Value | undefined {
  return given.get('metrics') ?? given.get(keras < 3 ? 'third' : 'fourth');
}

/** `loss_weights` come third in Keras 3 and fourth in Keras 2. */
function lossWeightsOf({ arguments: given }: CompileCall, keras: KerasVersion): Value | undefined {
  return given.get('loss_weights') ?? given.get(keras < 3 ? 'fourth' : 'third');
}

/** Whether Keras 3 cannot train with it: an optimizer with `decay`, or metrics as third argument, which are weights of the losses there. */
export function isForKeras2({ arguments: given }: CompileCall): boolean {
  const optimizer = given.get('optimizer');
  if (optimizer instanceof KerasObject && optimizer.given.values.has('decay')) return true;
  const third = given.get('third');
  if (!third || doubtOf(third) || given.has('metrics')) return false;
  const items = third.kind === 'list' || third.kind === 'tuple' ? third.items : third.kind === 'dict' ? [...third.entries.values()].map(({ value }) => value) : [third];
  return items.some((item) => item.kind === 'string' || item.kind === 'function' || (item instanceof KerasObject && item.group === 'metrics'));
}

/** The optimizer an argument stands for; Keras' default, RMSprop, if there is none. */
function readOptimizer(value: Value | undefined, compile: Span, keras: KerasVersion): Read<Optimizer> {
  if (!value) return known(optimizer('RMSprop', 'default', compile, new Map(), keras), compile, true);
  const doubt = doubtOf(value);
  if (doubt) return unread(doubt);
  if (value.kind === 'string') {
    const className = optimizerClass(value.value);
    if (className && value.searched) return known(withSearchedRate(optimizer(className, 'string', value.span, new Map(), keras), value.searched), value.span);
    return className
      ? known(optimizer(className, 'string', value.span, new Map(), keras), value.span)
      : unread(unknown(value.span, 'script.unknown-optimizer', { name: value.value }));
  }
  if (value instanceof KerasObject && value.group === 'optimizers') {
    if (value.given.doubt) return unread(value.given.doubt);
    return known(optimizer(value.typeName, 'call', value.span, value.given.values, keras), value.span);
  }
  const own = value.kind === 'instance' && value.delegate instanceof ScriptOptimizer ? value.delegate : undefined;
  const base = own?.base && readOptimizer(own.base, compile, keras);
  if (own && base) return base.known ? known({ ...base.value, className: own.typeName }, base.span) : base;
  if (value.kind === 'external') return unread(unknown(value.span, 'script.unread-call', { name: value.path }));
  return unread(unknown(value.span, 'script.unread-argument'));
}

/** An optimizer that a search starts with: its learning rate is not that of the others. */
function withSearchedRate(chosen: Optimizer, searched: Unknowable): Optimizer {
  const { learning_rate: rate } = chosen.config;
  return rate?.known ? { ...chosen, config: { ...chosen.config, learning_rate: unread({ ...searched, start: rate.value }) } } : chosen;
}

function optimizer(className: string, form: Optimizer['form'], span: Span, given: ReadonlyMap<string, Value>, keras: KerasVersion): Optimizer {
  const config: Record<string, Read<Json>> = {};
  const defaults = optimizerSignature(className, keras)?.defaults ?? {};
  for (const [name, value] of Object.entries(defaults)) config[name] = { known: true, value, span, byDefault: true };
  for (const [name, value] of given) config[name] = jsonOf(value);
  return { className, span, form, config };
}

function known<T>(value: T, span: Span, byDefault?: boolean): Read<T> {
  return byDefault ? { known: true, value, span, byDefault } : { known: true, value, span };
}

function readLosses(value: Value | undefined, span: Span, model: Read<Model>, call: Call): Compile['losses'] {
  if (!value || value.kind === 'none') return known({}, span, !value);
  const doubt = doubtOf(value);
  if (doubt) return unread(doubt);
  const outputs = model.known ? model.value.outputs.map((at, i) => model.value.layers[at]?.name ?? String(i)) : [''];
  const losses: Record<string, Loss> = {};
  const parts: [string, Value][] = [];
  if (value.kind === 'dict') {
    for (const { key, value: item } of value.entries.values()) parts.push([key.kind === 'string' ? key.value : '', item]);
  } else if (value.kind === 'list' || value.kind === 'tuple') {
    const items = call.interpreter.iterate(value) as readonly Value[];
    items.forEach((item, i) => parts.push([items.length === 1 ? '' : (outputs[i] ?? String(i)), item]));
  } else if (outputs.length > 1) {
    for (const output of outputs) parts.push([output, value]);
  } else parts.push(['', value]);
  for (const [output, part] of parts) {
    if (part.kind === 'none') continue;
    const loss = lossOf(part);
    if (!loss.known) return loss;
    losses[parts.length === 1 && outputs.length === 1 ? '' : output] = loss.value;
  }
  return known(losses, value.span);
}

function lossOf(value: Value): Read<Loss> {
  const { span } = value;
  const doubt = doubtOf(value);
  if (doubt) return unread(doubt);
  if (value.kind === 'string') return known({ name: lossName(value.value), span, config: {} }, span);
  if (value.kind === 'external') {
    const name = kerasName(value.path);
    if (name && (name.group === 'losses' || name.group === 'metrics')) return known({ name: lossName(name.name), span, config: {} }, span);
    return unread(unknown(span, 'script.unread-call', { name: value.path }));
  }
  if (value instanceof KerasObject && (value.group === 'losses' || value.group === 'metrics')) {
    if (value.given.doubt) return unread(value.given.doubt);
    const config: Record<string, Read<Json>> = {};
    for (const [name, argument] of value.given.values) if (name !== 'name') config[name] = jsonOf(argument);
    return known({ name: lossName(value.typeName), span, config }, span);
  }
  if (value.kind === 'function') return unread(unknown(span, value.name === 'lambda' ? 'script.lambda' : 'script.own-function', { name: value.name }));
  return unread(unknown(span, 'script.unread-argument'));
}

function readMetrics(value: Value | undefined, span: Span): Compile['metrics'] {
  if (!value || value.kind === 'none') return known([], span, !value);
  const names: string[] = [];
  const failure = collect(value, names);
  return failure ? unread(failure) : known(names, value.span);
}

/** Adds the names of the metrics in lists and dictionaries; gives back what is not known. */
function collect(value: Value, names: string[]): ReturnType<typeof unknown> | undefined {
  const doubt = doubtOf(value);
  if (doubt) return doubt;
  if (value.kind === 'string') names.push(value.value);
  else if (value.kind === 'function') names.push(value.name);
  else if (value.kind === 'external') names.push(value.path.split('.').at(-1)!);
  else if (value.kind === 'instance') names.push(snakeCase(value.type.name));
  else if (value instanceof KerasObject) {
    const name = value.given.values.get('name');
    names.push(name?.kind === 'string' ? name.value : snakeCase(value.typeName));
  } else if (value.kind === 'list' || value.kind === 'tuple' || value.kind === 'set') {
    for (const item of value.items) {
      const failure = collect(item, names);
      if (failure) return failure;
    }
  } else if (value.kind === 'dict') {
    for (const { value: item } of value.entries.values()) {
      const failure = collect(item, names);
      if (failure) return failure;
    }
  } else if (value.kind !== 'none') return unknown(value.span, 'script.unread-argument');
  return undefined;
}
