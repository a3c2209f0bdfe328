/** Where a command speaks: the report goes to standard output, everything else to standard error. */
export interface Terminal {
  readonly coloured: boolean;
  print(report: string | Uint8Array): void;
  complain(sentence: string): void;
  /** Shows what is going on in a line that the next one replaces; nothing where nobody watches. */
  progress(sentence: string): void;
}

/** Without control characters: what a log or a file's name holds must not reach the terminal as an escape sequence. */
export function plain(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, '\ufffd');
}

export function processTerminal(): Terminal {
  const eraseLine = process.stderr.isTTY ? '\r\u001b[K' : '';
  // A reader that stops listening (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    coloured: process.stdout.isTTY && process.stdout.hasColors(),
    print: (report) => void process.stdout.write(report),
    complain: (sentence) => void process.stderr.write(`${eraseLine}loss-doctor: ${plain(sentence)}\n`),
    progress: (sentence) => void (process.stderr.isTTY && process.stderr.write(`${eraseLine}${plain(sentence)}`)),
  };
}
