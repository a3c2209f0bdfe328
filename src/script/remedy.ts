/**
 * A change to the script, as data. `remedyEdits` is the only way to carry one out;
 * the rerun never sees a remedy, only the edited text.
 */
export type Remedy =
  | { readonly kind: 'learning-rate'; readonly value: number }
  /** `value`: learning rate; undefined leaves Keras' default (0.001). */
  | { readonly kind: 'adam'; readonly value?: number }
  /** `value`: clipnorm. */
  | { readonly kind: 'clip-gradients'; readonly value: number }
  | { readonly kind: 'normalize-inputs' };

export type RemedyKind = Remedy['kind'];
