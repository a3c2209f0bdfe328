import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine } from '../../../src/cli/command-line';
import type { ExitCode } from '../../../src/cli/problem';

export const exploding = join(__dirname, '../../../samples/exploding');
export const converging = join(__dirname, '../../../samples/converging');

export interface Answer {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** One call of the command line, in this process. */
export async function call(...args: string[]): Promise<Answer> {
  let out = '';
  let err = '';
  const code = await commandLine(args, {
    coloured: false,
    print: (report) => void (out += typeof report === 'string' ? report : Buffer.from(report).toString()),
    progress: () => undefined,
    complain: (sentence) => void (err += `${sentence}\n`),
  });
  return { code, out, err };
}

/** Runs `body` in a folder of its own that holds `files`. */
export async function inFolder<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  body: (path: (name: string) => string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'loss-doctor-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return await body((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
