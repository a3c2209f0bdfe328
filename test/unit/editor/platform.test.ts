import assert from 'node:assert/strict';
import { engineFrom } from '../../../src/editor/platform';

describe('the engine', () => {
  it('is loaded once, each file in a task of its own', async () => {
    const events: string[] = [];
    const engine = engineFrom(async (file) => {
      events.push(file);
      setTimeout(() => events.push(`task after ${file}`));
      return { file };
    }, ['parser.js', 'engine.js']);
    assert.deepEqual(events, []);
    const [first, second] = await Promise.all([engine(), engine()]);
    assert.deepEqual(first, { file: 'engine.js' });
    assert.equal(second, first);
    assert.deepEqual(events, ['parser.js', 'task after parser.js', 'engine.js', 'task after engine.js']);
  });

  it('is loaded anew after a failure', async () => {
    let there = false;
    const engine = engineFrom(async () => (there ? {} : Promise.reject(new Error('not there'))), ['engine.js']);
    await assert.rejects(engine(), /not there/);
    there = true;
    assert.deepEqual(await engine(), {});
  });
});
