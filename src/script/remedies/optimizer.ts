import type { TextEdit } from '../../text/edit';
import type { Span } from '../../text/span';
import type { Compile, Optimizer } from '../script';
import { namings } from './imports';
import { type CallPlace, numberText, replacement, type ScriptText } from './text';

/** Ways to give the optimizer a learning rate, the most natural first. */
export function* setLearningRate(script: ScriptText, compile: Compile, optimizer: Optimizer, value: number): Iterable<TextEdit[]> {
  const text = numberText(value);
  const call = script.callAt(optimizer.span);
  if (optimizer.form !== 'call' || !call) {
    yield* written(script, compile, optimizer, optimizer.className, [`learning_rate=${text}`]);
    return;
  }
  const rate = optimizer.config.learning_rate;
  const argument = findArgument(call, ['learning_rate', 'lr'], 0);
  if (!argument) {
    yield [script.prependArgument(call, `learning_rate=${text}`)];
    return;
  }
  const inner = script.callAt(argument.value);
  const schedule = inner && findArgument(inner, ['initial_learning_rate'], 0);
  if (schedule) yield [replacement(schedule.value, text)];
  // The value may stand elsewhere: `lr = 0.1` some lines above.
  if (rate?.known && !rate.byDefault && isNumberLiteral(script, rate.span)) yield [replacement(rate.span, text)];
  yield [replacement(argument.value, text)];
}

/** Ways to use another optimizer instead, with a learning rate or Keras' own. */
export function* useOptimizer(script: ScriptText, compile: Compile, optimizer: Optimizer, className: string, rate: number | undefined): Iterable<TextEdit[]> {
  const args = rate === undefined ? [] : [`learning_rate=${numberText(rate)}`];
  const literal = stringAt(script, optimizer.span);
  if (args.length === 0 && literal) {
    yield [replacement(optimizer.span, literal.quote + (/^[A-Z]/.test(literal.value) ? className : className.toLowerCase()) + literal.quote)];
    return;
  }
  if (args.length === 0 && optimizer.form === 'default') {
    const call = script.callAt(compile.span);
    const quote = call && quoteIn(script.slice(call.span));
    if (call) yield [script.prependArgument(call, `optimizer=${quote}${className.toLowerCase()}${quote}`)];
    return;
  }
  yield* written(script, compile, optimizer, className, args);
}

/** Ways to clip each gradient's norm. */
export function* clipGradients(script: ScriptText, compile: Compile, optimizer: Optimizer, value: number): Iterable<TextEdit[]> {
  const text = numberText(value);
  const call = script.callAt(optimizer.span);
  if (optimizer.form !== 'call' || !call) {
    yield* written(script, compile, optimizer, optimizer.className, [`clipnorm=${text}`]);
    return;
  }
  const clip = findArgument(call, ['clipnorm', 'clipvalue', 'global_clipnorm'], undefined);
  if (!clip) {
    yield [script.appendArgument(call, `clipnorm=${text}`)];
    return;
  }
  const known = optimizer.config.clipnorm;
  if (clip.argument.keyword === 'clipnorm' && known?.known && isNumberLiteral(script, known.span)) yield [replacement(known.span, text)];
  yield [replacement(clip.span, `clipnorm=${text}`)];
}

/** Writes the optimizer as a call in place of what stands there: a string, another call, or nothing. */
function* written(script: ScriptText, compile: Compile, optimizer: Optimizer, className: string, args: readonly string[]): Iterable<TextEdit[]> {
  const call = script.callAt(compile.span);
  const places: ((text: string) => TextEdit | undefined)[] = [];
  if (optimizer.form === 'default') {
    places.push((text) => call && script.prependArgument(call, `optimizer=${text}`));
  } else {
    places.push((text) => (script.find(optimizer.span) ? replacement(optimizer.span, text) : undefined));
    const argument = call && findArgument(call, ['optimizer'], 0);
    if (argument && argument.value.start !== optimizer.span.start) places.push((text) => replacement(argument.value, text));
  }
  for (const place of places) {
    for (const { name, edits } of withOwnPrefix(script, optimizer, className)) {
      const edit = place(`${name}(${args.join(', ')})`);
      if (edit) yield [...edits, edit];
    }
  }
}

/** `keras.optimizers.SGD(…)` becomes `keras.optimizers.Adam(…)`: the script's own way first. */
function* withOwnPrefix(script: ScriptText, optimizer: Optimizer, className: string): Iterable<{ name: string; edits: readonly TextEdit[] }> {
  const call = optimizer.form === 'call' ? script.callAt(optimizer.span) : undefined;
  if (call?.callee.kind === 'attribute') {
    const callee = script.slice(call.calleeSpan);
    yield { name: callee.slice(0, callee.length - call.callee.name.length) + className, edits: [] };
  }
  yield* namings(script, 'optimizers', className);
}

type FoundArgument = CallPlace['arguments'][number];

/** An argument by its names, or by its position if it is given so. */
export function findArgument(call: CallPlace, names: readonly string[], position: number | undefined): FoundArgument | undefined {
  const named = call.arguments.find(({ argument }) => argument.keyword !== undefined && names.includes(argument.keyword));
  if (named || position === undefined) return named;
  const positional = call.arguments[position];
  const allBefore = call.arguments.slice(0, position + 1).every(({ argument }) => !argument.keyword && !argument.star);
  return positional && allBefore ? positional : undefined;
}

export function isNumberLiteral(script: ScriptText, span: Span): boolean {
  const node = script.find(span)?.node;
  return node?.kind === 'number' || (node?.kind === 'unary' && node.operand.kind === 'number');
}

/** A plain string at the span: its value and quotes. */
export function stringAt(script: ScriptText, span: Span): { readonly value: string; readonly quote: string } | undefined {
  const node = script.find(span)?.node;
  const quote = /^['"]/.exec(script.slice(span))?.[0];
  return node?.kind === 'string' && quote ? { value: node.value, quote } : undefined;
}

/** The quotes that are used in a piece of text, double ones if it has none. */
export function quoteIn(text: string): string {
  return /['"]/.exec(text)?.[0] ?? '"';
}

