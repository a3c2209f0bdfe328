import assert from 'node:assert/strict';
import { pages, type Webview } from './harness';
import { adamAt, seedJob, seedJobWith } from './jobs';
import { jobOfFiles } from './real-jobs';

/** Answers the rerun's offer as the host does, and waits until everything has its verdict. */
async function finish(webview: Webview): Promise<string> {
  const { id, remedy } = await webview.posted('offer');
  assert.ok(remedy.kind === 'adam' && remedy.value !== undefined);
  await webview.send({ type: 'trialReady', jobId: 'seed', ...adamAt(id, remedy.value) });
  await webview.posted('verdict', ({ candidate }) => candidate === id);
  await webview.posted('done');
  return id;
}

/** The chart of the unfixed script, once it has a value. */
const drawn = 'section.curves-of-log [role=slider][aria-valuetext*=": Unfixed script"]';

describe('the page reruns a script', function () {
  this.timeout(60_000);
  const start = pages();

  it('from the job to curves, verdicts and the button that applies', async () => {
    const webview = await start();
    await webview.send(seedJob());
    const offered = await finish(webview);

    const reproduced = await webview.posted('reproduced');
    assert.equal(reproduced.verdict.outcome, 'confirmed');
    const outcomes = (await webview.all()).flatMap((message) =>
      message.type === 'verdict' ? [[message.candidate, message.verdict.outcome]] : [],
    );
    assert.deepEqual(outcomes, [
      ['learning-rate', 'confirmed'],
      ['adam', 'refuted'],
      ['clip', 'partly'],
      [offered, 'confirmed'],
    ]);

    const { page } = webview;
    await page.getByRole('heading', { name: /^Confirmed: SGD with learning rate 0\.0034/ }).waitFor();
    assert.match(await page.locator('.gate').innerText(), /All 20 printed losses reproduced/);
    const card = page.locator('article').first();
    assert.match(await card.innerText(), /20 of 20 starts .*95 % lower bound 86 %/s);
    assert.equal(await card.locator('.mark').count(), 20);
    assert.equal(await card.locator('del code').innerText(), 'model.compile(optimizer="sgd", loss="mean_squared_error")');
    assert.match(await card.locator('ins code').innerText(), /SGD\(learning_rate=0\.0034\)/);

    await page.getByRole('button', { name: 'Apply to train.py: SGD with learning rate 0.0034' }).click();
    assert.deepEqual(await webview.posted('apply'), { type: 'apply', jobId: 'seed', candidate: 'learning-rate' });
    await webview.send({ type: 'applied', jobId: 'seed', candidate: 'learning-rate' });
    await card.getByText('Applied').waitFor();
  });

  it('shows where the unfixed script leaves the finite numbers, in the picture and in the table', async () => {
    const webview = await start();
    await webview.send(seedJob());
    await webview.posted('done');
    const { page } = webview;
    const match = page.locator('section.curves-of-log');
    await match.getByText('Values as a table').click();
    const row = (epoch: number) => match.locator('tbody tr').nth(epoch - 1).innerText();
    assert.deepEqual((await row(1)).split(/\s+/), ['1', '450.98', '450.98']);
    assert.match(await row(63), /^63\s+[\d.]+e\+3\d\s+–$/);
    assert.deepEqual((await row(64)).split(/\s+/), ['64', 'inf', '–']);
    assert.deepEqual((await row(134)).split(/\s+/), ['134', 'NaN', '–']);

    await match.getByRole('button', { name: 'Export SVG' }).click();
    const { content } = await webview.posted('save', ({ name }) => name === 'train-unfixed.svg');
    assert.ok(typeof content === 'string' && content.includes('inf from epoch 64') && content.includes('NaN from epoch 134'));
  });

  it('draws curves while it trains', async () => {
    const webview = await start();
    // Slow enough to look at: a million epochs.
    await webview.send(seedJobWith((spec) => ({ ...spec, epochs: 1_000_000 })));
    await webview.page.locator(drawn).waitFor();
    assert.equal((await webview.all()).some(({ type }) => type === 'done'), false);
  });

  it('cancels at once, keeps what was decided, and goes on from there', async () => {
    const webview = await start();
    await webview.send(seedJobWith((spec) => (spec.optimizer.className === 'Adam' ? { ...spec, epochs: 2_000_000 } : spec)));
    await webview.posted('verdict', ({ candidate }) => candidate === 'learning-rate');
    const { page } = webview;
    await page.getByRole('button', { name: 'Cancel' }).click();
    await webview.posted('cancelled');
    await webview.page.getByRole('heading', { name: 'Rerun cancelled' }).waitFor();
    await webview.page.locator('article').first().locator('.status').getByText('Confirmed').waitFor();
    const before = (await webview.all()).length;
    await page.waitForTimeout(300);
    assert.equal((await webview.all()).length, before, 'nothing is posted after a cancel');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
  });

  it('is cancelled by the host too', async () => {
    const webview = await start();
    await webview.send(seedJobWith((spec) => ({ ...spec, epochs: 2_000_000 })));
    await webview.page.getByRole('button', { name: 'Cancel' }).waitFor();
    await webview.send({ type: 'cancelRerun' });
    await webview.posted('cancelled');
  });

  it('comes back after a reload as it was left, and trains only what is undecided', async () => {
    const webview = await start();
    await webview.send(seedJob());
    const offered = await finish(webview);
    await webview.page.getByRole('button', { name: 'Linear' }).first().click();
    await webview.load('light');
    await webview.send(seedJob());
    await webview.page.getByText('Confirmed: SGD with learning rate 0.0034').waitFor();
    const offer = await webview.posted('offer', ({ id }) => id === offered);
    assert.ok(offer.remedy.kind === 'adam');
    await webview.send({ type: 'trialReady', jobId: 'seed', ...adamAt(offered, offer.remedy.value!) });
    await webview.page.locator('article').filter({ hasText: 'Adam with learning rate' }).getByText('Confirmed').waitFor();
    const types = (await webview.all()).map(({ type }) => type);
    assert.deepEqual(types, ['ready', 'reproduced', 'verdict', 'verdict', 'verdict', 'offer', 'verdict'], 'nothing was trained again');
    assert.equal(await webview.page.getByRole('button', { name: 'Linear' }).first().getAttribute('aria-pressed'), 'true');
  });

  it('does not show the verdicts of another job', async () => {
    const webview = await start();
    await webview.send(seedJob());
    await webview.posted('done');
    await webview.load('dark');
    await webview.send(seedJobWith((spec) => ({ ...spec, epochs: 2_000_000 }), { jobId: 'edited' }));
    await webview.page.getByText('Rerunning train.py').waitFor();
    assert.equal(await webview.page.locator('article .outcome-icon').count(), 0);
  });

  it('says when the script was edited meanwhile, and asks for a new job', async () => {
    const webview = await start();
    await webview.send(seedJob());
    await webview.send({ type: 'stale', jobId: 'seed' });
    const { page } = webview;
    await page.getByText('train.py was edited since').waitFor();
    assert.equal(await page.getByRole('button', { name: /^Apply to/ }).first().isDisabled(), true);
    await page.getByRole('button', { name: 'Rerun the new text' }).click();
    await webview.posted('restart');
  });

  it('says why a script cannot be rerun, and leads to the line', async () => {
    const webview = await start();
    await webview.send({
      type: 'showRefusal',
      script: { id: 'file:///train.py', name: 'train.py' },
      reason: { id: 'rerun.refused.layer', args: { layer: 'Lambda' } },
      line: 4,
    });
    await webview.page.getByText('The layer Lambda is not rebuilt here').waitFor();
    await webview.page.getByRole('button', { name: 'Line 5' }).click();
    assert.deepEqual(await webview.posted('openLine'), { type: 'openLine', source: 'file:///train.py', line: 4 });
  });

  it('asks for data that are not at hand, or lets others stand in and says what that costs', async () => {
    const webview = await start();
    const wanted = {
      type: 'showDataWanted',
      script: { id: 'file:///train.py', name: 'train.py' },
      reason: { id: 'script.file', args: { name: 'keras/mnist.npz' } },
      line: 2,
      files: ['keras/mnist.npz'],
      standIn: [{ id: 'script.stand-in', args: { rows: 256, shape: '(28, 28)' } }],
    } as const;
    await webview.send(wanted);
    const { page } = webview;
    await page.getByRole('heading', { name: 'Which data should it train on?' }).waitFor();
    await page.getByText('Show where mnist.npz is.').waitFor();
    await page.getByRole('button', { name: 'Line 3' }).click();
    assert.deepEqual(await webview.posted('openLine'), { type: 'openLine', source: 'file:///train.py', line: 2 });
    await page.getByRole('button', { name: 'Choose a file…' }).click();
    assert.deepEqual(await webview.posted('useData'), { type: 'useData', from: 'file' });
    const refused = { id: 'script.given.shape', args: { file: 'a.npz', found: '(3, 2)', wanted: '(3, 28, 28)' } };
    await webview.send({ ...wanted, refused });
    await page.getByRole('alert').getByText('The inputs in a.npz have the shape (3, 2), the model takes (3, 28, 28).').waitFor();
    await page.getByText('256 rows of random numbers of shape (28, 28) stand in for data that are not at hand.').waitFor();
    await page.getByRole('button', { name: 'Use stand-in data' }).click();
    await webview.posted('useData', ({ from }) => from === 'stand-in');
  });

  it('calls nothing confirmed that was trained on stand-in data', async () => {
    const webview = await start();
    const show = jobOfFiles('test/fixtures/diagnosis/sigmoid-for-prices.py', { data: 'stand-in', remedies: [{ kind: 'adam', value: 0.01 }], starts: 5 });
    await webview.send(show);
    await webview.posted('done');
    assert.match(await webview.page.locator('.gate').innerText(), /^Trained on stand-in data, so the log was not compared\./);
    const outcomes = (await webview.all()).flatMap((message) => (message.type === 'verdict' ? [message.verdict.outcome] : []));
    assert.ok(outcomes.length >= 2 && outcomes.includes('partly') && !outcomes.includes('confirmed'), outcomes.join());
    await webview.page.getByText(/random numbers of shape .* stand in for data that are not at hand/).first().waitFor();
    await webview.page.getByText('below 50 % of the loss of the best constant prediction (setting lossDoctor.rerun.goal)').waitFor();
  });

  it('reruns the values of the user', async () => {
    const webview = await start();
    await webview.send(seedJob());
    await finish(webview);
    const { page } = webview;
    await page.getByRole('button', { name: 'Rerun with these' }).click();
    await page.getByText('Change at least one value.').waitFor();
    await page.getByRole('spinbutton', { name: 'Learning rate' }).fill('0.005');
    await page.getByRole('button', { name: 'Rerun with these' }).click();
    const { id, trial } = await webview.posted('tryIt');
    assert.deepEqual(trial, { learningRate: 0.005 });
    const { candidate, spec } = adamAt(id, 0.1);
    await webview.send({ type: 'trialReady', jobId: 'seed', candidate: { ...candidate, title: 'Mine' }, spec });
    const { verdict } = await webview.posted('verdict', (message) => message.candidate === id);
    assert.equal(verdict.outcome, 'confirmed');

    await page.getByRole('spinbutton', { name: 'Batch size' }).fill('7');
    await page.getByRole('button', { name: 'Rerun with these' }).click();
    const second = await webview.posted('tryIt', (message) => message.id !== id);
    await webview.send({
      type: 'trialRefused',
      jobId: 'seed',
      id: second.id,
      refused: { id: 'rerun.refused.optimizer', args: { optimizer: 'Foo' } },
    });
    await page.getByRole('alert').getByText('The optimizer Foo is not rebuilt here').waitFor();
  });

  it('says when a rerun will take long, and runs fewer epochs instead', async () => {
    const slow = { type: 'events', events: [{ type: 'progress', done: 1, total: 61, secondsLeft: 240, bytes: 612_345_678 }] };
    const webview = await start({ worker: `onmessage = ({ data }) => {
      globalThis.postMessage(data.job.baseline.epochs === 500 ? ${JSON.stringify(slow)} : { type: 'events', events: [
        { type: 'reproduced', baseline: { seed: 0, losses: [1] },
          verdict: { outcome: 'confirmed', reason: data.job.baseline.substitutions[0], caveats: [], evidence: {} } }] });
    }` });
    await webview.send(seedJob());
    await webview.page.getByText('This will take about 4 min and 610 MB of memory.').waitFor();
    await webview.page.getByRole('button', { name: 'Run 46 epochs instead' }).click();
    await webview.page.locator('.gate').getByText('only 46 of the 500 epochs were trained').waitFor();
  });

  it('maps the learning rates, marks the edge, and tries the rate that was picked', async () => {
    const webview = await start({ width: 1200 });
    await webview.send(seedJob());
    await webview.posted('done');
    const { page } = webview;
    await page.getByRole('button', { name: 'Map the learning rates' }).click();
    const sweep = page.locator('section.sweep');
    await sweep.locator('[aria-busy=false]').waitFor();
    assert.match(await sweep.innerText(), /Your script\s+0\.01\s+Proposed\s+0\.0034\s+Edge of stability, SGD\s+0\.0069/);
    const slider = sweep.getByRole('slider');
    await slider.focus();
    await slider.press('Home');
    for (let presses = 0; presses < 10; presses++) await slider.press('ArrowRight');
    assert.match((await slider.getAttribute('aria-valuetext'))!, /^Learning rate 0\.00316: SGD [\d.e-]+, RMSprop/);
    await slider.press('Enter');
    await page.getByRole('button', { name: 'Rerun with these' }).click();
    assert.deepEqual((await webview.posted('tryIt')).trial, { learningRate: 0.00316 });
    await sweep.getByRole('button', { name: 'Export SVG' }).click();
    const { content } = await webview.posted('save');
    assert.ok(typeof content === 'string' && /inf from learning rate 0\.01\d*/.test(content) && !content.includes('NaN'));
  });

  it('shows why it happens: a valley, and steps that climb out of it', async () => {
    const webview = await start({ width: 1200 });
    await webview.send(seedJob());
    await webview.posted('done');
    const { page } = webview;
    await page.getByRole('button', { name: 'Show the loss around the start' }).click();
    const section = page.locator('section.landscape');
    await section.getByText('Learning rate 0.01 is too high: each step lands on the other side, 1.89 times as far from the bottom.').waitFor();
    await section.getByText(/Learning rate 0\.0034 holds: each step takes away 98 % of the distance/).waitFor();
    await section.getByText('Every learning rate below 0.00693 holds here.').waitFor();
    assert.deepEqual((await section.locator('.inputs tbody tr').allInnerTexts()).map((row) => row.split('\t').map((cell) => cell.trim())), [
      ['As they are', '144', '0.00693'],
      ['The first 10 samples only', '38.5', '0.0255'],
      ['Divided by 10', '1.43', '0.437'],
      ['Normalized', '1', '1'],
    ]);
    await section.getByRole('button', { name: 'Export SVG' }).click();
    const { content } = await webview.posted('save');
    assert.ok(typeof content === 'string' && !/NaN|Infinity|e\+/.test(content));
    assert.equal(content.match(/<polyline/g)?.length, 3);
  });

  it('trains what is not tiny with WebAssembly, under the policy of a webview', async () => {
    const webview = await start({
      beforeWorker: `{
        const { instantiate } = WebAssembly;
        WebAssembly.instantiate = (...given) => ((globalThis.instantiated = true), instantiate(...given));
      }`,
    });
    const inputs = 64;
    const dense = (name: string, units: number, input: number) => ({
      className: 'Dense',
      name,
      config: { units, activation: 'linear', use_bias: true, kernel_initializer: 'glorot_uniform', bias_initializer: 'zeros' },
      inputs: [input],
    });
    const data = (columns: number) => Float64Array.from({ length: 512 * columns }, (_, index) => Math.sin(index));
    const show = seedJobWith((spec) => ({
      ...spec,
      layers: [{ ...spec.layers[0]!, config: { shape: [inputs] } }, dense('wide', 256, 0), dense('out', 1, 1)],
      outputs: [2],
      x: [{ shape: [512, inputs], data: data(inputs), dtype: 'float64' }],
      y: [{ shape: [512], data: data(1), dtype: 'float64' }],
      epochs: 100_000,
    }));
    await webview.send({ ...show, job: { ...show.job, observed: undefined } });
    await webview.page.locator(drawn).waitFor();
    const [trainer] = webview.page.workers();
    assert.ok(trainer, `still trains: ${JSON.stringify(await webview.all())}`);
    assert.equal(await trainer.evaluate('globalThis.instantiated'), true);
  });

  it('writes a report', async () => {
    const webview = await start();
    await webview.send(seedJob());
    await finish(webview);
    await webview.page.getByRole('button', { name: 'Copy report' }).click();
    const { text } = await webview.posted('copy');
    assert.match(text, /^## Rerun of train\.py/);
    assert.match(text, /\| SGD with learning rate 0\.0034 \| Confirmed \| 20 of 20 starts/);
    assert.match(text, /```diff\n-model\.compile\(optimizer="sgd"/);
    await webview.page.getByRole('button', { name: 'Save report' }).click();
    assert.equal((await webview.posted('save')).name, 'train-rerun.md');
  });

  it('opens the line of the log from its epoch', async () => {
    const webview = await start();
    await webview.send(seedJob());
    await webview.posted('done');
    const slider = webview.page.getByRole('slider').last();
    await slider.focus();
    await slider.press('Home');
    await slider.press('ArrowRight');
    assert.match((await slider.getAttribute('aria-valuetext'))!, /^Epoch 2: Unfixed script 1603\.1, Your log 1603\.1$/);
    await slider.press('Enter');
    assert.deepEqual(await webview.posted('openLine'), { type: 'openLine', source: 'file:///train.log', line: 3 });
  });
});
