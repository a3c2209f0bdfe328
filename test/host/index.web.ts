// The same suites in the browser's extension host. What they count is printed, as there is no file to write it to.
import 'mocha/mocha';

mocha.setup({ ui: 'bdd', timeout: 60_000, reporter: 'spec' });

/**
 * VS Code calls this in its extension host.
 * @throws Error if a test fails, which makes VS Code exit with 1
 */
export async function run(): Promise<void> {
  const failed: string[] = [];
  const { stats } = await new Promise<Mocha.Runner>((done) => {
    const runner = mocha.run(() => done(runner));
    runner.on('fail', (test, error: Error) => failed.push(`${test.fullTitle()}: ${error.message.split('\n', 1)[0]}`));
  });
  const { passes: passed = 0, pending = 0 } = stats ?? {};
  console.log(`LOSS_DOCTOR_REPORT ${JSON.stringify({ passed, pending, failed })}`);
  if (failed.length > 0) throw new Error(`${failed.length} tests failed in VS Code for the Web.`);
}
