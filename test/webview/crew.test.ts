import assert from 'node:assert/strict';
import { pages } from './harness';
import { seedJobWith } from './jobs';

/** Long enough for workers to be worth their start. */
const longJob = () => seedJobWith((spec) => ({ ...spec, epochs: 60_000 }));

describe('a long job in the page', function () {
  this.timeout(60_000);
  const start = pages();

  it('is trained by several workers, each some of the starts', async () => {
    const webview = await start({
      beforeWorker: `{
        const { Worker: Original } = self;
        self.Worker = class extends Original { constructor(url) { super(url); console.error('a worker of the worker'); } };
      }`,
    });
    const processors: number = await webview.page.evaluate('navigator.hardwareConcurrency');
    await webview.send(longJob());
    const card = webview.page.locator('article').first();
    await card.locator('.status').getByText('Confirmed').waitFor();
    assert.match(await card.innerText(), /20 of 20 starts/);
    assert.equal(new Set(webview.complaints).size, processors > 1 ? 1 : 0);
    assert.ok(processors === 1 || webview.complaints.splice(0).length >= 2);
    await webview.page.getByRole('button', { name: 'Cancel' }).click();
    await webview.posted('cancelled');
  });

  it('is trained by the one worker where a worker cannot have others', async () => {
    const webview = await start({ beforeWorker: 'delete globalThis.Worker;' });
    await webview.send(longJob());
    const card = webview.page.locator('article').first();
    await card.locator('.status').getByText('Confirmed').waitFor();
    assert.match(await card.innerText(), /20 of 20 starts/);
    assert.equal((await webview.all()).some(({ type }) => type === 'failed'), false);
    await webview.page.getByRole('button', { name: 'Cancel' }).click();
    await webview.posted('cancelled');
  });

  it('breaks down with a sentence when one of them does', async () => {
    const webview = await start({
      // Whoever is asked for starts is one of several, or with a single processor the only one.
      beforeWorker: `{
        const broken = () => { throw new Error('one of many'); };
        addEventListener('message', ({ data }) => { if (data.type === 'starts' || navigator.hardwareConcurrency === 1) broken(); });
      }`,
    });
    await webview.send(longJob());
    const failed = await webview.posted('failed');
    assert.equal(failed.kind, 'crash');
    assert.match(failed.detail, /one of many/);
    await webview.page.getByRole('button', { name: 'Continue' }).waitFor();
  });
});
