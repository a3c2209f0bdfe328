/**
 * Measures the diagnosis: `npm run accuracy -- [folder with manifest.jsonl]...`. Prints how often each rule fires on the
 * logs of each label, every miss and false alarm by file and line, and how early findings come. Without a folder, the
 * project's own fixtures. Exits with 1 if a goal is missed.
 */
import { cutEverywhere, leadOf } from './accuracy/early';
import { examine, isAlarm, lineOf, readManifest, type Examined } from './accuracy/corpus';
import { expectations, healthyGoal, prefixGoal } from './accuracy/expectations';

const ownFixtures = 'test/fixtures/diagnosis';

const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);

function measure(folder: string): boolean {
  const examined = readManifest(folder).map((entry) => examine(folder, entry));
  console.log(`\n# ${folder}: ${examined.length} logs and scripts\n`);
  printTable(examined);
  const results = [
    ...expectations.map(({ label, codes, goal }) => found(examined, label, codes, goal)),
    ownExpectations(examined),
    silent(examined),
    onRightLine(examined),
    contradictions(examined),
    early(examined),
  ];
  leads(examined);
  return results.every(Boolean);
}

/** rule × label: number of logs on which the rule fired at all, and in brackets as a warning or an error. */
function printTable(examined: readonly Examined[]): void {
  const labels = [...new Set(examined.map(({ entry }) => entry.label))].sort();
  const codes = [...new Set(examined.flatMap(({ findings }) => findings.map(({ code }) => code)))].sort();
  const cell = (code: string, label: string): string => {
    const logs = examined.filter(({ entry }) => entry.label === label);
    const any = logs.filter(({ findings }) => findings.some((finding) => finding.code === code)).length;
    const alarms = logs.filter(({ findings }) => findings.some((finding) => finding.code === code && isAlarm(finding))).length;
    return any === 0 ? '' : `${any} (${alarms})`;
  };
  console.log(`| rule | ${labels.join(' | ')} |\n| --- |${' ---: |'.repeat(labels.length)}`);
  console.log(`| logs | ${labels.map((label) => examined.filter(({ entry }) => entry.label === label).length).join(' | ')} |`);
  for (const code of codes) console.log(`| ${code} | ${labels.map((label) => cell(code, label)).join(' | ')} |`);
  console.log();
}

function report(what: string, right: number, all: number, goal: number): boolean {
  const met = all === 0 || right / all >= goal;
  console.log(`${met ? 'ok  ' : 'MISS'} ${what}: ${right} of ${all} (${percent(right, all)}, goal ${percent(goal, 1)})`);
  return met;
}

const codesOf = ({ findings }: Examined): string => findings.map(({ code, severity }) => `${code}:${severity}`).join(' ') || 'nothing';

function found(examined: readonly Examined[], label: string, codes: readonly string[], goal: number): boolean {
  const logs = examined.filter(({ entry }) => entry.label === label);
  const missed = logs.filter(({ findings }) => !findings.some(({ code }) => codes.includes(code)));
  const met = report(`${label} found`, logs.length - missed.length, logs.length, goal);
  for (const one of missed) console.log(`     missed ${one.entry.file} (said: ${codesOf(one)})`);
  return met;
}

/** Fixtures say themselves what must be found and what must not. */
function ownExpectations(examined: readonly Examined[]): boolean {
  const stated = examined.filter(({ entry }) => entry.expect ?? entry.forbid);
  const wrong = stated.filter(({ entry, findings }) => {
    const codes = findings.map(({ code }) => code);
    return entry.expect?.some((code) => !codes.includes(code)) || entry.forbid?.some((code) => codes.includes(code));
  });
  const met = report('as the fixture says', stated.length - wrong.length, stated.length, 1);
  for (const one of wrong) {
    console.log(`     wrong ${one.entry.file}: expected ${one.entry.expect?.join(' ') ?? ''} and not ${one.entry.forbid?.join(' ') ?? ''}, said ${codesOf(one)}`);
  }
  return met;
}

function silent(examined: readonly Examined[]): boolean {
  const logs = examined.filter(({ entry }) => entry.label === 'healthy');
  const loud = logs.filter(({ findings }) => findings.some(isAlarm));
  const met = report('healthy without a warning', logs.length - loud.length, logs.length, healthyGoal);
  for (const one of loud) {
    for (const finding of one.findings.filter(isAlarm)) console.log(`     false alarm ${one.entry.file}:${lineOf(one, finding)} ${finding.code}`);
  }
  return met;
}

/** The first NaN or infinity of a loss in the plain text, without any reading of the log. */
const firstBrokenLoss = /loss[\w/]*['"]?\s*[:=]\s*-?(?:nan|inf)/i;

function onRightLine(examined: readonly Examined[]): boolean {
  const logs = examined.filter(({ entry, text }) => ['nan', 'inf'].includes(entry.label) && firstBrokenLoss.test(text));
  const wrong = logs.filter((one) => {
    const at = firstBrokenLoss.exec(one.text)!;
    const line = one.lines.positionAt(at.index + at[0].length).line + 1;
    return !one.findings.some((finding) => finding.code === 'loss.nan' && lineOf(one, finding) === line);
  });
  const met = report('NaN on the right line', logs.length - wrong.length, logs.length, 1);
  for (const one of wrong) console.log(`     wrong line ${one.entry.file} (said: ${codesOf(one)})`);
  return met;
}

/** Two alarms about one run contradict the promise of one main finding. */
function contradictions(examined: readonly Examined[]): boolean {
  const wrong = examined.filter(({ runs, findings }) =>
    runs.some((_, run) => findings.filter((finding) => finding.run === run && isAlarm(finding)).length > 1),
  );
  for (const one of wrong) console.log(`     two main findings ${one.entry.file}: ${codesOf(one)}`);
  return report('one main finding per run', examined.length - wrong.length, examined.length, 1);
}

function early(examined: readonly Examined[]): boolean {
  let total = 0;
  let loud = 0;
  const lines: string[] = [];
  for (const one of examined.filter(({ entry }) => entry.label === 'healthy')) {
    const { total: prefixes, alarms } = cutEverywhere(one);
    total += prefixes;
    for (const [code, epochs] of alarms) {
      loud += epochs.length;
      const moments = epochs.slice(0, 12).map((at) => Number(at.toFixed(2)));
      lines.push(`     ${one.entry.file}: ${code} after ${moments.join(', ')} epochs${epochs.length > 12 ? ` … (${epochs.length})` : ''}`);
    }
  }
  const met = report('healthy prefixes without a warning', total - loud, total, 1 - prefixGoal);
  for (const line of lines) console.log(line);
  return met;
}

function leads(examined: readonly Examined[]): void {
  const all = examined.flatMap(({ runs }) => runs.map(leadOf)).filter((lead) => lead !== undefined).sort((a, b) => a - b);
  const early = all.filter((lead) => lead > 0);
  const median = early[early.length >> 1];
  console.log(
    `     first NaN or infinity: ${all.length} runs, ${early.length} told before it` +
      (median === undefined ? '' : `, by ${Number(median.toPrecision(2))} epochs in the median`),
  );
}

const folders = process.argv.slice(2);
const results = [ownFixtures, ...folders].map(measure);
process.exitCode = results.every(Boolean) ? 0 : 1;
