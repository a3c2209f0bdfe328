import type { Span } from '../../text/span';
import { asBoolean, asNumber, type Call } from '../python/call';
import { builtin, doubtOf, float, integer, LibraryObject, list, none, text, tuple, type Unknowable, unknown, type Value } from '../python/values';
import { shapeTuple } from './shapes';
import { constantOf, ofWeight } from './weights';
import { inputShape, LayerObject } from './objects';

/** Tensors and what is made of them. */
export interface Ends {
  readonly inputs: readonly SymbolObject[];
  readonly outputs: readonly SymbolObject[];
}

/** One use of a layer. */
export interface Node extends Pick<Ends, 'inputs'> {
  readonly layer: LayerObject;
  readonly span: Span;
  /** What a `Lambda` does, on inputs of its own. */
  readonly inside?: Ends;
  /** The model that was called as a whole, of which this layer is a part. */
  readonly within?: Value | undefined;
  /** Called with `training=False`: it does in training what it does in inference. */
  readonly infers?: boolean;
}

/** Whether a layer or a model is called with `training=False`. */
export function infers({ arguments: { keywords } }: Call): boolean {
  return asBoolean(keywords.get('training')) === false;
}

/** What a layer gives out when it is called: Keras' symbolic tensor. */
export class SymbolObject extends LibraryObject {
  readonly typeName = 'KerasTensor';
  readonly node: Node;
  /** What was added to the loss on the way from the tensors before it (`add_loss`). */
  readonly terms: readonly SymbolObject[];
  /** Of an input: the inputs that it turned out to be. */
  parts: readonly SymbolObject[] | undefined;

  constructor(node: Node, terms: readonly SymbolObject[] = []) {
    super(node.span);
    this.node = node;
    this.terms = terms;
    node.layer.output ??= this;
  }

  /** The same tensor, where more is added to the loss on the way to it. */
  adding(terms: readonly SymbolObject[]): SymbolObject {
    return terms.length === 0 ? this : new SymbolObject(this.node, [...this.terms, ...terms]);
  }

  /** Whether a comparison holds only a run can tell. */
  override truth(): boolean | undefined {
    return this.node.layer.origin === 'operation' ? undefined : true;
  }

  override operate(operator: string, left: Value, right: Value, span: Span): SymbolObject | undefined {
    if (/^(?:not )?in$|^is/.test(operator)) return undefined;
    const [first, second] = [left, right].map((value) => (value instanceof SymbolObject || asNumber(value) !== undefined ? value : (constantOf(value, span) ?? value)));
    if (first !== left || second !== right) return this.operate(operator, first!, second!, span);
    const inputs = [left, right].filter((value) => value instanceof SymbolObject);
    const merged = { '+': 'Add', '-': 'Subtract', '*': 'Multiply' }[operator];
    if (operator === '*' && left === right) return operation('Square', [this], span);
    if (inputs.length === 2 && left !== right && merged) return layerOn(merged, inputs, span);
    const paired = { '/': 'Divide', '@': 'Matmul', '**': 'Power' }[operator];
    if (inputs.length === 2 && paired) return operation(paired, inputs, span);
    const constant = [left, right].find((value) => !(value instanceof SymbolObject));
    const number = asNumber(constant);
    const [scale, offset] = linear(operator, number, left === this) ?? [];
    if (scale !== undefined && offset !== undefined) return layerOn('Rescaling', [this], span, new Map([['scale', float(scale, span)], ['offset', float(offset, span)]]));
    if (operator === '**' && number !== undefined && left === this) return operation('Power', [this], span, new Map([['exponent', constant!]]));
    if (operator === '/' && number !== undefined) return this.operate('**', this, integer(-1, span), span)?.operate('*', this, constant!, span);
    const comparison = comparisons[operator];
    if (comparison) return operation(comparison, inputs, span, new Map<string, Value>(constant && [[left === this ? 'right' : 'left', constant]]));
    return operation(`operator ${operator}`, inputs, span, new Map(constant && [['constant', constant]]));
  }

  override index(index: Value, call: Call): Value {
    const isOutput = index.kind === 'number' && outputCount(this.node.layer) > 1;
    return isOutput ? selected(this, index) : operation('GetItem', [this], call.span, new Map([['key', keyValue(index.kind === 'tuple' ? index : tuple([index], index.span))]]));
  }

  /** An input of which nothing is known is as many as it is taken apart into. */
  override unpack(count: number): readonly Value[] | undefined {
    const { origin } = this.node.layer;
    // What is not looked inside gives as many as it is taken apart into.
    if (origin !== 'keras' && origin !== 'operation') return outputsOf(this, count);
    if (this.node.layer.typeName !== 'InputLayer' || inputShape(this.node.layer)) return undefined;
    this.parts ??= Array.from({ length: count }, () => layerOn('InputLayer', [], this.span));
    return this.parts;
  }

  /** The outputs of a layer that gives more than one. */
  override iterate(): readonly Value[] | Unknowable {
    const count = outputCount(this.node.layer);
    return count > 1 ? outputsOf(this, count) : unknown(this.span, 'script.unread-loop');
  }

  override attribute(name: string, span: Span): Value | undefined {
    if (name === 'shape' || name === '_keras_shape') return shapeTuple(this, span);
    // What a function of tensors gives under names: `tf.math.top_k(x).values`.
    if (this.node.layer.origin === 'operation' && /^(?:values|indices)$/.test(name)) return selected(this, text(name, span));
    if (name === 'dtype') return text('float32', span);
    if (name === 'ndim' || name === 'rank') {
      const shape = shapeTuple(this, span);
      return shape.kind === 'tuple' ? integer(shape.items.length, span) : shape;
    }
    if (name === 'T') return operation('Transpose', [this], span);
    if (this.node.layer.typeName === 'Variable') return ofWeight(this, name, span);
    if (name === 'get_shape') return builtin(name, span, (call) => shapeTuple(this, call.span));
    return undefined;
  }
}

/** Keras 3's names for what compares numbers one by one. */
const comparisons: Readonly<Record<string, string>> = { '<': 'Less', '<=': 'LessEqual', '>': 'Greater', '>=': 'GreaterEqual', '==': 'Equal', '!=': 'NotEqual' };

/** An input of the shape of a tensor. */
export function startLike(symbol: SymbolObject): SymbolObject {
  const shape = shapeTuple(symbol, symbol.span);
  const values = new Map<string, Value>(shape.kind === 'tuple' ? [['shape', list(shape.items.slice(1), symbol.span)]] : []);
  return layerOn('InputLayer', [], symbol.span, values);
}

/** `a * x + b` for an operator between a tensor and a number; undefined for anything else. */
function linear(operator: string, number: number | undefined, isFirst: boolean): readonly [scale: number, offset: number] | undefined {
  if (operator === 'unary -') return [-1, 0];
  if (number === undefined) return undefined;
  switch (operator) {
    case '+':
      return [1, number];
    case '-':
      return isFirst ? [1, -number] : [-1, number];
    case '*':
      return [number, 0];
    case '/':
      return isFirst ? [1 / number, 0] : undefined;
    default:
      return undefined;
  }
}

/** An index as the argument of the operation: for each axis a number, `[start, stop, step]`, `newaxis` or `...`. */
function keyValue(index: Value): Value {
  switch (index.kind) {
    case 'tuple':
      return list(index.items.map(keyValue), index.span);
    case 'slice':
      return list([index.lower, index.upper, index.step].map((bound) => bound ?? none(index.span)), index.span);
    case 'ellipsis':
      return text('...', index.span);
    case 'none':
      return text('newaxis', index.span);
    default:
      return index;
  }
}

/** Whether nothing but layers of Keras and operations that Keras has a name for makes these tensors of others. */
export function areMadeOf(symbols: readonly SymbolObject[], others: readonly SymbolObject[]): boolean {
  const seen = new Set(others.map(({ node }) => node));
  const isPlain = ({ node, doubt }: SymbolObject): boolean => {
    if (doubt) return false;
    if (seen.has(node)) return true;
    seen.add(node);
    const { layer: { origin, typeName }, inputs } = node;
    return (origin === 'keras' || (origin === 'operation' && /^[A-Z]/.test(typeName))) && inputs.every(isPlain);
  };
  return symbols.every(isPlain);
}

/** What a function or an operator does to symbolic tensors, under Keras 3's name for the operation where it has one. */
export function operation(className: string, inputs: readonly SymbolObject[], span: Span, values = new Map<string, Value>()): SymbolObject {
  return new SymbolObject({ layer: new LayerObject(className, 'operation', { values }, span), inputs, span });
}

/** What a function does that a layer of Keras does as well. */
export function layerOn(className: string, inputs: readonly SymbolObject[], span: Span, values = new Map<string, Value>()): SymbolObject {
  return new SymbolObject({ layer: new LayerObject(className, 'keras', { values }, span), inputs, span });
}

export function activated(name: string, inputs: readonly SymbolObject[], span: Span): SymbolObject {
  return layerOn('Activation', inputs, span, new Map([['activation', text(name, span)]]));
}

/** One output of a layer that has several. */
function selected(whole: SymbolObject, which: Value): SymbolObject {
  return operation('[]', [whole], whole.span, new Map([['constant', which]]));
}

/** The parts of what a layer with several outputs gives. */
export function outputsOf(whole: SymbolObject, count: number): SymbolObject[] {
  return Array.from({ length: count }, (_, i) => selected(whole, integer(i, whole.span)));
}

/** How many tensors a recurrent layer gives: with `return_state` also what it ends with. */
function outputCount({ typeName, given: { values } }: LayerObject): number {
  const isTrue = (name: string): boolean => {
    const value = values.get(name);
    return value?.kind === 'bool' && value.value;
  };
  const inner = values.get('layer');
  if (typeName === 'Bidirectional' && inner instanceof LayerObject) return 2 * outputCount(inner) - 1;
  if (!isTrue('return_state')) return 1;
  return /LSTM$/.test(typeName) ? 3 : /^(GRU|CuDNNGRU|SimpleRNN)$/.test(typeName) ? 2 : 1;
}

/** The symbolic tensors in a tensor, list or dictionary of them; unknown if one is; undefined if it holds anything else. */
export function symbolsOf(value: Value, call: Call): SymbolObject[] | Unknowable | undefined {
  if (value instanceof SymbolObject) return value.doubt ?? [value];
  if (value.kind !== 'list' && value.kind !== 'tuple' && value.kind !== 'dict') return doubtOf(value);
  if (value.doubt) return value.doubt;
  const items = value.kind === 'dict' ? [...value.entries.values()].map((entry) => entry.value) : call.interpreter.iterate(value);
  if (!Array.isArray(items)) return items as Unknowable;
  const symbols: SymbolObject[] = [];
  for (const item of items as readonly Value[]) {
    if (!(item instanceof SymbolObject)) return doubtOf(item);
    symbols.push(item);
  }
  return symbols.length > 0 ? symbols : undefined;
}
