/** The values of a message, and the sentence that they make; the text inside is given to `l10n.t`. */
export type Words = Readonly<Record<string, (args: Readonly<Record<string, string | number>>) => string>>;
