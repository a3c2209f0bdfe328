import * as l10n from '@vscode/l10n';

/** Translations by their English sentence, as in `l10n/bundle.l10n.<language>.json`. */
export type Bundle = Readonly<Record<string, string>>;

/** From now on every sentence is said in the language of `bundle`; undefined goes back to English. */
export function setLanguage(bundle: Bundle | undefined): void {
  l10n.config({ contents: { ...bundle } });
}
