import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decode, encode, readFromPage, readToPage } from '../../../src/webview/protocol';

/** What VS Code does to a message on its way. */
const posted = (message: unknown): unknown => JSON.parse(JSON.stringify(message));

describe('webview/protocol', () => {
  it('brings NaN and infinities through JSON', () => {
    const message = { type: 'x', losses: [1, NaN, Infinity, -Infinity], args: { at: NaN } };
    assert.deepEqual(decode(posted(encode(message))), message);
  });

  it('leaves typed arrays alone', () => {
    const data = new Float64Array([1, NaN]);
    assert.equal((encode({ data }) as { data: unknown }).data, data);
  });

  it('reads what the page may send', () => {
    const reason = { id: 'rerun.confirmed', args: { starts: 20, worst: NaN } };
    const verdict = { outcome: 'confirmed', reason, caveats: [], evidence: { lowerBound: 0.86, finalLoss: Infinity } };
    const sent = { type: 'verdict', jobId: 'j', candidate: 'adam', verdict };
    assert.deepEqual(readFromPage(posted(encode(sent))), sent);
    assert.deepEqual(readFromPage({ type: 'ready' }), { type: 'ready' });
    assert.deepEqual(readFromPage({ type: 'ready', extra: 1 }), { type: 'ready' });
  });

  it('reads every kind of remedy', () => {
    for (const remedy of [{ kind: 'shuffle' }, { kind: 'loss', value: 'mean_squared_error' }, { kind: 'from-logits', value: true }]) {
      const offer = { type: 'offer', jobId: 'j', id: 'extra-1', remedy };
      assert.deepEqual(readFromPage(offer), offer);
    }
  });

  it('reads nothing out of anything else', () => {
    for (const wrong of [
      undefined,
      null,
      'ready',
      [],
      { type: 'constructor' },
      { type: 'apply' },
      { type: 'apply', jobId: 'j', candidate: 7 },
      { type: 'openLine', source: 'log', line: -1 },
      { type: 'openLine', source: 'log', line: 1.5 },
      { type: 'openLine', source: 'x'.repeat(2_000), line: 1 },
      { type: 'save', name: '../../.bashrc', content: '' },
      { type: 'save', name: '.bashrc', content: '' },
      { type: 'tryIt', jobId: 'j', id: 'trial-1', trial: { learningRate: NaN } },
      { type: 'tryIt', jobId: 'j', id: 'trial-1', trial: { learningRate: -1 } },
      { type: 'tryIt', jobId: 'j', id: 'trial-1', trial: { optimizer: 'SGD(); import os' } },
      { type: 'verdict', jobId: 'j', candidate: 'adam', verdict: { outcome: 'fixed', reason: { id: 'x' }, caveats: [], evidence: {} } },
    ]) {
      assert.equal(readFromPage(wrong), undefined, JSON.stringify(wrong));
      assert.equal(readToPage(wrong), undefined, JSON.stringify(wrong));
    }
  });

  it('never throws, whatever comes', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    assert.equal(readFromPage({ type: 'ready', deep }), undefined);
    fc.assert(
      fc.property(fc.anything(), (data) => {
        readFromPage(data);
        readToPage(data);
      }),
    );
    const types = ['ready', 'apply', 'verdict', 'save', 'tryIt', 'openLine', 'showConfirm', 'showCurves'];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.dictionary(fc.string(), fc.anything()), (type, rest) => {
        readFromPage({ ...rest, type });
        readToPage({ ...rest, type });
      }),
    );
  });
});
