import { say } from '../words/index';
import type { Message } from '../text/message';
import { strings } from './strings';

/** Words a message that came from outside: one that this page does not know is shown by its id, not thrown at the user. */
export function worded(message: Message): string {
  try {
    return say(message);
  } catch {
    return message.id;
  }
}

/** Messages one after the other, each with its full stop. */
export function sentences(messages: readonly Message[]): string {
  return messages.map((message) => strings.sentence(worded(message))).join(' ');
}

/** `40 s`, `4 min`, `1.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 90) return strings.seconds(Math.max(1, Math.round(seconds)));
  if (seconds < 90 * 60) return strings.minutes(Math.round(seconds / 60));
  return strings.hours((seconds / 3600).toFixed(1));
}
