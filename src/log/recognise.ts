import { readLog } from './reader';

/** As much of a file as is looked at: enough for the imports' warnings that TensorFlow prints before the first epoch. */
const HEAD = 32768;

/**
 * Whether a text is a training log: whether its first 32 k characters hold at least one epoch or update.
 * Costs milliseconds at most, whatever the size of the text.
 */
export function looksLikeLog(text: string): boolean {
  const head = text.slice(0, HEAD);
  if (head.includes('\0')) return false;
  return readLog(head).length > 0;
}
