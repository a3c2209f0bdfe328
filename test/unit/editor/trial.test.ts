import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { candidateOf, remediesOf } from '../../../src/editor/trial';
import { editedBy } from '../../../src/rerun/job';
import { readScript } from '../../../src/script';
import type { Trial } from '../../../src/webview/protocol';

const text = readFileSync('test/fixtures/scripts/seed.py', 'utf8');
const files = new Map<string, Uint8Array>();

function tried(trial: Trial): ReturnType<typeof candidateOf> {
  const script = readScript(text);
  return candidateOf({ editedBy }, { script, files, fit: script.fits[0]! }, 'trial', remediesOf(trial)!);
}

describe('what the page tries', () => {
  it('is every change that the page asks for at once', () => {
    const made = tried({ optimizer: 'RMSprop', learningRate: 0.02, batchSize: 2, epochs: 7, normalizeInputs: true });
    assert.ok('candidate' in made);
    assert.ok('layers' in made.spec);
    const { optimizer, batchSize, epochs } = made.spec;
    assert.deepEqual([optimizer.className, optimizer.config.learning_rate, batchSize, epochs], ['RMSprop', 0.02, 2, 7]);
    const parts = ['RMSprop', '0.02', 'batch size', '2', '7 epochs', 'Normalize'];
    for (const part of parts) assert.ok(made.candidate.title.includes(part), made.candidate.title);
  });

  it('changes nothing else in the script', () => {
    const made = tried({ epochs: 7 });
    assert.ok('candidate' in made);
    const [before, after] = [text, made.candidate.editedText].map((whole) => whole.split('\n').filter((line) => !line.includes('epochs')));
    assert.deepEqual(after, before);
  });

  it('says which optimizer Keras does not have', () => {
    assert.deepEqual(tried({ optimizer: 'Newton' }), { refused: { id: 'script.unknown-optimizer', args: { name: 'Newton' } } });
  });

  it('is nothing where the page asks for nothing', () => {
    assert.equal(remediesOf({}), undefined);
  });
});
