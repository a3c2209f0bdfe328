import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { valueLabel, type ChartChoices, type XKind } from '../chart/axis';
import { Chart, type Mark, type Trail } from '../chart/chart';
import { toCsv, toPng, toSvg, type Numbers } from '../chart/picture';
import { hasBand, type Series } from '../chart/series';
import { strings } from '../strings';
import { onThemeChange, palette } from '../theme';
import { ValueTable } from './value-table';

interface ChartViewProps {
  readonly label: string;
  /** Stands where the label would stand. */
  readonly heading?: ComponentChildren;
  /** Explains the chart, before it. */
  readonly intro?: ComponentChildren;
  /** The curve that the user points at in the legend; undefined when they have left it. */
  readonly emphasize?: ((id: string | undefined) => void) | undefined;
  /** Epoch numbers or learning rates, ascending. */
  readonly x: readonly number[];
  readonly xKind?: XKind | undefined;
  readonly series: readonly Series[];
  readonly marks?: readonly Mark[] | undefined;
  readonly trails?: readonly Trail[] | undefined;
  readonly ceiling?: number | undefined;
  /** File name of an export, without its ending. */
  readonly fileName: string;
  readonly initial: ChartChoices;
  readonly save: (name: string, content: string | Uint8Array<ArrayBuffer>) => void;
  /** Without it the scale cannot be chosen. */
  readonly chosen?: ((choices: ChartChoices) => void) | undefined;
  /** A click or Enter on an x; undefined where there is nothing to open. */
  readonly pick?: ((x: number) => void) | undefined;
  /** What picking does. */
  readonly pickHelp?: string | undefined;
  /** What the CSV holds, where that is more than the curves. */
  readonly numbers?: (() => Numbers) | undefined;
}

/** A chart with everything around it: legend that toggles and reads out, scale, keyboard, exports, table of values. */
export function ChartView(props: ChartViewProps) {
  const { label, heading, intro, x, xKind = 'epochs', series, marks, trails, ceiling, fileName, initial, save, chosen, pick, pickHelp, emphasize, numbers } =
    props;
  const [choices, setChoices] = useState(initial);
  const [cursor, setCursor] = useState<number>();
  const [zoomed, setZoomed] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart>(undefined);
  const events = useRef({ pick, x });
  events.current = { pick, x };

  const choose = (changes: Partial<ChartChoices>) => {
    const next = { ...choices, ...changes };
    setChoices(next);
    chosen?.(next);
  };
  const visible = series.filter(({ id }) => !choices.hidden.includes(id));
  const data = { x, xKind, series: visible, marks, trails, ceiling, scale: choices.scale };

  useLayoutEffect(() => {
    const made = new Chart(
      place.current!,
      {
        hover: setCursor,
        pick: (index) => {
          const at = events.current.x[index];
          if (at !== undefined) events.current.pick?.(at);
        },
        zoom: setZoomed,
      },
      palette(),
    );
    chart.current = made;
    const unobserve = onThemeChange(() => made.repaint(palette()));
    return () => {
      unobserve();
      made.destroy();
    };
  }, []);
  useEffect(() => chart.current?.set(data), [x, series, marks, trails, ceiling, choices]);

  const move = (index: number) => {
    const clamped = Math.max(0, Math.min(index, x.length - 1));
    setCursor(clamped);
    chart.current?.point(clamped);
  };
  const keys: Readonly<Record<string, (at: number) => void>> = {
    ArrowRight: (at) => move(at + 1),
    ArrowUp: (at) => move(at + 1),
    ArrowLeft: (at) => move(at - 1),
    ArrowDown: (at) => move(at - 1),
    PageUp: (at) => move(at + 10),
    PageDown: (at) => move(at - 10),
    Home: () => move(0),
    End: () => move(x.length - 1),
    Enter: (at) => pick?.(x[at]!),
    Escape: () => {
      setCursor(undefined);
      chart.current?.point(undefined);
      chart.current?.resetZoom();
    },
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    act(cursor ?? (event.key === 'ArrowLeft' ? x.length : -1));
  };

  const picture = () => toSvg(data, label, palette());
  const exports: readonly [string, () => void][] = [
    ['SVG', () => save(`${fileName}.svg`, picture())],
    ['PNG', () => void toPng(picture()).then((bytes) => save(`${fileName}.png`, bytes))],
    ['CSV', () => save(`${fileName}.csv`, toCsv(strings.xName(xKind), numbers?.() ?? { x, columns: series }))],
  ];
  const pointed = cursor === undefined ? undefined : x[cursor];
  const latest = Math.max(0, ...visible.map(({ values }) => values.findLastIndex((value) => value !== undefined)));

  return (
    <figure class="chart" aria-label={label}>
      <figcaption class="chart-head">
        {heading ?? <h2>{label}</h2>}
        {chosen && (
          <div class="segments" role="group" aria-label={strings.scale()}>
            <Toggle on={choices.scale === 'log'} set={() => choose({ scale: 'log' })} label={strings.logScale()} />
            <Toggle on={choices.scale === 'linear'} set={() => choose({ scale: 'linear' })} label={strings.linearScale()} />
          </div>
        )}
      </figcaption>
      {intro}
      <div class="legend">
        {series.map((one) => (
          <LegendEntry
            key={one.id}
            series={one}
            index={cursor}
            last={xKind === 'epochs'}
            hidden={choices.hidden.includes(one.id)}
            emphasize={emphasize}
            toggle={() =>
              choose({
                hidden: choices.hidden.includes(one.id)
                  ? choices.hidden.filter((id) => id !== one.id)
                  : [...choices.hidden, one.id],
              })
            }
          />
        ))}
        {marks?.map((mark) => (
          <p key={`${mark.label} ${mark.x}`} class="legend-entry">
            <MarkSwatch mark={mark} />
            <span class="legend-label">{mark.label}</span>
            <span class="legend-value">{valueLabel(mark.x, 3)}</span>
          </p>
        ))}
        {trails?.map(({ label: name, colour }) => (
          <p key={name} class="legend-entry">
            <svg class={`swatch series-${colour}`} viewBox="0 0 22 10" aria-hidden="true">
              <path d="M2 8 11 2 20 8" />
            </svg>
            <span class="legend-label">{name}</span>
          </p>
        ))}
      </div>
      <div class="plot-frame">
        <div
          ref={place}
          class="plot"
          role="slider"
          tabIndex={0}
          aria-label={`${label}. ${strings.chartHelp()}${pick ? ` ${pickHelp}` : ''}`}
          aria-valuemin={x[0] ?? 0}
          aria-valuemax={x.at(-1) ?? 0}
          aria-valuenow={pointed ?? x[latest] ?? 0}
          aria-valuetext={readout(visible, cursor ?? latest, x, xKind)}
          onKeyDown={onKeyDown}
          onPointerLeave={() => setCursor(undefined)}
        />
        <span class="at-epoch" aria-hidden="true">
          {pointed === undefined ? strings.xName(xKind) : strings.xAt(xKind, pointed)}
        </span>
        {zoomed && (
          <button type="button" class="secondary reset-zoom" onClick={() => chart.current?.resetZoom()}>
            {strings.resetZoom()}
          </button>
        )}
      </div>
      {choices.scale === 'log' && visible.some(hasNonPositive) && <p class="caption">{strings.notOnLogScale()}</p>}
      <div class="chart-foot">
        <ValueTable label={label} x={x} xKind={xKind} series={series} />
        <div class="exports" role="group" aria-label={strings.exportAs()}>
          {exports.map(([format, run]) => (
            <button key={format} type="button" class="link" aria-label={`${strings.exportAs()} ${format}`} onClick={run}>
              {format}
            </button>
          ))}
        </div>
      </div>
    </figure>
  );
}

function hasNonPositive({ values }: Series): boolean {
  return values.some((value) => value !== undefined && value <= 0 && Number.isFinite(value));
}

function Toggle({ on, set, label }: { on: boolean; set: () => void; label: string }) {
  return (
    <button type="button" aria-pressed={on} onClick={set}>
      {label}
    </button>
  );
}

interface LegendEntryProps {
  readonly series: Series;
  /** Where the pointer is. */
  readonly index: number | undefined;
  /** Elsewhere the last value stands. */
  readonly last: boolean;
  readonly hidden: boolean;
  readonly emphasize: ChartViewProps['emphasize'];
  readonly toggle: () => void;
}

function LegendEntry({ series, index, last, hidden, emphasize, toggle }: LegendEntryProps) {
  const { id, label, values } = series;
  const at = index ?? (last ? values.findLastIndex((value) => value !== undefined) : -1);
  const spread =
    hasBand(series) && series.low[at] !== undefined && series.low[at] !== series.high[at]
      ? strings.range(valueLabel(series.low[at], 3), valueLabel(series.high[at], 3))
      : undefined;
  return (
    <button
      type="button"
      class="legend-entry"
      aria-pressed={!hidden}
      title={strings.showSeries(label)}
      onClick={toggle}
      onPointerEnter={() => emphasize?.(id)}
      onPointerLeave={() => emphasize?.(undefined)}
      onFocus={() => emphasize?.(id)}
      onBlur={() => emphasize?.(undefined)}
    >
      <Swatch series={series} />
      <span class="legend-label">{label}</span>
      <span class="legend-value">{at < 0 ? '' : valueLabel(values[at], 4)}</span>
      <span class="legend-range">{spread}</span>
    </button>
  );
}

/** The stroke of a curve, as the chart draws it. */
export function Swatch({ series: { colour, dash, points } }: { series: Pick<Series, 'colour' | 'dash' | 'points'> }) {
  return (
    <svg class={`swatch series-${colour}`} viewBox="0 0 22 10" aria-hidden="true">
      {points ? <circle cx="11" cy="5" r="3" /> : <path d="M1 5h20" stroke-dasharray={dash?.join(' ')} />}
    </svg>
  );
}

function MarkSwatch({ mark: { colour, dash } }: { mark: Mark }) {
  return (
    <svg class={`swatch series-${colour}`} viewBox="0 0 22 10" aria-hidden="true">
      <path d="M11 0v10" stroke-dasharray={dash?.join(' ')} />
    </svg>
  );
}

function readout(series: readonly Series[], index: number, x: readonly number[], xKind: XKind): string {
  const at = x[index];
  const values = series
    .filter(({ values: { [index]: value } }) => value !== undefined)
    .map(({ label, values }) => `${label} ${valueLabel(values[index])}`);
  if (at === undefined || values.length === 0) return strings.noValues();
  return `${strings.xAt(xKind, at)}: ${values.join(', ')}`;
}
