import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/**
 * VS Code calls this in its extension host: runs every suite beside this file.
 * @throws Error if a test fails, which makes VS Code exit with 1
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 60_000, // a webview or a terminal takes seconds to appear
    reporter: process.env['LOSS_DOCTOR_REPORTER'] ?? 'spec',
    ...(process.env['LOSS_DOCTOR_GREP'] ? { grep: process.env['LOSS_DOCTOR_GREP'] } : {}),
  });
  for (const name of readdirSync(__dirname, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.test.js')) mocha.addFile(join(__dirname, name));
  }
  const failures = await new Promise<number>((done) => mocha.run(done));
  if (failures > 0) throw new Error(`${failures} tests failed in VS Code.`);
}
