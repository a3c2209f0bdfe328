/**
 * `npm run fuzz -- --minutes 5`: throws mutated logs, scripts and messages at the engine and reports how many it tried and
 * what it found. A failure is shrunk, and its smallest input written to a file: `--only NAME --input FILE` replays it. The
 * same `--seed` with the same fixtures gives the same inputs.
 * A child does the work, so that an input that hangs is caught too.
 */
import { fork } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { properties, type Property } from './fuzz/properties';

/** An input may take so long (ms); inputs have some ten thousand characters. */
const patience = 20_000;
/** Inputs of one property before the next has its turn, and the time a turn may take, shrinking included (ms). */
const inputsPerTurn = 200;
const timePerTurn = 30_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    input: { type: 'string' },
    only: { type: 'string' },
  },
});

/** The input under test, written before each test: what hangs the child is there to be read. */
const inputFile = `test/output/fuzz-${values.seed}.json`;

interface Failure {
  readonly name: string;
  readonly report: string;
}

interface Turn {
  readonly name: string;
  readonly inputs: number;
  readonly slowest: number;
  readonly failure?: string;
}

if (process.send) work((turn) => void process.send!(turn));
else watch();

/** Runs the properties in turn until the time is up; a property that failed is left out from then on. */
function work(send: (turn: Turn) => void): void {
  const end = Date.now() + Number(values.minutes) * 60_000;
  const names = Object.keys(properties).filter((name) => values.only === undefined || name === values.only);
  for (let seed = Number(values.seed); names.length > 0; seed++) {
    for (const name of [...names]) {
      const turn = run(name, properties[name]!, seed);
      send(turn);
      if (turn.failure) names.splice(names.indexOf(name), 1);
      if (Date.now() >= end || values.input !== undefined) return;
    }
  }
}

function run(name: string, property: Property, seed: number): Turn {
  let inputs = 0;
  let slowest = 0;
  const watched = property();
  const execute = watched.run.bind(watched);
  watched.run = (input) => {
    writeFileSync(inputFile, JSON.stringify({ name, input }));
    inputs++;
    const before = process.cpuUsage(); // not by the clock: other processes would count
    const result = execute(input);
    const { user, system } = process.cpuUsage(before);
    slowest = Math.max(slowest, (user + system) / 1000);
    return result;
  };
  const details =
    values.input === undefined
      ? fc.check(watched, { seed, numRuns: inputsPerTurn, interruptAfterTimeLimit: timePerTurn })
      : fc.check(watched, { examples: [JSON.parse(readFileSync(values.input, 'utf8')) as unknown[]], numRuns: 1 });
  if (!details.failed) return { name, inputs, slowest };
  const file = `test/output/fuzz-${name}-${seed}.json`;
  writeFileSync(file, JSON.stringify(details.counterexample));
  const replay = `npm run fuzz -- --only ${name} --input ${file}`;
  const reason = details.errorInstance instanceof Error ? details.errorInstance.stack : String(details.errorInstance);
  return { name, inputs, slowest, failure: `${reason}\nreplay: ${replay}` };
}

function watch(): void {
  console.log(`seed ${values.seed}, ${values.minutes} min`);
  const totals = new Map<string, { inputs: number; slowest: number }>();
  const failures: Failure[] = [];
  mkdirSync('test/output', { recursive: true });
  const args = ['--seed', values.seed, '--minutes', values.minutes];
  if (values.only !== undefined) args.push('--only', values.only);
  if (values.input !== undefined) args.push('--input', values.input);
  const child = fork(__filename, args);
  child.on('message', ({ name, inputs, slowest, failure }: Turn) => {
    const total = totals.get(name) ?? { inputs: 0, slowest: 0 };
    totals.set(name, { inputs: total.inputs + inputs, slowest: Math.max(total.slowest, slowest) });
    if (failure !== undefined) failures.push({ name, report: failure });
  });
  const guard = setInterval(() => {
    const written = statSync(inputFile, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - written < patience) return;
    failures.push({ name: 'an input', report: `has no end after ${patience / 1000} s: ${inputFile}` });
    child.kill('SIGKILL');
  }, 1000);
  child.on('exit', (code) => {
    clearInterval(guard);
    if (code !== null && code !== 0) failures.push({ name: 'an input', report: `ended the child with code ${code}: ${inputFile}` });
    else if (code === 0) rmSync(inputFile, { force: true });
    for (const { name, report } of failures) console.log(`\n${name} FAILED\n${report}`);
    console.log();
    console.table(Object.fromEntries([...totals].map(([name, { inputs, slowest }]) => [name, { inputs, 'slowest (ms of processor time)': Math.round(slowest) }])));
    const inputs = [...totals.values()].reduce((sum, total) => sum + total.inputs, 0);
    console.log(`${inputs} inputs, ${failures.length} properties failed`);
    process.exitCode = failures.length > 0 ? 1 : 0;
  });
}
