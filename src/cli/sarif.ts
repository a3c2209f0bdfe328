import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { homepage } from '../../package.json';
import type { Severity } from '../diagnosis/finding';
import { rules } from '../diagnosis';
import type { FindingReport, PlaceReport, Report } from './report';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/**
 * SARIF 2.1.0. A finding stands on the line of the script that causes it where that is known, and on the line of the
 * log where it shows otherwise; the other place is a related location.
 */
export function sarif(report: Report): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Loss Doctor',
            version: report.version,
            informationUri: homepage,
            rules: rules.map(({ code, severity }) => ({
              id: code,
              helpUri: `${homepage}/blob/v${report.version}/docs/rules/${code}.md`,
              defaultConfiguration: { level: levels[severity] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: report.files.every(({ error }) => error === null),
            toolExecutionNotifications: report.files.flatMap(({ error, path }) => {
              const physicalLocation = { artifactLocation: { uri: uriOf(path) } };
              return error === null ? [] : [{ level: 'error', message: { text: error }, locations: [{ physicalLocation }] }];
            }),
          },
        ],
        results: report.files.flatMap((file) => file.findings.map((finding) => resultOf(finding, file.path))),
      },
    ],
  };
}

function resultOf(finding: FindingReport, log: string): object {
  const inLog = finding.range && { path: log, range: finding.range };
  const places = [finding.script, inLog].filter((place) => place !== null);
  const [main, ...others] = places;
  return {
    ruleId: finding.code,
    level: levels[finding.severity],
    message: { text: finding.message },
    locations: main ? [locationOf(main)] : [],
    relatedLocations: [
      ...others.map((place) => locationOf(place)),
      ...finding.related.map((place) => ({ ...locationOf(place), message: { text: place.message } })),
    ].map((location, id) => ({ id, ...location })),
    properties: { evidence: finding.evidence, remedies: finding.remedies },
  };
}

function locationOf({ path, range: { start, end } }: PlaceReport): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(path) },
      region: {
        startLine: start.line + 1,
        startColumn: start.character + 1,
        endLine: end.line + 1,
        endColumn: end.character + 1,
      },
    },
  };
}

/** Relative to the working directory where the file lies inside it: code scanning wants repository paths. */
function uriOf(path: string): string {
  const absolute = pathToFileURL(resolve(path)).href;
  const base = `${pathToFileURL(process.cwd()).href}/`;
  return absolute.startsWith(base) ? absolute.slice(base.length) : absolute;
}
