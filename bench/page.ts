/** The page of the rerun in a real Chromium, under the policy of a VS Code webview: how long a user waits. */
import { launch, open, packed } from '../test/webview/harness';
import { seedJob } from '../test/webview/jobs';
import { withOptimizer } from '../test/unit/rerun/seed';
import { encode, type ShowConfirm } from '../src/webview/protocol';

export interface Waits {
  /** Milliseconds from the job's message until the first points of a curve are on the page. */
  readonly points: number;
  /** … until the last verdict is. */
  readonly verdicts: number;
}

/** The diverging linear unit of 500 epochs and four other learning rates, five starts each. */
function job(): ShowConfirm {
  const show = seedJob();
  const [given] = show.candidates;
  const rates = [0.001, 0.002, 0.003, 0.004];
  return {
    ...show,
    candidates: rates.map((rate) => ({ ...given!, id: String(rate), remedy: { kind: 'learning-rate', value: rate } })),
    job: {
      ...show.job,
      starts: 5,
      candidates: rates.map((rate) => ({
        id: String(rate), remedy: { kind: 'learning-rate', value: rate }, spec: withOptimizer('SGD', { learning_rate: rate }),
      })),
    },
  };
}

/** Asks the page itself, so that the way to it and back is left out. */
function watched(message: string): string {
  return `new Promise((resolve) => {
    const began = performance.now();
    let points;
    fakeHost.deliver(${JSON.stringify(message)});
    const look = () => {
      const drawn = [...document.querySelectorAll('[role=slider]')].some((chart) => /^Epoch/.test(chart.getAttribute('aria-valuetext') ?? ''));
      if (drawn) points ??= performance.now() - began;
      if (fakeHost.posted.some((posted) => JSON.parse(posted).type === 'done')) resolve({ points, verdicts: performance.now() - began });
      else requestAnimationFrame(look);
    };
    look();
  })`;
}

/** The shortest of several pages. */
export async function waits(times = 5): Promise<Waits> {
  const browser = await launch();
  try {
    const all: Waits[] = [];
    for (let count = 0; count < times; count++) {
      const webview = await open(browser);
      all.push(await webview.page.evaluate<Waits>(watched(packed(encode(job())))));
      await webview.close();
    }
    return { points: Math.min(...all.map(({ points }) => points)), verdicts: Math.min(...all.map(({ verdicts }) => verdicts)) };
  } finally {
    await browser.close();
  }
}
