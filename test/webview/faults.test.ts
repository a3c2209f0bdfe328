import assert from 'node:assert/strict';
import type { ToPage } from '../../src/webview/protocol';
import { pages, type Webview } from './harness';
import { adamAt, curveRun, curvesOf, seedJob, seedJobWith } from './jobs';

/** A worker that answers a job with these messages, then does this. */
function worker(messages: readonly unknown[], then = ''): string {
  return `onmessage = () => { for (const message of ${JSON.stringify(messages)}) postMessage(message); ${then} };`;
}

/** As much of a canvas as is asked for: tests know no DOM. */
interface Canvas {
  toDataURL(): string;
  getContext(kind: '2d'): { reset(): void };
}

/** Waits until no worker is left: nothing is trained any more. */
async function idle({ page }: Webview): Promise<void> {
  await Promise.all(page.workers().map((worker) => worker.waitForEvent('close')));
}

describe('the page under faults', function () {
  this.timeout(60_000);
  const start = pages();

  it('says that the rerun broke down when the worker throws, and can go on', async () => {
    const webview = await start({ worker: worker([], `setTimeout(() => { throw new Error('tensor of shape [3] is odd'); })`) });
    await webview.send(seedJob());
    const failed = await webview.posted('failed');
    assert.equal(failed.kind, 'crash');
    assert.match(failed.detail, /tensor of shape \[3\] is odd/);
    await webview.page.getByRole('heading', { name: 'The rerun broke down' }).waitFor();
    await webview.page.getByRole('button', { name: 'Continue' }).waitFor();
    await webview.page.locator('article').first().locator('.status').getByText('Not decided').waitFor();
  });

  it('keeps the verdicts that were reached before the worker broke', async () => {
    const verdict = { outcome: 'partly', reason: { id: 'page.shortened', args: { epochs: 3, declared: 4 } }, caveats: [], evidence: {} };
    const events = [
      { type: 'reproduced', verdict: { ...verdict, outcome: 'confirmed' }, baseline: { seed: 0, losses: [3, 2, 1] } },
      { type: 'verdict', candidate: 'adam', verdict, runs: [{ seed: 1, losses: [3, 2, 1], end: 'settled' }] },
    ];
    const webview = await start({
      worker: worker([{ type: 'events', events }, { type: 'broken', kind: 'memory', detail: 'RangeError: Array buffer allocation failed' }]),
    });
    await webview.send(seedJob());
    assert.equal((await webview.posted('failed')).kind, 'memory');
    await webview.page.getByRole('heading', { name: 'Not enough memory for this rerun' }).waitFor();
    await webview.page.locator('article').first().locator('.status').getByText('Partly').waitFor();
    await webview.load('dark');
    await webview.send(seedJob());
    await webview.page.locator('article').first().getByText('Partly').waitFor();
  });

  it('says that a model does not fit into memory', async () => {
    const webview = await start();
    const dense = (name: string, units: number, input: number) => ({
      className: 'Dense',
      name,
      config: { units, activation: null, use_bias: true, kernel_initializer: 'glorot_uniform', bias_initializer: 'zeros' },
      inputs: [input],
    });
    // More numbers than any typed array holds.
    await webview.send(
      seedJobWith((spec) => ({ ...spec, layers: [spec.layers[0]!, dense('wide', 1e11, 0), dense('out', 1, 1)], outputs: [2] })),
    );
    assert.equal((await webview.posted('failed')).kind, 'memory');
    await webview.page.getByText('Not enough memory for this rerun').waitFor();
  });

  it('says that WebAssembly is out of memory, on the page and to the host', async () => {
    // A heap that cannot grow: the few samples that the backend is checked with fit into its first pages, a batch does not.
    const webview = await start({ beforeWorker: 'WebAssembly.Memory.prototype.grow = () => { throw new RangeError("WebAssembly.Memory.grow(): Unable to grow instance memory"); };' });
    const dense = (name: string, units: number, input: number) => ({
      className: 'Dense', name, inputs: [input],
      config: { units, activation: 'linear', use_bias: true, kernel_initializer: 'glorot_uniform', bias_initializer: 'zeros' },
    });
    const rows = 256;
    await webview.send(seedJobWith((spec) => ({
      ...spec,
      layers: [{ ...spec.layers[0]!, config: { shape: [1] } }, dense('wide', 30_000, 0), dense('out', 1, 1)],
      outputs: [2],
      x: [{ shape: [rows, 1], data: new Float64Array(rows).fill(0.5), dtype: 'float64' }],
      y: [{ shape: [rows], data: new Float64Array(rows).fill(1), dtype: 'float64' }],
    })));
    assert.equal((await webview.posted('failed')).kind, 'memory');
    await webview.page.getByRole('heading', { name: 'Not enough memory for this rerun' }).waitFor();
    await webview.page.getByRole('button', { name: 'Continue' }).waitFor();
  });

  for (const [how, worker, lose] of [
    ['was ended from outside, without an event', undefined, 'made.terminate()'],
    ['never answers', 'onmessage = () => undefined;', '0'],
    ['never answers again after it began', `onmessage = () => postMessage({ type: 'events', events: [
      { type: 'losses', seed: 0, from: 0, losses: [3, 2] }] });`, '0'],
  ] as const) {
    it(`says that nothing is heard of a worker that ${how}, and begins again when asked to`, async () => {
      const webview = await start(worker === undefined ? {} : { worker });
      const { page } = webview;
      await page.clock.install();
      await page.evaluate('{ const Original = Worker; globalThis.Worker = class extends Original { constructor(url) { super(url); globalThis.made = this; } }; }');
      await webview.send(seedJobWith((spec) => ({ ...spec, epochs: 2_000_000 })));
      const silent = page.getByRole('alert').getByText('Nothing was heard of the training for 30 s');
      await page.getByRole('button', { name: 'Cancel' }).waitFor();
      await page.clock.fastForward(15_000);
      assert.equal(await silent.count(), 0);
      await page.evaluate(lose);
      await page.clock.fastForward(31_000);
      await silent.waitFor();
      const before: unknown = await page.evaluateHandle('made');
      await page.getByRole('button', { name: 'Start again' }).click();
      await page.clock.fastForward(1000);
      assert.equal(await silent.count(), 0);
      assert.equal(await page.evaluate((old) => old === (globalThis as unknown as { made: unknown }).made, before), false, 'another worker');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await webview.posted('cancelled');
    });
  }

  it('lets the user ask again where the host does not answer', async () => {
    const webview = await start();
    const { page } = webview;
    await page.clock.install();
    await webview.load('dark');
    await page.getByText('Reading the script…').waitFor();
    const again = page.getByRole('button', { name: 'Try again' });
    assert.equal(await again.count(), 0);
    await page.clock.fastForward(31_000);
    await again.click();
    await webview.posted('restart');
    await webview.send(seedJob());
    await webview.posted('done');
  });

  it('hears from a worker that trains for long that it is alive', async () => {
    const webview = await start();
    await webview.page.evaluate(`{ const Original = Worker; globalThis.heard = 0;
      globalThis.Worker = class extends Original { constructor(url) { super(url); this.addEventListener('message', ({ data }) => { if (data.type === 'alive') heard++; }); } }; }`);
    await webview.send(seedJobWith((spec) => ({ ...spec, epochs: 2_000_000 })));
    for (let heard = 0; heard < 2; heard = await webview.page.evaluate<number>('heard')) await webview.page.waitForTimeout(100);
  });

  it('ends the map and the survey of a silent worker, which can be begun again', async () => {
    const webview = await start({ beforeWorker: `addEventListener('message', (event) => { if (event.data.type !== 'confirm') event.stopImmediatePropagation(); });` });
    const { page } = webview;
    await webview.send(seedJob());
    await webview.posted('done');
    await page.clock.install();
    await page.getByRole('button', { name: 'Map the learning rates' }).click();
    await page.getByRole('button', { name: 'Show the loss around the start' }).click();
    await page.clock.fastForward(31_000);
    await page.getByText('The map broke off with an error').waitFor();
    await page.getByText('The loss around the start could not be computed.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Map again' }).isEnabled(), true);
    assert.equal(await page.getByRole('button', { name: 'Show the loss around the start' }).isEnabled(), true);
  });

  /** Fixes after the first train long enough to be met in the middle. */
  const halfway = () => seedJobWith((spec) => (spec.optimizer.className === 'Adam' ? { ...spec, epochs: 300_000 } : spec));

  for (const [how, leave] of [
    ['hidden and shown again', (webview: Webview) => webview.load('dark')],
    // VS Code makes another frame for it, which gets the state of the first.
    ['moved to another place', async (webview: Webview) => {
      await webview.page.goto('about:blank');
      await webview.load('dark');
    }],
  ] as const) {
    it(`goes on where it was when the panel is ${how} in the middle of a rerun`, async () => {
      const webview = await start();
      await webview.send(halfway());
      await webview.posted('verdict', ({ candidate }) => candidate === 'learning-rate');
      await leave(webview);
      await webview.send(halfway());
      const { page } = webview;
      await page.getByRole('heading', { name: 'Rerunning train.py' }).waitFor();
      await page.locator('article').first().locator('.status').getByText('Confirmed').waitFor();
      await page.locator('article').getByText('Training', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await webview.posted('cancelled');
      const verdicts = (await webview.all()).filter(({ type }) => type === 'verdict');
      assert.equal(verdicts.length, 1, 'told again, not trained again');
    });
  }

  it('stays cancelled when the panel was hidden, and tells the host that nothing runs', async () => {
    const webview = await start();
    await webview.send(halfway());
    await webview.posted('verdict');
    await webview.page.getByRole('button', { name: 'Cancel' }).click();
    await webview.load('dark');
    await webview.send(halfway());
    await webview.page.getByRole('heading', { name: 'Rerun cancelled' }).waitFor();
    await webview.posted('cancelled');
    await idle(webview);
  });

  it('leaves no worker behind when the panel is closed in the middle', async () => {
    const webview = await start();
    await webview.send(halfway());
    await webview.posted('verdict');
    const ended = Promise.all(webview.page.workers().map((worker) => worker.waitForEvent('close')));
    await webview.page.close();
    await ended;
  });

  it('trains the new text when the script is edited during the rerun', async () => {
    const webview = await start();
    await webview.send(halfway());
    await webview.posted('verdict');
    await webview.send({ type: 'stale', jobId: 'seed' });
    const { page } = webview;
    await page.getByRole('alert').getByText('train.py was edited since').waitFor();
    await page.getByRole('button', { name: 'Rerun the new text' }).click();
    await webview.posted('restart');
    await idle(webview);
    await webview.send({ ...seedJob(), jobId: 'edited' });
    await webview.posted('done', ({ jobId }) => jobId === 'edited');
    assert.equal(await page.getByRole('alert').count(), 0);
  });

  it('draws its curves again after the browser lost the canvas', async () => {
    const webview = await start();
    await webview.send(curvesOf(curveRun('log', 'train.log', 30)));
    const canvas = webview.page.locator('canvas');
    await canvas.waitFor();
    const drawn = () => canvas.evaluate((element) => (element as unknown as Canvas).toDataURL());
    const before = await drawn();
    await canvas.evaluate((element) => (element as unknown as Canvas).getContext('2d').reset());
    assert.notEqual(await drawn(), before);
    await canvas.dispatchEvent('contextrestored');
    while ((await drawn()) !== before) await webview.page.waitForTimeout(50); // the time of the test ends this, if nothing else
  });

  it('ignores whatever is no message, and goes on', async () => {
    const webview = await start();
    const { script, job } = seedJob();
    for (const hostile of [
      null,
      7,
      'ready',
      [],
      { type: 'nonsense' },
      { type: 'showConfirm' },
      { ...seedJob(), script: { ...script, text: 7 } },
      { ...seedJob(), job: { ...job, starts: 1e9 } },
      { ...seedJob(), job: { ...job, starts: -1 } },
      { ...seedJob(), candidates: Array.from({ length: 1000 }, () => seedJob().candidates[0]) },
      { ...seedJob(), script: { ...script, text: 'x'.repeat(11_000_000) } },
      { type: 'showCurves', title: 'x', runs: [{ id: 1 }] },
      { type: '__proto__' },
    ]) {
      await webview.sendRaw(hostile);
    }
    await webview.send({ type: 'stale', jobId: 'unknown' });
    await webview.send({ type: 'applied', jobId: 'seed', candidate: 'unknown' });
    await webview.page.getByText('Reading the script…').waitFor();
    await webview.send(seedJob());
    await webview.send({ type: 'applied', jobId: 'seed', candidate: 'unknown' });
    await webview.send({ type: 'trialReady', jobId: 'seed', ...adamAt('never-asked', 0.1) });
    await webview.send({ type: 'trialRefused', jobId: 'seed', id: 'never-asked', refused: { id: 'no.such.words' } });
    await webview.posted('done');
    assert.equal(await webview.page.locator('article').count(), 3);
  });

  it('shows markup in names as text', async () => {
    const webview = await start();
    const evil = '<img src=x onerror="fakeHost.posted.push(1)"><script>fakeHost.posted.push(2)</script>';
    const show = seedJob();
    await webview.send({
      ...show,
      script: { id: evil, name: evil, text: `${evil}\n${show.script.text}` },
      log: { id: evil, name: evil },
      candidates: show.candidates.map((candidate) => ({ ...candidate, title: evil, editedText: evil })),
    });
    await webview.posted('done');
    assert.equal(await webview.page.locator('img, main script').count(), 0);
    assert.ok((await webview.page.locator('h3').first().innerText()).includes(evil));
    await webview.page.getByRole('button', { name: 'Export SVG' }).first().click();
    const { name, content } = await webview.posted('save');
    assert.match(name, /^[\p{L}\p{N}-]+\.svg$/u);
    assert.ok(typeof content === 'string' && !content.includes('<img') && content.includes('&lt;img'));
    await webview.page.getByRole('button', { name: 'Copy report' }).click();
    assert.ok(!/(^|[^\\])<img/.test((await webview.posted('copy')).text.replace(/```diff[\s\S]*```/g, '')));

    const run = curveRun(evil, evil, 5);
    await webview.send(curvesOf({ ...run, curves: [{ metric: evil, values: [1, 2, 3, 4, 5] }] }));
    await webview.page.getByRole('button', { name: evil }).first().waitFor();
    await webview.page.getByRole('button', { name: 'Export CSV' }).click();
    const csv = await webview.posted('save', (message) => message.name.endsWith('.csv'));
    assert.ok(typeof csv.content === 'string' && csv.content.split('\r\n')[0]!.startsWith('Epoch,"<img'));
    assert.equal(await webview.page.locator('img, main script').count(), 0);
  });

  it('draws no empty chart for a script that cannot be rebuilt', async () => {
    const webview = await start();
    const show = seedJob();
    const refused = { refused: { id: 'rerun.refused.layer', args: { layer: 'Lambda' } } };
    await webview.send({ ...show, job: { ...show.job, baseline: refused } });
    await webview.posted('done');
    await webview.page.getByRole('heading', { name: 'This script cannot be rerun' }).waitFor();
    assert.match(await webview.page.locator('.gate').innerText(), /The layer Lambda is not rebuilt here/);
    assert.equal(await webview.page.locator('.curves-of-fixes, .sweep, .landscape, .try-it').count(), 0);
  });

  it('says that the rerun does not do what the log shows, and judges nothing', async () => {
    const webview = await start();
    const show = seedJob();
    await webview.send({ ...show, job: { ...show.job, observed: { losses: [3, 2, 1, 0.5] } } });
    await webview.posted('done');
    await webview.page.getByRole('heading', { name: 'The rerun does not show what the log shows' }).waitFor();
    for (const status of await webview.page.locator('article .status').allInnerTexts()) assert.equal(status, 'Unknown');
  });

  it('disarms a metric that a spreadsheet would run', async () => {
    const webview = await start();
    await webview.send(curvesOf({ ...curveRun('log', 'log', 2), curves: [{ metric: '=HYPERLINK("x")', values: [1, NaN] }] }));
    await webview.page.getByRole('button', { name: 'Export CSV' }).click();
    assert.equal((await webview.posted('save')).content, 'Epoch,"\'=HYPERLINK(""x"")"\r\n1,1\r\n2,nan\r\n');
  });

  it('does not know a message by an inherited name', async () => {
    const webview = await start();
    await webview.send({ type: 'showRefusal', reason: { id: 'toString' } } as ToPage);
    await webview.page.getByRole('heading', { name: 'This script cannot be rerun' }).waitFor();
  });
});
