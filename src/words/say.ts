import * as l10n from '@vscode/l10n';
import type { Message } from '../text/message';
import { commandWords } from './command';
import { diagnosisWords } from './diagnosis';
import { pageWords } from './page';
import { rerunWords } from './rerun';
import { scriptWords } from './script';
import { shellWords } from './shell';
import type { Words } from './table';

/** One table per room, so that a sentence lies where its message is made. */
export const words: Words = { ...scriptWords, ...diagnosisWords, ...rerunWords, ...shellWords, ...commandWords, ...pageWords };

/**
 * Words a message in the language set by `setLanguage`; what is about one output of several says first of which.
 * @throws Error if no sentence is known for the message: a fault of the program, found by the tests.
 */
export function say(message: Message): string {
  const word = words[message.id];
  if (!word) throw new Error(`no words for ${message.id}`);
  const sentence = word(message.args ?? {});
  const output = message.args?.['ofOutput'];
  return output === undefined ? sentence : l10n.t('{0}: {1}', String(output), sentence);
}
