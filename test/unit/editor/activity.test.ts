import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Activity } from '../../../src/editor/activity';

describe('activity of a file', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 }));
  afterEach(() => mock.timers.reset());

  it('lasts a minute after the last change, and its end is told once', () => {
    const silent: string[] = [];
    const activity = new Activity((key) => silent.push(key));
    assert.equal(activity.live('a'), false);
    activity.note('a');
    mock.timers.tick(59_000);
    assert.equal(activity.live('a'), true);
    activity.note('a');
    mock.timers.tick(59_000);
    assert.deepEqual([activity.live('a'), silent], [true, []]);
    mock.timers.tick(3_000);
    assert.deepEqual([activity.live('a'), silent], [false, ['a']]);
    mock.timers.tick(1_000_000);
    assert.deepEqual(silent, ['a']);
    activity.dispose();
  });

  it('is not told of what was forgotten', () => {
    const activity = new Activity(() => assert.fail());
    activity.note('a');
    activity.forget('a');
    assert.equal(activity.live('a'), false);
    mock.timers.tick(1_000_000);
    activity.dispose();
  });
});
