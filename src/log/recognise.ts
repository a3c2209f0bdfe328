import { readLog } from './reader';

/**
 * As many characters of a text are looked at: enough for the warnings of imports and the summaries of models that stand
 * before the first epoch.
 */
export const SAMPLE = 1 << 16;

/**
 * Whether a text is a training log: whether its first `SAMPLE` characters hold at least one epoch or update.
 * Costs milliseconds at most, whatever the size of the text.
 */
export function looksLikeLog(text: string): boolean {
  const head = text.slice(0, SAMPLE);
  if (head.includes('\0')) return false;
  return readLog(head).length > 0;
}
