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
