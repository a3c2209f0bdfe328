/**
 * Python's syntax as the reader needs it. Every node knows where it stands, relative to the start of the
 * top-level statement it belongs to, so that an unchanged statement can be kept when the text above it changes.
 */
export interface Place {
  readonly from: number;
  readonly to: number;
}

export type Expression = Place &
  (
    | { readonly kind: 'name'; readonly id: string }
    | { readonly kind: 'number'; readonly value: number; readonly float: boolean }
    | { readonly kind: 'string'; readonly value: string; readonly bytes: boolean }
    | { readonly kind: 'format'; readonly parts: readonly (string | FormatPart)[] }
    | { readonly kind: 'constant'; readonly value: null | boolean | 'ellipsis' }
    | { readonly kind: 'list' | 'tuple' | 'set'; readonly items: readonly Expression[] }
    | { readonly kind: 'dict'; readonly entries: readonly DictEntry[] }
    | Comprehension
    | Call
    | { readonly kind: 'attribute'; readonly object: Expression; readonly name: string }
    | { readonly kind: 'subscript'; readonly object: Expression; readonly index: Expression }
    | { readonly kind: 'slice'; readonly lower?: Expression; readonly upper?: Expression; readonly step?: Expression }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
    | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'compare'; readonly first: Expression; readonly rest: readonly Comparison[] }
    | { readonly kind: 'conditional'; readonly test: Expression; readonly then: Expression; readonly otherwise: Expression }
    | { readonly kind: 'lambda'; readonly parameters: readonly Parameter[]; readonly body: Expression }
    | { readonly kind: 'star'; readonly value: Expression }
    | { readonly kind: 'walrus'; readonly target: Expression; readonly value: Expression }
    /** Not understood, or broken. */
    | { readonly kind: 'other' }
  );

export interface FormatPart {
  readonly value: Expression;
  /** After the colon; undefined if it holds replacements itself. */
  readonly format?: string;
  readonly conversion?: string;
}

export interface DictEntry {
  /** undefined: `**value`. */
  readonly key?: Expression;
  readonly value: Expression;
}

export interface Comparison {
  readonly operator: string;
  readonly operand: Expression;
}

export type Comprehension = Place & {
  readonly kind: 'comprehension';
  readonly form: 'list' | 'set' | 'dict' | 'generator';
  readonly element: Expression;
  /** Of a dict comprehension; `element` is its key. */
  readonly value?: Expression;
  readonly clauses: readonly Clause[];
};

export type Clause =
  | { readonly kind: 'for'; readonly target: Expression; readonly iterable: Expression }
  | { readonly kind: 'if'; readonly test: Expression };

export interface Argument extends Place {
  readonly keyword?: string;
  /** `*value` or `**value`. */
  readonly star?: '*' | '**';
  readonly value: Expression;
}

export type Call = Place & {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly arguments: readonly Argument[];
  /** The argument list with its parentheses. */
  readonly list: Place;
};

export interface Parameter {
  readonly name: string;
  readonly star?: '*' | '**';
  readonly fallback?: Expression;
  /** Can only be given by name. */
  readonly keywordOnly: boolean;
}

export interface ImportedName {
  readonly name: string;
  readonly alias?: string;
}

export interface FunctionDefinition extends Place {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
  readonly generator: boolean;
}

export interface ClassDefinition extends Place {
  readonly kind: 'class';
  readonly name: string;
  readonly bases: readonly Expression[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
  /** Names whose type the body tells, in order: the fields of a data class. */
  readonly typed: readonly string[];
}

export type Statement =
  | FunctionDefinition
  | ClassDefinition
  | (Place &
      (
        | { readonly kind: 'assign'; readonly targets: readonly Expression[]; readonly value: Expression }
        | { readonly kind: 'update'; readonly target: Expression; readonly operator: string; readonly value: Expression }
        | { readonly kind: 'expression'; readonly value: Expression }
        | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly otherwise: readonly Statement[] }
        | {
            readonly kind: 'for';
            readonly target: Expression;
            readonly iterable: Expression;
            readonly body: readonly Statement[];
            readonly otherwise: readonly Statement[];
          }
        | { readonly kind: 'while'; readonly test: Expression; readonly body: readonly Statement[]; readonly otherwise: readonly Statement[] }
        | {
            readonly kind: 'try';
            readonly body: readonly Statement[];
            readonly handlers: readonly (readonly Statement[])[];
            readonly otherwise: readonly Statement[];
            readonly last: readonly Statement[];
          }
        | { readonly kind: 'with'; readonly items: readonly WithItem[]; readonly body: readonly Statement[] }
        | { readonly kind: 'return'; readonly value?: Expression }
        | { readonly kind: 'import'; readonly names: readonly ImportedName[] }
        | { readonly kind: 'from'; readonly module: string; readonly names: readonly ImportedName[] | '*' }
        | { readonly kind: 'delete'; readonly targets: readonly Expression[] }
        | { readonly kind: 'scope'; readonly word: 'global' | 'nonlocal'; readonly names: readonly string[] }
        | { readonly kind: 'break' | 'continue' | 'raise' | 'pass' }
      ));

export interface Branch {
  readonly test: Expression;
  readonly body: readonly Statement[];
}

export interface WithItem {
  readonly value: Expression;
  readonly target?: Expression;
}
