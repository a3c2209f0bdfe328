import { commandLine } from './command-line';
import { processTerminal } from './terminal';

void commandLine(process.argv.slice(2), processTerminal()).then((exitCode) => {
  process.exitCode = exitCode;
});
