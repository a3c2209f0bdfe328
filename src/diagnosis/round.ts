/** Rounds a positive number down to `digits` significant digits: 0.0034657 → 0.0034. */
export function roundDown(value: number, digits = 2): number {
  return rounded(value, digits, (scaled) => Math.floor(scaled * (1 + 1e-12)));
}

/** Rounds a positive number up to `digits` significant digits: 0.0034657 → 0.0035. */
export function roundUp(value: number, digits = 2): number {
  return rounded(value, digits, (scaled) => Math.ceil(scaled * (1 - 1e-12)));
}

/** A value that is already round must not move by binary noise; the result goes through decimal text for the same reason. */
function rounded(value: number, digits: number, round: (scaled: number) => number): number {
  const exponent = Math.floor(Math.log10(value)) - (digits - 1);
  return Number(`${round(value / 10 ** exponent)}e${exponent}`);
}
