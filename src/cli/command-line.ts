import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { version } from '../../package.json';
import { check, checkFormats, type CheckOptions } from './check';
import { usualMinutes, usualStarts } from './effort';
import { fix, type FixOptions } from './fix';
import { languages, speak, type Language } from './language';
import { attempt, type ExitCode } from './problem';
import { parseRemedy, remedyKinds, type WantedRemedy } from './remedies';
import type { RerunOptions } from './rerun';
import type { Terminal } from './terminal';

interface Spoken {
  readonly lang: Language;
}

/** Carries out one call of the command line. `args` are the arguments without the name of the program. */
export async function commandLine(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const run = async ({ lang }: Spoken, command: () => Promise<ExitCode>): Promise<void> => {
    speak(lang);
    exitCode = await attempt(terminal, command);
  };
  const program = new Command('loss-doctor')
    .description('Tells why a loss explodes, turns NaN or is stuck. Reads logs and Keras scripts; never runs Python.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text),
      writeErr: (text) => terminal.complain(text.trimEnd().replace(/^error: /, '')),
    });
  const lang = new Option('--lang <language>', 'language of the messages').choices(languages).default('en');

  program
    .command('check')
    .description('diagnose training logs and scripts')
    .argument('<log...>', 'logs, notebooks or Python scripts, - for standard input')
    .option('--script <file>', 'the Python script that made the logs (default: looked for beside each log)')
    .addOption(new Option('--format <format>', 'form of the report').choices(checkFormats).default('text'))
    .addOption(lang)
    .action((logs: string[], options: CheckOptions & Spoken) => run(options, () => check(logs, options, terminal)));

  program
    .command('fix')
    .description('print the script with a remedy carried out')
    .argument('<script>', 'the Python script')
    .option('--log <log>', 'the log that it printed, - for standard input')
    .option('--remedy <kind[=value]>', `one of ${remedyKinds.join(', ')} (default: the best one)`, remedyArgument)
    .addOption(new Option('--write', 'write the script back').conflicts('diff'))
    .option('--diff', 'print the difference instead of the script')
    .addOption(lang)
    .action((script: string, options: FixOptions & Spoken) => run(options, () => fix(script, options, terminal)));

  program
    .command('rerun')
    .description('train the script, rebuilt without Python, with and without each remedy')
    .argument('<script>', 'the Python script')
    .option('--log <log>', 'the log that it printed, - for standard input')
    .option(
      '--remedy <kind[=value]>',
      'a remedy to try; may be repeated (default: all that are proposed)',
      (text: string, others: readonly WantedRemedy[]) => [...others, remedyArgument(text)],
      [],
    )
    .option('--seeds <n>', 'number of starts for each candidate', startsArgument, usualStarts)
    .option('--minutes <n>', 'how long it may take; later candidates keep their share of it', minutesArgument, usualMinutes)
    .option('--goal <percent>', 'how much of a constant prediction\'s loss a confirmed remedy may leave (default: 50)', goalArgument)
    .option('--data <file>', 'NPZ or CSV file with the data that the script lacks, or stand-in for random numbers')
    .addOption(new Option('--format <format>', 'form of the report').choices(['text', 'json']).default('text'))
    .addOption(lang)
    .action((script: string, { remedy, ...options }: RerunOptions & { remedy: WantedRemedy[] }) =>
      run(options, async () => {
        const command = await import('./rerun');
        return command.rerun(script, { ...options, remedies: remedy }, terminal);
      }),
    );

  program
    .command('mcp')
    .description('serve the diagnosis and the rerun as tools of a Model Context Protocol server on standard input and output')
    .addOption(lang)
    .action((options: Spoken) =>
      run(options, async () => {
        const command = await import('./mcp');
        return command.mcp(options.lang);
      }),
    );

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has said what is wrong with the arguments; its own exit code, 1, means findings here.
    return error.exitCode === 0 ? 0 : 2;
  }
  return exitCode;
}

function remedyArgument(text: string): WantedRemedy {
  const remedy = parseRemedy(text);
  if (!remedy) throw new InvalidArgumentError(`Allowed are ${remedyKinds.join(', ')}, with =VALUE where one is needed.`);
  return remedy;
}

function goalArgument(text: string): number {
  const percent = Number(text);
  if (!(percent >= 1 && percent <= 100)) throw new InvalidArgumentError('It must be a number from 1 to 100.');
  return percent / 100;
}

function minutesArgument(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0 && minutes <= 10_000)) throw new InvalidArgumentError('It must be a number above 0.');
  return minutes;
}

function startsArgument(text: string): number {
  const starts = Number(text);
  if (!Number.isInteger(starts) || starts < 1 || starts > 1000) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1000.');
  }
  return starts;
}
