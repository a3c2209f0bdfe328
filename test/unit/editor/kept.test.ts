import assert from 'node:assert/strict';
import { Kept } from '../../../src/editor/kept';

describe('kept results', () => {
  let made = 0;
  const count = async (): Promise<number> => ++made;
  beforeEach(() => (made = 0));

  it('are made once for a stamp, and again for the next', async () => {
    const kept = new Kept<number>();
    assert.deepEqual(await Promise.all([kept.get('a', '1', count), kept.get('a', '1', count)]), [1, 1]);
    assert.equal(await kept.get('a', '2', count), 2);
    assert.equal(await kept.get('b', '2', count), 3);
  });

  it('are forgotten where the work failed, so that the next one who asks gets an answer', async () => {
    const kept = new Kept<number>();
    await assert.rejects(kept.get('a', '1', () => Promise.reject(new Error('gone'))));
    assert.equal(await kept.get('a', '1', count), 1);
  });

  it('stay when older work fails late', async () => {
    const kept = new Kept<number>();
    let fail: (error: Error) => void = () => assert.fail();
    const late = kept.get('a', '1', () => new Promise((_, reject) => (fail = reject)));
    assert.equal(await kept.get('a', '2', count), 1);
    fail(new Error('late'));
    await assert.rejects(late);
    assert.equal(await kept.get('a', '2', count), 1);
  });

  it('are made again once they were deleted', async () => {
    const kept = new Kept<number>();
    await kept.get('a', '1', count);
    kept.delete('a');
    assert.equal(await kept.get('a', '1', count), 2);
    kept.clear();
    assert.equal(await kept.get('a', '1', count), 3);
  });
});
