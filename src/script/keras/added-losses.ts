/** Terms that a script adds to the loss of a model: `add_loss`. */
import type { Call } from '../python/call';
import { list, none, tuple, type Unknowable, unknown, type Value } from '../python/values';
import { type Node, SymbolObject, symbolsOf } from './symbols';

/** What one layer or model added so far. */
export class AddedLosses {
  terms: readonly SymbolObject[] = [];
  /** Set where something else than tensors was added. */
  doubt: Unknowable | undefined;

  /** `add_loss(losses)`. */
  add(call: Call): Value {
    const { losses = call.arguments.keywords.get('loss') } = call.bind('losses inputs');
    const symbols = losses && symbolsOf(losses, call);
    if (Array.isArray(symbols)) this.terms = [...this.terms, ...symbols];
    else this.doubt ??= unknown(call.span, 'script.added-loss');
    return none(call.span);
  }

  /** What `follow` gives, with the terms that were added meanwhile. */
  during(follow: () => Value | undefined): Value | undefined {
    const before = this.terms;
    this.terms = [];
    const result = follow();
    const added = this.terms;
    this.terms = before;
    return result && withTerms(result, added);
  }
}

/** What a `call` gives, a tensor or several, with what it added to the loss. */
function withTerms(result: Value, terms: readonly SymbolObject[]): Value {
  if (terms.length === 0) return result;
  if (result instanceof SymbolObject) return result.adding(terms);
  if (result.kind !== 'tuple' && result.kind !== 'list') return result;
  const [first, ...others] = result.items;
  if (!first) return result;
  const items = [withTerms(first, terms), ...others];
  return result.kind === 'tuple' ? tuple(items, result.span) : list(items, result.span);
}

/** All that was added to the loss on the way to tensors. */
export function termsBefore(symbols: readonly SymbolObject[]): readonly SymbolObject[] {
  const terms = new Set<SymbolObject>();
  const seen = new Set<Node>();
  const visit = (symbol: SymbolObject): void => {
    for (const term of symbol.terms) {
      terms.add(term);
      visit(term);
    }
    if (seen.has(symbol.node)) return;
    seen.add(symbol.node);
    symbol.node.inputs.forEach(visit);
  };
  symbols.forEach(visit);
  return [...terms];
}
