import assert from 'node:assert/strict';
import fc from 'fast-check';
import { paddedRange, tickLabel, ticks, xTicks, type ScaleKind } from '../../../src/webview/chart/axis';
import { laneLabels, lanes } from '../../../src/webview/chart/lanes';
import { toCsv, toSvg } from '../../../src/webview/chart/picture';
import { extent, single, spread } from '../../../src/webview/chart/series';

const line = (values: readonly (number | undefined)[], more = {}) =>
  single({ id: 'a', label: 'a', colour: 'blue', values, ...more });

describe('webview/chart: series', () => {
  it('tells where a curve is not finite', () => {
    assert.deepEqual(line([1, Infinity, Infinity, NaN, 2, -Infinity, undefined]).stretches, [
      { from: 1, to: 2, kind: 'inf', starts: 1 },
      { from: 3, to: 3, kind: 'NaN', starts: 1 },
      { from: 5, to: 5, kind: '-inf', starts: 1 },
    ]);
  });

  it('takes the median of the starts, and counts those that are lost as the worst', () => {
    const base = { id: 'a', label: 'a', colour: 'blue' } as const;
    const { values, low, high, stretches } = spread(base, [1, 2, 3], [[1, 1, 1], [3, NaN, NaN], [2, 5, Infinity]]);
    assert.deepEqual(values, [2, 5, NaN]);
    assert.deepEqual(low, [1, 1, 1]);
    assert.deepEqual(high, [3, 5, 1]);
    assert.deepEqual(stretches, [{ from: 1, to: 2, kind: 'some', starts: 2 }]);
  });

  it('ends where the longest start ends', () => {
    assert.deepEqual(spread({ id: 'a', label: 'a', colour: 'red' }, [1, 3, 5], [[1, 2, 3], [7]]).values, [1, 3]);
  });

  it('finds the range of what can be drawn', () => {
    assert.deepEqual(extent([line([5, NaN, Infinity, 0, -1])], false), { min: -1, max: 5 });
    assert.deepEqual(extent([line([5, NaN, Infinity, 0, -1])], true), { min: 5, max: 5 });
    assert.equal(extent([line([NaN])], false), undefined);
  });

  it('lets an ambient curve leave the plot, unless it is alone', () => {
    const ambient = line([3, 1e30], { ambient: true });
    assert.deepEqual(extent([ambient, line([1, 2])], false), { min: 1, max: 3 });
    assert.deepEqual(extent([ambient], false), { min: 3, max: 1e30 });
  });
});

describe('webview/chart: axis', () => {
  it('puts ticks on round decades, over one decade as over eighty', () => {
    assert.deepEqual(ticks({ min: 1e-5, max: 1e3 }, 'log', 8), [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000]);
    assert.deepEqual(ticks({ min: 1, max: 1e38 }, 'log', 5), [1, 1e10, 1e20, 1e30]);
    assert.deepEqual(ticks({ min: 0.3, max: 4 }, 'log', 5), [0.5, 1, 2]);
    assert.deepEqual(ticks({ min: 0, max: 1 }, 'linear', 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(xTicks({ min: 1, max: 3 }, 'epochs', 10), [1, 2, 3]);
  });

  it('labels them as people write them', () => {
    assert.deepEqual([1e38, 2e6, -1e7, 1e-5, 0.001, 250, 0].map(tickLabel), ['10³⁸', '2·10⁶', '−10⁷', '10⁻⁵', '0.001', '250', '0']);
  });

  it('ends where the doubles lie wider apart than the ticks', () => {
    for (const min of [1e16, 1e17, 1e300, -1e17]) assert.ok(ticks({ min, max: min + 4 * Math.abs(min) * 2 ** -53 }, 'linear', 6).length <= 20);
    assert.deepEqual(ticks({ min: 0, max: Number.MIN_VALUE }, 'linear', 6), []);
  });

  it('holds for any range of doubles: few ticks, ascending, inside', () => {
    const kinds: ScaleKind[] = ['log', 'linear'];
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
        fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
        fc.constantFrom(...kinds),
        (a, b, kind) => {
          const [min, max] = [Math.min(a, b), Math.max(a, b)];
          if (kind === 'log' && !(min > 0)) return;
          const range = paddedRange({ min, max }, kind);
          assert.ok(range.min < range.max);
          const found = ticks(range, kind, 6);
          assert.ok(found.length <= 20, String(found.length));
          found.forEach((tick, index) => {
            assert.ok(tick >= range.min * (1 - 1e-9) - 1e-300 || kind === 'linear', `${tick} in ${range.min}..${range.max}`);
            assert.ok(index === 0 || tick > found[index - 1]!);
          });
        },
      ),
    );
  });
});

describe('webview/chart: lanes', () => {
  it('labels what fits, none over another', () => {
    const [lane] = lanes([line([1, Infinity, NaN, NaN])]);
    const measure = (text: string) => text.length;
    const labels = laneLabels(lane!, { x: [1, 2, 3, 4], xKind: 'epochs' }, (epoch) => 10 * epoch, measure, 60);
    assert.deepEqual(labels, [
      { text: 'inf from epoch 2', left: 20 },
      { text: 'NaN from epoch 3', left: 38 },
    ]);
    assert.equal(laneLabels(lane!, { x: [1, 2, 3, 4], xKind: 'epochs' }, (epoch) => 10 * epoch, measure, 40).length, 1);
  });
});

describe('webview/chart: exports', () => {
  const palette = {
    series: { foreground: '#fff', red: '#f00', blue: '#00f', green: '#0f0', purple: '#f0f', yellow: '#ff0' },
    background: '#000', foreground: '#fff', muted: '#aaa', grid: '#333', font: 'sans-serif',
  };

  it('writes CSV that Python reads, with names quoted', () => {
    const csv = toCsv('Epoch', { x: [1, 2], columns: [{ label: 'a "b", c', values: [0.5, NaN] }, { label: '=1', values: [-Infinity] }] });
    assert.equal(csv, "Epoch,\"a \"\"b\"\", c\",'=1\r\n1,0.5,-inf\r\n2,nan,\r\n");
  });

  it('writes SVG that says what the chart says, and nothing that a name smuggles in', () => {
    const evil = '"><script>alert(1)</script>';
    const svg = toSvg({ x: [1, 2, 3], xKind: 'epochs', series: [line([1, 10, Infinity], { label: evil })], scale: 'log' }, evil, palette);
    assert.ok(!svg.includes('<script'));
    assert.ok(svg.includes('inf from epoch 3'));
    assert.match(svg, /<polyline points="72,[\d.]+ 504,[\d.]+"/);
    assert.ok(!/NaN[",]|Infinity/.test(svg));
  });

  it('names axis, marks and trails in the picture, where no pointer reads them out', () => {
    const marks = [{ x: 0.01, label: 'Edge', colour: 'red' }] as const;
    const trails = [{ label: 'Steps', colour: 'blue', places: [{ x: 0.01, y: 1 }] }] as const;
    const svg = toSvg({ x: [0.001, 0.1], xKind: 'rates', series: [line([1, 2])], marks, trails, scale: 'log' }, 'Map', palette);
    for (const name of ['Learning rate', 'Edge 0.01', 'Steps']) assert.ok(svg.includes(`>${name}</text>`), name);
  });
});
