/**
 * A sentence before it is worded: which one, and the values that go into it.
 * The pure folders only ever produce these; `src/words` turns them into English or Chinese.
 */
export interface Message {
  /** Key in `src/words`, for example `loss.exploding.bounded`. */
  readonly id: string;
  readonly args?: Readonly<Record<string, string | number>>;
}
