/** Python's regular expressions, as far as they can be worked out in a time that is known beforehand. */

/** A pattern in JavaScript's words. */
export interface Pattern {
  readonly source: string;
  /** What may come any number of times, one character each: the length of their runs bounds the work. */
  readonly repeated: readonly string[];
  /** Alternatives, at least one. */
  readonly ways: number;
}

/** Classes of characters, as Python takes them for text (`re`, without the flag ASCII). */
const classes: Readonly<Record<string, string>> = { w: '\\p{L}\\p{N}_', d: '\\p{Nd}', s: '\\s', n: '\\n', t: '\\t', r: '\\r' };
const negated: Readonly<Record<string, string>> = { W: '[^\\p{L}\\p{N}_]', D: '[^\\p{Nd}]', S: '\\S' };
const special = /[\\^$.*+?()[\]{}|/-]/;

/**
 * Characters, classes of them, groups and alternatives; repetition of single characters alone, so that a match from one
 * place takes at most as many steps as the product of the runs of what is repeated.
 * @returns undefined for any other pattern
 */
export function patternOf(written: string): Pattern | undefined {
  const repeated: string[] = [];
  let ways = 1;
  let at = 0;
  const literal = (character: string): string => (special.test(character) ? `\\${character}` : character);

  function characterClass(): string | undefined {
    let source = '[';
    if (written[at] === '^') source += written[at++]!;
    for (let first = true; at < written.length && (written[at] !== ']' || first); first = false) {
      const character = written[at++]!;
      if (character === '\\') {
        const escaped = written[at++];
        if (escaped === undefined || (/[a-zA-Z0-9]/.test(escaped) && !classes[escaped])) return undefined;
        source += classes[escaped] ?? `\\${escaped}`.replace(/\\([^\\^$.*+?()[\]{}|/-])/, '$1');
      } else if (character === '-' && /[\w\]]/.test(written[at] ?? '') && !/\[\^?$/.test(source) && written[at] !== ']') source += '-';
      else source += literal(character);
    }
    return written[at++] === ']' ? `${source}]` : undefined;
  }

  function atom(): { readonly source: string; readonly single: boolean } | undefined {
    const character = written[at++]!;
    if (character === '[') {
      const source = characterClass();
      return source === undefined ? undefined : { source, single: true };
    }
    if (character === '(') {
      const plain = written.startsWith('?:', at);
      if (plain) at += 2;
      else if (written[at] === '?') return undefined;
      const inner = alternatives();
      return inner !== undefined && written[at++] === ')' ? { source: `(?:${inner})`, single: false } : undefined;
    }
    if (character === '\\') {
      const escaped = written[at++];
      if (escaped === undefined) return undefined;
      const inClass = classes[escaped];
      if (inClass) return { source: `[${inClass}]`, single: true };
      if (negated[escaped]) return { source: negated[escaped], single: true };
      return /[a-zA-Z0-9]/.test(escaped) ? undefined : { source: literal(escaped), single: true };
    }
    if (character === '^') return { source: '(?<![^])', single: false };
    if (character === '$') return { source: '(?=\\n?(?![^]))', single: false };
    if (/[*+?{}]/.test(character)) return undefined;
    return { source: character === '.' ? '[^\\n]' : literal(character), single: true };
  }

  function alternatives(): string | undefined {
    let source = '';
    while (at < written.length && written[at] !== ')') {
      if (written[at] === '|') {
        at++;
        ways++;
        source += '|';
        continue;
      }
      const part = atom();
      if (!part) return undefined;
      const [quantifier = ''] = /^(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})\??/.exec(written.slice(at)) ?? [];
      if (quantifier && !part.single && quantifier !== '?') return undefined;
      if (quantifier && quantifier !== '?') repeated.push(part.source);
      if (quantifier === '?') ways *= 2;
      at += quantifier.length;
      source += part.source + quantifier;
    }
    return source;
  }

  const source = alternatives();
  return source === undefined || at < written.length ? undefined : { source, repeated, ways };
}

/** Most steps that a search for all matches in a text takes: its length times the product of the runs. */
export function workOf({ repeated, ways }: Pattern, text: string): number {
  return repeated.reduce((work, atom) => {
    const runs = text.match(new RegExp(`(?:${atom})+`, 'gu')) ?? [];
    return work * runs.reduce((longest, run) => Math.max(longest, run.length), 1);
  }, text.length * ways);
}
