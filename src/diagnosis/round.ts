/** Rounds a positive number down to `digits` significant digits: 0.0034657 → 0.0034. */
export function roundDown(value: number, digits = 2): number {
  return scaled(value, digits, (number) => Math.floor(number * (1 + 1e-12)));
}

/** Rounds a positive number up to `digits` significant digits: 0.0034657 → 0.0035. */
export function roundUp(value: number, digits = 2): number {
  return scaled(value, digits, (number) => Math.ceil(number * (1 - 1e-12)));
}

/** Rounds a number to three significant digits: 152.1335 → 152. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** A value that is already round must not move by binary noise; the result goes through decimal text for the same reason. */
function scaled(value: number, digits: number, round: (number: number) => number): number {
  const exponent = Math.floor(Math.log10(value)) - (digits - 1);
  return Number(`${round(value / 10 ** exponent)}e${exponent}`);
}
