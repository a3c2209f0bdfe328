import { useMemo, useState } from 'preact/hooks';
import { logPlot, metricsOf, usualMetrics } from '../curves';
import type { ShowCurves } from '../protocol';
import type { Session } from '../session';
import { strings } from '../strings';
import { ChartView } from './chart-view';

/** The log's own metrics. */
export function CurvesView({ session, show }: { session: Session; show: ShowCurves }) {
  const metrics = metricsOf(show);
  const [chosen, setChosen] = useState(session.memory.choices.metrics ?? usualMetrics(metrics));
  const plot = useMemo(() => logPlot(show, chosen), [show, chosen]);
  const toggle = (metric: string) => {
    const next = chosen.includes(metric) ? chosen.filter((name) => name !== metric) : [...chosen, metric];
    setChosen(next);
    session.memory.choose({ metrics: next });
  };
  const pick = (epoch: number) => {
    const run = show.runs.find(({ epochs }) => epochs.includes(epoch));
    const line = run?.lines[run.epochs.indexOf(epoch)];
    if (run && line !== undefined) session.openLine(run.source.id, line);
  };
  if (plot.x.length === 0) {
    return (
      <main class="curves">
        <h1>{show.title}</h1>
        <p class="lead muted">{strings.noEpochs()}</p>
      </main>
    );
  }
  return (
    <main class="curves">
      <header class="page-head">
        <div class="headline">
          <h1>
            {show.title}
            {show.runs.some(({ live }) => live) && <span class="live">{strings.live()}</span>}
          </h1>
        </div>
      </header>
      <ChartView
        label={chosen.join(', ') || strings.metrics()}
        heading={
          <div class="metrics" role="group" aria-label={strings.metrics()}>
            {metrics.map((metric) => (
              <button key={metric} type="button" aria-pressed={chosen.includes(metric)} onClick={() => toggle(metric)}>
                {metric}
              </button>
            ))}
          </div>
        }
        x={plot.x}
        series={plot.series}
        fileName="curves"
        initial={session.memory.choices.curves}
        chosen={(choices) => session.memory.choose({ curves: choices })}
        save={(name, content) => session.save(name, content)}
        pick={pick}
        pickHelp={strings.clickToOpen()}
      />
      <p class="caption">{strings.clickToOpen()}</p>
    </main>
  );
}
