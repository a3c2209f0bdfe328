/** Loss curves on a canvas. Everything a canvas cannot say to a screen reader is the business of `view/chart-view.tsx`. */
import uPlot from 'uplot';
import type { Palette } from '../theme';
import { tickLabel, ticks, xRange, xTicks, yRange, type ScaleKind, type XKind } from './axis';
import { barHeight, laneHeight, laneLabels, lanes, type Lane } from './lanes';
import { hasBand, type Colour, type Series } from './series';

/** A vertical line. */
export interface Mark {
  readonly x: number;
  readonly label: string;
  readonly colour: Colour;
  readonly dash?: readonly number[] | undefined;
}

/** A way over the plot that goes to and fro, drawn through its places in their order. */
export interface Trail {
  readonly label: string;
  readonly colour: Colour;
  readonly places: readonly { readonly x: number; readonly y: number }[];
}

export interface ChartData {
  /** Epoch numbers or learning rates, ascending. */
  readonly x: readonly number[];
  readonly xKind: XKind;
  readonly marks?: readonly Mark[] | undefined;
  readonly trails?: readonly Trail[] | undefined;
  /** What lies above it may leave the plot. */
  readonly ceiling?: number | undefined;
  readonly series: readonly Series[];
  readonly scale: ScaleKind;
}

interface ChartEvents {
  /** The pointer is over this index of x; undefined when it has left. */
  hover(index: number | undefined): void;
  /** A click on this index of x. */
  pick(index: number): void;
  /** The user zoomed in, or back out. */
  zoom(zoomed: boolean): void;
}

/** Between pressing and releasing the button within so many pixels is a click, beyond it a zoom. */
const clickSlack = 4;

/** Half the width of a digit on an axis, in pixels. */
const halfDigit = 3.5;

export class Chart {
  #plot: uPlot | undefined;
  #data: ChartData = { x: [], xKind: 'epochs', series: [], scale: 'log' };
  #structure = '';
  #lanes: readonly Lane[] = [];
  #zoomed = false;
  readonly #resize: ResizeObserver;

  constructor(
    private readonly parent: HTMLElement,
    private readonly events: ChartEvents,
    private palette: Palette,
  ) {
    this.#resize = new ResizeObserver(() => this.#plot?.setSize(this.#size()));
    this.#resize.observe(parent);
  }

  set(data: ChartData): void {
    this.#data = data;
    this.#lanes = lanes(data.series);
    const structure = JSON.stringify([
      data.scale,
      data.xKind,
      data.series.map((series) => [series.id, series.colour, series.dash, series.points, hasBand(series)]),
    ]);
    if (structure !== this.#structure || !this.#plot) {
      this.#structure = structure;
      this.#rebuild();
    } else {
      this.#plot.setData(columns(data), !this.#zoomed);
      if (this.#zoomed) this.#plot.redraw();
    }
  }

  repaint(palette: Palette): void {
    this.palette = palette;
    this.#rebuild();
  }

  /** Shows the cursor at an index of x, or nowhere. */
  point(index: number | undefined): void {
    const plot = this.#plot;
    const x = index === undefined ? undefined : this.#data.x[index];
    if (!plot) return;
    plot.setCursor(x === undefined ? { left: -10, top: -10 } : { left: plot.valToPos(x, 'x'), top: 0 }, false);
  }

  resetZoom(): void {
    this.#zoomed = false;
    this.#plot?.setData(columns(this.#data), true);
    this.events.zoom(false);
  }

  destroy(): void {
    this.#resize.disconnect();
    this.#plot?.destroy();
  }

  #size(): { width: number; height: number } {
    const { clientWidth: width, clientHeight: height } = this.parent;
    return { width: Math.max(width, 120), height: Math.max(height, 120) };
  }

  /** Half of the last label of x stands to the right of the plot. */
  #roomRight(): number {
    const last = this.#data.x.at(-1);
    return Math.max(14, last === undefined ? 0 : halfDigit * tickLabel(last).length + 2);
  }

  #rebuild(): void {
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#options(), columns(this.#data), this.parent);
    this.#zoomed = false;
  }

  #options(): uPlot.Options {
    const { scale, xKind } = this.#data;
    const { grid, muted, font } = this.palette;
    const axisFont = `11px ${font}`;
    const shared = { stroke: muted, font: axisFont, ticks: { show: false } };
    return {
      ...this.#size(),
      legend: { show: false },
      padding: [() => laneHeight * this.#lanes.length + 10, () => this.#roomRight(), 0, 0],
      cursor: {
        y: false,
        drag: { x: true, y: true, uni: 24, setScale: true },
        points: { size: 7 },
        bind: { dblclick: () => () => (this.resetZoom(), null) },
      },
      scales: {
        x: { time: false, distr: xKind === 'rates' ? 3 : 1, range: (_plot, min, max) => this.#xRange(min, max) },
        y: { distr: scale === 'log' ? 3 : 1, range: (_plot, min, max) => this.#yRange(min, max) },
      },
      axes: [
        {
          ...shared,
          size: 28,
          gap: 6,
          grid: { show: false },
          incrs: anyIncrement,
          splits: (plot, _axis, min, max) => xTicks({ min, max }, xKind, Math.max(2, plot.width / 90)),
          filter: (_plot, splits) => splits,
          values: (_plot, splits) => splits.map(tickLabel),
        },
        {
          ...shared,
          gap: 8,
          grid: { stroke: grid, width: 1, dash: [1, 3] },
          incrs: anyIncrement,
          splits: (plot, _axis, min, max) => ticks({ min, max }, scale, Math.max(3, plot.height / 44)),
          filter: (_plot, splits) => splits,
          values: (_plot, splits) => splits.map(tickLabel),
          size: (_plot, labels) => 20 + 6.2 * Math.max(3, ...(labels ?? []).map((label) => label.length)),
        },
      ],
      ...this.#curves(),
      hooks: {
        draw: [(plot) => this.#drawLanes(plot), (plot) => this.#drawMarks(plot), (plot) => this.#drawTrails(plot)],
        setCursor: [(plot) => this.events.hover(plot.cursor.idx ?? undefined)],
        setSelect: [
          (plot) => {
            if (plot.select.width > 0 || plot.select.height > 0) this.#setZoomed(true);
          },
        ],
        ready: [(plot) => this.#listen(plot)],
      },
    };
  }

  /** Per curve one line, and two invisible ones around it where it stands for several starts. */
  #curves(): Pick<uPlot.Options, 'series' | 'bands'> {
    const series: uPlot.Series[] = [{}];
    const bands: uPlot.Band[] = [];
    for (const one of this.#data.series) {
      const { colour, dash, points } = one;
      const stroke = this.palette.series[colour];
      series.push(
        points
          ? { stroke, paths: () => null, points: { show: true, size: 6, width: 1.5, stroke, fill: this.palette.background } }
          : { stroke, width: 2, ...(dash && { dash: [...dash] }), points: { show: false } },
      );
      if (hasBand(one)) {
        const edge: uPlot.Series = { stroke, width: 0, points: { show: false } };
        series.push(edge, edge);
        bands.push({ series: [series.length - 1, series.length - 2], fill: veil(stroke) });
      }
    }
    return { series, bands };
  }

  #xRange(min: number, max: number): [number, number] {
    if (this.#zoomed) return [min, max];
    const range = xRange(this.#data.x, this.#data.xKind);
    return [range.min, range.max];
  }

  #yRange(min: number, max: number): [number, number] {
    if (this.#zoomed) return [min, max];
    const range = yRange(this.#data);
    return [range.min, range.max];
  }

  #setZoomed(zoomed: boolean): void {
    this.#zoomed = zoomed;
    this.events.zoom(zoomed);
  }

  #listen(plot: uPlot): void {
    // The browser gives a lost canvas back empty, and without the state that uPlot believes it to have.
    plot.ctx.canvas.addEventListener('contextrestored', () => this.#rebuild());
    let pressed: PointerEvent | undefined;
    plot.over.addEventListener('pointerdown', (event) => (pressed = event));
    plot.over.addEventListener('pointerup', (event) => {
      const moved = pressed ? Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) : Infinity;
      const index = plot.cursor.idx;
      if (moved <= clickSlack && typeof index === 'number') this.events.pick(index);
    });
  }

  /** Above the plot: where a curve is infinite (solid) or NaN (hatched), in the colour of the curve. */
  #drawLanes(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const { devicePixelRatio: ratio } = window;
    const right = bbox.left + bbox.width;
    const position = (at: number) => plot.valToPos(at, 'x', true);
    ctx.save();
    ctx.font = `${11 * ratio}px ${this.palette.font}`;
    ctx.textBaseline = 'bottom';
    ctx.textAlign = 'left';
    this.#lanes.forEach((lane, row) => {
      const bottom = bbox.top - ((this.#lanes.length - row - 1) * laneHeight + 5) * ratio;
      const height = barHeight * ratio;
      ctx.fillStyle = this.palette.series[lane.colour];
      for (const { from, to, kind } of lane.stretches) {
        const start = Math.max(position(this.#data.x[from]!), bbox.left);
        const end = Math.min(position(this.#data.x[to]!), right);
        if (end < bbox.left || start > right) continue;
        const width = Math.max(end - start, 3 * ratio);
        if (kind === 'inf' || kind === '-inf') ctx.fillRect(start, bottom - height, width, height);
        else {
          const dash = 3 * ratio;
          for (let x = start; x < start + width; x += 2 * dash) {
            ctx.fillRect(x, bottom - height, Math.min(dash, start + width - x), height);
          }
        }
      }
      ctx.fillStyle = this.palette.foreground;
      const measure = (text: string) => ctx.measureText(text).width;
      for (const { text, left } of laneLabels(lane, this.#data, position, measure, right)) {
        ctx.fillText(text, Math.max(left, bbox.left), bottom - height - ratio);
      }
    });
    ctx.restore();
  }

  #drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const { devicePixelRatio: ratio } = window;
    ctx.save();
    ctx.lineWidth = 1.5 * ratio;
    for (const { x, colour, dash } of this.#data.marks ?? []) {
      const at = plot.valToPos(x, 'x', true);
      if (at < bbox.left || at > bbox.left + bbox.width) continue;
      ctx.strokeStyle = this.palette.series[colour];
      ctx.setLineDash((dash ?? []).map((length) => length * ratio));
      ctx.beginPath();
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  #drawTrails(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const { devicePixelRatio: ratio } = window;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const { places, colour } of this.#data.trails ?? []) {
      const corners = places.map(({ x, y }) => [plot.valToPos(x, 'x', true), plot.valToPos(y, 'y', true)] as const);
      ctx.strokeStyle = this.palette.series[colour];
      ctx.fillStyle = this.palette.series[colour];
      ctx.lineWidth = 1.5 * ratio;
      ctx.beginPath();
      for (const [x, y] of corners) ctx.lineTo(x, y);
      ctx.stroke();
      for (const [x, y] of corners) {
        ctx.beginPath();
        ctx.arc(x, y, 3.5 * ratio, 0, 2 * Math.PI);
        ctx.fill();
      }
    }
    ctx.restore();
  }
}

/** Unused, but uPlot draws no axis for which it finds no increment: neither over 38 decades nor below 5. */
const anyIncrement = (_plot: uPlot, _axis: number, min: number, max: number) => [Math.max(max - min, 5)];

/** uPlot's columns: x, then for each curve its line and the edges of its band. null breaks a line, undefined does not. */
function columns({ x, series, scale }: ChartData): uPlot.AlignedData {
  const drawable = (value: number | undefined) => {
    if (value === undefined) return undefined;
    return Number.isFinite(value) && (scale === 'linear' || value > 0) ? value : null;
  };
  const column = (values: Series['values']) => x.map((_, index) => drawable(values[index]));
  return [
    [...x],
    ...series.flatMap((one) =>
      hasBand(one) ? [column(one.values), column(one.low), column(one.high)] : [column(one.values)],
    ),
  ];
}

function veil(colour: string): string {
  return `color-mix(in srgb, ${colour} 18%, transparent)`;
}
