import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { examine, readManifest } from '../../../scripts/accuracy/corpus';
import { rules } from '../../../src/diagnosis';
import { explain, say, setLanguage } from '../../../src/words';

const folder = 'test/fixtures/diagnosis';
const entries = readManifest(folder);

describe('diagnosis of real Keras runs', () => {
  for (const entry of entries) {
    const title = `${entry.file}${entry.script ? ' with its script' : ''}`;
    it(`${title}: ${entry.expect?.join(', ') ?? 'silence'}`, () => {
      const { findings, runs } = examine(folder, entry);
      const codes = findings.map(({ code }) => code);
      for (const code of entry.expect ?? []) assert.ok(codes.includes(code), `${code} not in ${codes.join(' ')}`);
      for (const code of entry.forbid ?? []) assert.ok(!codes.includes(code), `${code} fired`);
      if (entry.label === 'healthy') assert.deepEqual(findings.filter(({ severity }) => severity === 'warning' || severity === 'error'), []);
      for (const [run] of runs.entries()) {
        const mains = findings.filter((finding) => finding.run === run && !('explainedBy' in finding.evidence) && !('beside' in finding.evidence));
        assert.ok(mains.length <= 1, `two main findings: ${mains.map(({ code }) => code).join(' ')}`);
      }
      for (const finding of findings) {
        assert.ok(finding.remedies.length <= 3);
        assert.ok(!/[\n?]|undefined|NaN %/.test(say(finding.message)), say(finding.message));
        assert.ok(explain(finding).length <= 3, explain(finding).join('\n'));
      }
    });
  }
});

describe('every rule', () => {
  afterEach(() => setLanguage(undefined));

  for (const { code } of rules) {
    it(`${code} has a fixture that fires, one that does not, and a page in both languages`, () => {
      assert.ok(entries.some(({ expect }) => expect?.includes(code)), 'no fixture expects it');
      assert.ok(entries.some(({ forbid }) => forbid?.includes(code)), 'no fixture forbids it');
      const pages = {
        [`docs/rules/${code}.md`]: ['## Cause', '## Evidence', '## What to do', '## When it is wrong', '## References'],
        [`docs/zh-cn/rules/${code}.md`]: ['## 原因', '## 依据', '## 怎么办', '## 何时不适用', '## 参考'],
      };
      for (const [page, sections] of Object.entries(pages)) {
        assert.ok(existsSync(page), page);
        const text = readFileSync(page, 'utf8');
        for (const section of sections) assert.ok(text.includes(`${section}\n`), `${page}: ${section}`);
      }
    });
  }
});
