/** The values of a message; one that the message does not have reads as undefined. */
export type Arguments = Readonly<Record<string, string | number>>;

/** The values of a message, and the sentence that they make; the text inside is given to `l10n.t`. */
export type Words = Readonly<Record<string, (args: Arguments) => string>>;
