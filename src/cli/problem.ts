import { say } from '../words';
import type { Message } from '../text/message';
import type { Terminal } from './terminal';

/** Input that cannot be used: ends a command with one sentence and exit code 2. */
export class Problem extends Error {
  /** Told by its name: each lazily loaded bundle has a class of its own. */
  override readonly name = 'Problem';

  constructor(message: Message) {
    super(say(message));
  }
}

/** 0: nothing at warning or above. 1: findings. 2: something could not be read. */
export type ExitCode = 0 | 1 | 2;

/** Runs a command; whatever goes wrong becomes a sentence on standard error, never a stack trace. */
export async function attempt(terminal: Terminal, command: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await command();
  } catch (error) {
    terminal.complain(sentenceOf(error));
    return 2;
  }
}

export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return say({ id: 'cli.internal', args: { reason: String(error) } });
  return error.name === 'Problem' ? error.message : say({ id: 'cli.internal', args: { reason: error.message } });
}
