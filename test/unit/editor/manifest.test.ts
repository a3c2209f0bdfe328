import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rules } from '../../../src/diagnosis';
import { Command, ContextKey, section, Setting, Tool, ViewType, walkthrough } from '../../../src/editor/names';

interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly languageModelTools: readonly { readonly name: string }[];
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly { readonly description: string; readonly completionEvents: readonly string[] }[];
    }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, { readonly default?: unknown }>> }[];
  };
}

const text = readFileSync('package.json', 'utf8');
const manifest = JSON.parse(text) as Manifest;

/** Names that package.json and the code share must be the same on both sides, or something silently does not work. */
describe('package.json and src/editor/names.ts', () => {
  it('have the same commands', () => {
    assert.deepEqual(manifest.contributes.commands.map(({ command }) => command).sort(), Object.values(Command).sort());
  });

  it('have the same tools for language models', () => {
    assert.deepEqual(manifest.contributes.languageModelTools.map(({ name }) => name).sort(), Object.values(Tool).sort());
  });

  it('have the same settings, one for each rule among them, with the severity of the rule as its default', () => {
    const properties = Object.assign({}, ...manifest.contributes.configuration.map((one) => one.properties)) as
      Manifest['contributes']['configuration'][number]['properties'];
    const { rules: perRule, ...others } = Setting;
    const ofRules = rules.map(({ code }) => `${section}.${perRule}.${code}`);
    const wanted = [...Object.values(others).map((name) => `${section}.${name}`), ...ofRules];
    assert.deepEqual(Object.keys(properties).sort(), wanted.sort());
    for (const { code, severity } of rules) assert.equal(properties[`${section}.${perRule}.${code}`]?.default, severity, code);
  });

  it('have the same context keys', () => {
    const keys = Object.values(ContextKey);
    const used = [...text.matchAll(/"(?:when": "|onContext:)([^"]*)"/g)].flatMap(([, when]) => when!.match(/lossDoctor\.\w+/g) ?? []);
    assert.deepEqual(used.filter((key) => !keys.some((known) => known === key)), []);
    assert.deepEqual(keys.filter((key) => !used.includes(key)), []);
  });

  it('have the same walkthrough, each step of which has a command and says when it is done', () => {
    const { name, publisher } = manifest;
    const { id, steps } = manifest.contributes.walkthroughs[0]!;
    assert.equal(walkthrough, `${publisher}.${name}#${id}`);
    const commands: readonly string[] = Object.values(Command);
    for (const file of ['package.nls.json', 'package.nls.zh-cn.json']) {
      const nls = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
      for (const { description, completionEvents } of steps) {
        const command = /\]\(command:toSide:([\w.]+)\)/.exec(nls[description.slice(1, -1)]!)?.[1];
        assert.ok(command !== undefined && commands.includes(command), description);
        assert.equal(completionEvents.length, 1);
        assert.ok(completionEvents[0] === `onCommand:${command}` || completionEvents[0]!.startsWith('onContext:'), completionEvents[0]);
      }
    }
  });

  it('wake the extension for each view that is restored', () => {
    for (const view of Object.values(ViewType)) assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${view}`));
  });
});

describe('package.nls.*.json', () => {
  const used = [...new Set([...text.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key!))].sort();

  for (const file of ['package.nls.json', 'package.nls.zh-cn.json']) {
    it(`${file} words exactly what package.json names`, () => {
      const nls = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
      assert.deepEqual(Object.keys(nls).sort(), used);
      for (const [key, sentence] of Object.entries(nls)) assert.ok(sentence.trim().length > 0, key);
    });
  }
});
