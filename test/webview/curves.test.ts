import assert from 'node:assert/strict';
import { pages, type Webview } from './harness';
import { curveRun, curvesOf } from './jobs';

describe("the page shows a log's own curves", function () {
  this.timeout(60_000);
  const start = pages();
  let webview: Webview;
  beforeEach(async () => {
    webview = await start();
  });

  const legend = async (): Promise<string[]> =>
    (await webview.page.locator('.legend-label').allInnerTexts()).map((text) => text.trim());
  const reading = () => webview.page.getByRole('slider').getAttribute('aria-valuetext');

  it('the loss first, any metric by its button, several runs over each other', async () => {
    await webview.send(curvesOf(curveRun('first', 'run 1', 60), curveRun('second', 'run 2', 38)));
    await webview.page.locator('canvas').waitFor();
    assert.deepEqual(await legend(), ['run 1 loss', 'run 1 val_loss', 'run 2 loss', 'run 2 val_loss']);
    await webview.page.getByRole('button', { name: 'accuracy', exact: true }).click();
    await webview.page.getByRole('button', { name: 'loss', exact: true }).click();
    await webview.page.getByRole('button', { name: 'val_loss', exact: true }).click();
    assert.deepEqual(await legend(), ['run 1 accuracy', 'run 2 accuracy']);
  });

  it('follows a log that grows, and keeps what the user chose', async () => {
    await webview.send(curvesOf(curveRun('log', 'train.log', 5, true)));
    await webview.page.getByText('live', { exact: true }).waitFor();
    await webview.page.getByRole('button', { name: 'learning_rate' }).click();
    assert.match((await reading())!, /^Epoch 5:/);
    await webview.send(curvesOf(curveRun('log', 'train.log', 9, false)));
    await webview.page.getByText('live', { exact: true }).waitFor({ state: 'detached' });
    assert.match((await reading())!, /^Epoch 9: loss .*, val_loss .*, learning_rate 0\.0001$/);
  });

  it('leads from a point to the line of its own run', async () => {
    await webview.send(curvesOf(curveRun('first', 'run 1', 60), curveRun('second', 'run 2', 38)));
    const plot = webview.page.locator('.u-over');
    const { x, y, width, height } = (await plot.boundingBox())!;
    await webview.page.mouse.move(x + width / 2, y + height / 2);
    await webview.page.mouse.down();
    await webview.page.mouse.up();
    const { source, line } = await webview.posted('openLine');
    assert.equal(source, 'file:///first.log');
    assert.ok(line > 50 && line < 70 && line % 2 === 1, String(line));
  });

  it('zooms by drawing a rectangle, and back out', async () => {
    await webview.send(curvesOf(curveRun('log', 'train.log', 60)));
    const plot = webview.page.locator('.u-over');
    const { x, y, width, height } = (await plot.boundingBox())!;
    await webview.page.mouse.move(x + width * 0.3, y + height * 0.3);
    await webview.page.mouse.down();
    await webview.page.mouse.move(x + width * 0.6, y + height * 0.6, { steps: 4 });
    await webview.page.mouse.up();
    await webview.page.getByRole('button', { name: 'Reset zoom' }).click();
    await webview.page.getByRole('button', { name: 'Reset zoom' }).waitFor({ state: 'detached' });
    assert.equal((await webview.all()).some(({ type }) => type === 'openLine'), false, 'a drag is no click');
  });

  it('says that zero and below are not on a log scale', async () => {
    const run = curveRun('log', 'train.log', 3);
    await webview.send(curvesOf({ ...run, curves: [{ metric: 'loss', values: [1, 0, -1] }] }));
    await webview.page.getByText('Values of zero and below are not on a log scale.').waitFor();
    await webview.page.getByRole('button', { name: 'Linear' }).click();
    await webview.page.getByText('Values of zero and below').waitFor({ state: 'detached' });
  });

  it('shows 100,000 epochs', async () => {
    await webview.send(curvesOf(curveRun('log', 'train.log', 100_000)));
    await webview.page.locator('canvas').waitFor();
    assert.match((await reading())!, /^Epoch 100000:/);
    await webview.page.getByText('Values as a table').click();
    await webview.page.getByText('A selection of the epochs').waitFor();
    assert.ok((await webview.page.locator('tbody tr').count()) <= 500);
  });
});
