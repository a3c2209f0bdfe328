/** A number with `digits` significant digits, as people write it: `288.54`, `0.0069315`, `1.3e+13`. */
export function significant(value: number | string | null | undefined, digits = 4): string {
  if (typeof value !== 'number') return String(value ?? '?');
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e7 || magnitude < 1e-5)) {
    return Number(value.toPrecision(digits)).toExponential();
  }
  return String(Number(value.toPrecision(digits)));
}

/** A factor that must not be understated, rounded up to three significant digits: 1.4427 → `1.45`. */
export function atLeast(value: number | string | undefined): string {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return significant(value);
  const unit = 10 ** (Math.floor(Math.log10(value)) - 2);
  return significant(Math.ceil(value / unit - 1e-9) * unit, 3);
}
