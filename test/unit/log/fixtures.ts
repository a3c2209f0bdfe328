import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeLog } from '../../../src/log';

/** What a fixture says, written beside it by the script that made it. */
export interface Expectation {
  readonly runs: readonly {
    readonly epochs: readonly number[];
    readonly declaredEpochs?: number;
    readonly stepsPerEpoch?: number;
    /** One value for each epoch; not finite ones by name. */
    readonly metrics: Readonly<Record<string, readonly (number | string)[]>>;
    readonly nonFinite?: string;
  }[];
}

export interface Fixture {
  readonly name: string;
  readonly text: string;
  readonly expectation: Expectation;
}

const folder = join(__dirname, '../../fixtures/logs');

export const fixtures: readonly Fixture[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({
    name: name.slice(0, -'.json'.length),
    text: decodeLog(readFileSync(join(folder, name.slice(0, -'.json'.length)))),
    expectation: JSON.parse(readFileSync(join(folder, name), 'utf8')) as Expectation,
  }));
