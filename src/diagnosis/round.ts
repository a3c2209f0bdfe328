/** Rounds a positive number down to `digits` significant digits: 0.0034657 → 0.0034. */
export function roundDown(value: number, digits = 2): number {
  const exponent = Math.floor(Math.log10(value)) - (digits - 1);
  // A value that is already round must not fall by binary noise; the result goes through decimal text for the same reason.
  return Number(`${Math.floor((value / 10 ** exponent) * (1 + 1e-12))}e${exponent}`);
}
