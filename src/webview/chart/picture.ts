/** The chart as a file: SVG, the same SVG as PNG, and its numbers as CSV. */
import type { Palette } from '../theme';
import { strings } from '../strings';
import { tickLabel, ticks, valueLabel, xRange, xTicks, yRange } from './axis';
import type { ChartData } from './chart';
import { barHeight, laneHeight, laneLabels, lanes } from './lanes';
import { hasBand, type Series } from './series';

const width = 960;
const height = 540;
const margin = { left: 72, right: 24, bottom: 52, top: 16 };
const legendRow = 22;
const fontSize = 12;

/** Width of a text, estimated: there is nothing to measure with in a file that another program will draw. */
const measure = (text: string) => text.length * fontSize * 0.56;

/** A picture of its own, in the colours of the theme, with the legend in it. */
export function toSvg(data: ChartData, title: string, palette: Palette): string {
  const { x, xKind, series, scale, marks = [], trails = [] } = data;
  const rows = lanes(series);
  const legend = legendLayout([
    ...series,
    ...marks.map((mark) => ({ ...mark, label: `${mark.label} ${valueLabel(mark.x, 3)}` })),
    ...trails,
  ]);
  const plot = {
    left: margin.left,
    right: width - margin.right,
    top: margin.top + 32 + legend.height + rows.length * laneHeight,
    bottom: height - margin.bottom,
  };
  const across = xRange(x, xKind);
  const up = yRange(data);
  const toX = project(across, xKind === 'rates', plot.left, plot.right);
  const toY = project(up, scale === 'log', plot.bottom, plot.top);
  const shown = (value: number | undefined): value is number =>
    value !== undefined && Number.isFinite(value) && (scale === 'linear' || value > 0);

  const parts: string[] = [
    `<rect width="${width}" height="${height}" fill="${escape(palette.background)}"/>`,
    text(margin.left, margin.top + 12, title, palette.foreground, 'font-weight="600"'),
    ...legend.entries.map(({ entry, left, top }) => {
      const colour = palette.series[entry.colour];
      const y = margin.top + 24 + top + legendRow / 2;
      const sample = entry.points
        ? `<circle cx="${left + 10}" cy="${y}" r="3" fill="none" stroke="${escape(colour)}" stroke-width="1.5"/>`
        : line(left, y, left + 20, y, colour, 2, entry.dash);
      return sample + text(left + 26, y + 4, entry.label, palette.foreground);
    }),
  ];
  for (const tick of ticks(up, scale, 8)) {
    parts.push(
      line(plot.left, toY(tick), plot.right, toY(tick), palette.grid, 1, [1, 3]),
      text(plot.left - 8, toY(tick) + 4, tickLabel(tick), palette.muted, 'text-anchor="end"'),
    );
  }
  for (const tick of xTicks(across, xKind, 10)) {
    parts.push(text(toX(tick), plot.bottom + 20, tickLabel(tick), palette.muted, 'text-anchor="middle"'));
  }
  parts.push(text(plot.right, plot.bottom + 40, strings.xName(xKind), palette.muted, 'text-anchor="end"'));
  rows.forEach((lane, row) => {
    const bottom = plot.top - (rows.length - row - 1) * laneHeight - 5;
    for (const { from, to, kind } of lane.stretches) {
      const dash = kind === 'inf' || kind === '-inf' ? undefined : [3, 3];
      const start = toX(x[from]!);
      const y = bottom - barHeight / 2;
      parts.push(line(start, y, Math.max(toX(x[to]!), start + 3), y, palette.series[lane.colour], barHeight, dash));
    }
    for (const { text: label, left } of laneLabels(lane, data, toX, measure, plot.right)) {
      parts.push(text(left, bottom - barHeight - 3, label, palette.foreground));
    }
  });
  for (const { x: at, colour, dash } of marks) {
    if (at >= across.min && at <= across.max) {
      parts.push(line(toX(at), plot.top, toX(at), plot.bottom, palette.series[colour], 1.5, dash));
    }
  }
  const room = { left: plot.left - 4, top: plot.top - 4 };
  const [roomWidth, roomHeight] = [plot.right - plot.left + 8, plot.bottom - plot.top + 8];
  parts.push(
    `<clipPath id="plot"><rect x="${room.left}" y="${room.top}" width="${roomWidth}" height="${roomHeight}"/></clipPath>`,
    '<g clip-path="url(#plot)">',
  );
  for (const one of series) {
    const { values, colour, dash, points } = one;
    const stroke = palette.series[colour];
    if (hasBand(one)) {
      const { low, high } = one;
      for (const [from, to] of pieces(x.length, (i) => shown(low[i]) && shown(high[i]))) {
        const upper = range(from, to).map((i) => `${round(toX(x[i]!))},${round(toY(high[i]!))}`);
        const lower = range(from, to).map((i) => `${round(toX(x[i]!))},${round(toY(low[i]!))}`).reverse();
        parts.push(`<polygon points="${[...upper, ...lower].join(' ')}" fill="${escape(stroke)}" fill-opacity="0.18"/>`);
      }
    }
    for (const [from, to] of pieces(x.length, (i) => shown(values[i]))) {
      const corners = range(from, to).map((i) => [round(toX(x[i]!)), round(toY(values[i]!))] as const);
      parts.push(
        points
          ? corners
              .map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="none" stroke="${escape(stroke)}" stroke-width="1.5"/>`)
              .join('')
          : `<polyline points="${corners.join(' ')}" fill="none" stroke="${escape(stroke)}" stroke-width="2"${dashed(dash)}/>`,
      );
    }
  }
  for (const { places, colour } of trails) {
    const stroke = escape(palette.series[colour]);
    const corners = places.map((place) => [round(toX(place.x)), round(toY(place.y))] as const);
    parts.push(
      `<polyline points="${corners.join(' ')}" fill="none" stroke="${stroke}" stroke-width="1.5"/>`,
      ...corners.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${stroke}"/>`),
    );
  }
  parts.push('</g>');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    ` font-family="${escape(palette.font)}" font-size="${fontSize}">`,
    `<title>${escape(title)}</title>${parts.join('\n')}</svg>\n`,
  ].join('');
}

/** The SVG drawn at twice its size. */
export async function toPng(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = new OffscreenCanvas(2 * width, 2 * height);
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}

export interface Numbers {
  /** Epoch numbers. */
  readonly x: readonly number[];
  readonly columns: readonly Pick<Series, 'label' | 'values'>[];
}

/** RFC 4180: one row per epoch, one column per curve; NaN, inf and -inf spelled as Python reads them. */
export function toCsv(epoch: string, { x, columns }: Numbers): string {
  const rows = x.map((number, index) => [number, ...columns.map(({ values }) => csvNumber(values[index]))]);
  return [[epoch, ...columns.map(({ label }) => label)].map(csvField), ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function csvNumber(value: number | undefined): string {
  if (value === undefined) return '';
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** Quoted where needed; a leading sign that a spreadsheet would take for a formula is disarmed. */
function csvField(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Pixels of a value between two ends of an axis; what lies far outside is kept where a coordinate is still a number. */
function project({ min, max }: { min: number; max: number }, log: boolean, from: number, to: number) {
  const at = log ? Math.log10 : (value: number) => value;
  return (value: number) => {
    const share = (at(value) - at(min)) / (at(max) - at(min));
    return from + Math.max(-100, Math.min(100, share)) * (to - from);
  };
}

/** What stands in the legend: curves, marks and trails alike. */
type Entry = Pick<Series, 'label' | 'colour' | 'dash' | 'points'>;

function legendLayout(all: readonly Entry[]): { entries: { entry: Entry; left: number; top: number }[]; height: number } {
  let left = margin.left;
  let top = 0;
  const entries = all.map((entry) => {
    const needed = 46 + measure(entry.label);
    if (left > margin.left && left + needed > width - margin.right) {
      left = margin.left;
      top += legendRow;
    }
    const placed = { entry, left, top };
    left += needed;
    return placed;
  });
  return { entries, height: top + legendRow };
}

/** Stretches of indices, both ends included, on which `drawn` holds. */
function pieces(length: number, drawn: (index: number) => boolean): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < length; i++) {
    if (!drawn(i)) continue;
    const last = found.at(-1);
    if (last?.[1] === i - 1) last[1] = i;
    else found.push([i, i]);
  }
  return found;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function line(x1: number, y1: number, x2: number, y2: number, stroke: string, thick: number, dash?: readonly number[]): string {
  const ends = `x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"`;
  return `<line ${ends} stroke="${escape(stroke)}" stroke-width="${thick}"${dashed(dash)}/>`;
}

function dashed(dash: readonly number[] | undefined): string {
  return dash ? ` stroke-dasharray="${dash.join(' ')}"` : '';
}

function text(x: number, y: number, content: string, fill: string, more = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" fill="${escape(fill)}" ${more}>${escape(content)}</text>`;
}

function escape(value: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '').replace(/[&<>"]/g, (sign) => entities[sign]!);
}
