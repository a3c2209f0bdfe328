/** A number as it is written; not a number where it is imaginary. */
export function number(source: string): { kind: 'number'; value: number; float: boolean } {
  const plain = source.replace(/_/g, '');
  const float = !/^0[xXbBoO]/.test(plain) && /[.eEjJ]/.test(plain);
  return { kind: 'number', value: /[jJ]$/.test(plain) ? Number.NaN : Number(plain), float };
}

/** The letters and the quotes a string begins with. */
export function opening(source: string): { prefix: string; quote: string } {
  const [, prefix = '', quote = ''] = /^([a-zA-Z]*)('''|"""|'|")/.exec(source) ?? [];
  return { prefix: prefix.toLowerCase(), quote };
}

/** A string literal without replacements. */
export function string(source: string): { kind: 'string'; value: string; bytes: boolean } {
  const { prefix, quote } = opening(source);
  const inner = source.slice(prefix.length + quote.length, Math.max(source.length - quote.length, prefix.length + quote.length));
  return { kind: 'string', value: prefix.includes('r') ? inner : unescape(inner), bytes: prefix.includes('b') };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', a: '\x07', b: '\b', f: '\f', v: '\v', '\n': '' };

export function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|\r\n|[\s\S])/g, (whole, code: string) => {
    if (code.length > 2) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return escapes[code] ?? (code === '\r\n' ? '' : '\\\'"'.includes(code) ? code : whole);
  });
}
