import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { toolServer } from '../../../src/cli/mcp';
import { exploding } from './call';

interface Answer {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
}

describe('cli: tools for agents', () => {
  const client = new Client({ name: 'test', version: '1' });
  const use = async (name: string, args: Record<string, unknown>): Promise<{ failed: boolean; text: string }> => {
    const answer = (await client.callTool({ name, arguments: args })) as Answer;
    return { failed: answer.isError === true, text: answer.content[0]!.text };
  };

  before(async () => {
    const [here, there] = InMemoryTransport.createLinkedPair();
    await Promise.all([toolServer('en').connect(there), client.connect(here)]);
  });
  after(() => client.close());

  it('offers two tools that only read', async () => {
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map(({ name }) => name), ['diagnose_training_log', 'rerun_training_script']);
    for (const { annotations } of tools) assert.equal(annotations?.readOnlyHint, true);
  });

  it('diagnoses a log by its path and by its text', async () => {
    const path = join(exploding, 'train.log');
    const byPath = JSON.parse((await use('diagnose_training_log', { log_path: path })).text);
    assert.equal(byPath.script, join(exploding, 'train.py'));
    assert.deepEqual(byPath.runs[0].metrics.loss, { first: 450.9794, last: 13164500484096 });
    const byText = JSON.parse((await use('diagnose_training_log', { log_text: readFileSync(path, 'utf8') })).text);
    for (const { findings } of [byPath, byText]) {
      assert.ok(findings.some(({ code }: { code: string }) => code === 'loss.exploding'));
    }
  });

  it('reruns a script with the remedies that are asked for', async () => {
    const { failed, text } = await use('rerun_training_script', {
      script_path: join(exploding, 'train.py'),
      log_path: join(exploding, 'train.log'),
      remedies: ['learning-rate'],
      starts: 5,
    });
    assert.ok(!failed, text);
    const { reproduced, candidates } = JSON.parse(text);
    assert.equal(reproduced.verdict, 'confirmed');
    assert.equal(candidates[0].verdict, 'confirmed');
    assert.match(candidates[0].script, /SGD\(learning_rate=0\.0034\)/);
  });

  it('answers with a sentence where something is missing', async () => {
    const wrong: [string, Record<string, unknown>, RegExp][] = [
      ['diagnose_training_log', {}, /log_path or log_text/],
      ['diagnose_training_log', { log_path: '/no/such.log' }, /does not exist/],
      ['diagnose_training_log', { log_text: 'nothing' }, /no training log/],
      ['rerun_training_script', { script_path: '/no/such.py' }, /does not exist/],
      ['rerun_training_script', { script_path: join(exploding, 'train.py'), remedies: ['prayer'] }, /prayer is no remedy/],
    ];
    for (const [tool, args, sentence] of wrong) {
      const { failed, text } = await use(tool, args);
      assert.ok(failed, tool);
      assert.match(text, sentence);
    }
  });
});
