import * as l10n from '@vscode/l10n';

/** `40 s`, `4 min`, `1.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 90) return l10n.t('{0} s', Math.max(1, Math.round(seconds)));
  if (seconds < 90 * 60) return l10n.t('{0} min', Math.round(seconds / 60));
  return l10n.t('{0} h', (seconds / 3600).toFixed(1));
}

/** Memory, in decimal units with two digits: `8 MB`, `610 MB`, `5.2 GB`. */
export function size(bytes: number): string {
  const megabytes = Number(Math.max(1, bytes / 1e6).toPrecision(2));
  return megabytes < 1000 ? `${Math.round(megabytes)} MB` : `${megabytes / 1000} GB`;
}
