// Prints as mocha's spec reporter and also leaves the counts in the file named by LOSS_DOCTOR_REPORT, so that one line can sum up
// suites that run in different processes.
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = [];
    runner.on('fail', (test, error) => failed.push(`${test.fullTitle()}: ${error.message.split('\n', 1)[0]}`));
    runner.on('end', () => {
      const { passes = 0, pending = 0 } = this.stats;
      writeFileSync(process.env.LOSS_DOCTOR_REPORT, JSON.stringify({ passed: passes, pending, failed }));
    });
  }
};
