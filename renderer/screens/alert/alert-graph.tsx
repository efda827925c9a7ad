// The alert's expression, drawn with the line that it has to cross, the times that it fired, and what happened to the device.
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { AlertPage } from '../../../shared/contract/index.ts';
import { useScheme } from '../../app/theme/scheme.tsx';
import { useRange } from '../../app/time-range/use-range.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartMark, Overlay } from '../../charts/overlay.ts';
import type { Picture } from '../../charts/source.ts';
import { useStill } from '../../charts/use-still.ts';
import { labelsText, namesOf } from '../explore/names.ts';

const OP_WORDS = { '>': 'above', '>=': 'from', '<': 'below', '<=': 'up to', '==': 'at', '!=': 'not at' } as const;

type Props = { readonly page: AlertPage; readonly graph: NonNullable<AlertPage['graph']> };

export function AlertGraph({ page, graph }: Props): ReactNode {
  const scheme = useScheme();
  const { zoom, zoomOut } = useRange();
  const { span } = page;
  const picture = useMemo(() => pictureOf(graph, span.startMs, span.endMs), [graph, span.startMs, span.endMs]);
  const { source, shape } = useStill(picture);
  const overlay = useMemo(() => overlayOf(page), [page]);
  const isBounded = page.threshold !== null;
  return (
    <Chart
      title="The expression of the alert"
      shape={shape}
      source={source}
      unit="count"
      scheme={scheme}
      syncKey="alert"
      overlay={overlay}
      // The line that it has to cross is seen, too, however far away it is.
      {...boundsOf(page, graph)}
      fromZero={!isBounded || (page.threshold?.value ?? 0) >= 0}
      height={220}
      many={shape.length > 6}
      onZoom={zoom}
      onZoomOut={zoomOut}
    />
  );
}

function boundsOf({ threshold }: AlertPage, { series }: Props['graph']): { readonly max?: number } {
  if (threshold === null || threshold.value <= 0) return {};
  let highest = 0;
  for (const { values } of series) for (const value of values) highest = Math.max(highest, value ?? 0);
  return threshold.value >= highest ? { max: threshold.value * 1.1 } : {};
}

function pictureOf(graph: Props['graph'], fromMs: number, toMs: number): Picture {
  const names = namesOf(
    graph.series.map(({ labels }) => labels),
    undefined,
    graph.query,
  );
  return {
    data: {
      startMs: graph.startMs,
      stepMs: graph.stepMs,
      steps: graph.steps,
      sides: { in: 'in', out: 'out' },
      notes: [],
      series: graph.series.map(({ labels, values }, index) => ({
        id: labelsText(labels),
        name: names[index] ?? '',
        direction: null,
        other: false,
        values,
      })),
    },
    fromMs,
    toMs,
  };
}

function overlayOf({ threshold, history, marks, alert }: AlertPage): Overlay {
  const times = history
    .filter(({ firedAtMs }) => firedAtMs !== null)
    .map((time): ChartMark => ({
      id: `fired ${time.activeAtMs}`,
      fromMs: time.firedAtMs ?? time.activeAtMs,
      toMs: time.resolvedAtMs,
      words: alert.annotations['summary'] ?? alert.name,
    }));
  const events = marks.map(({ atMs, kind, text }): ChartMark => ({
    id: `${kind} ${atMs}`,
    fromMs: atMs,
    toMs: atMs,
    words: text,
  }));
  return {
    thresholds:
      threshold === null
        ? []
        : [
            {
              words: `fires ${OP_WORDS[threshold.op]} ${threshold.value}`,
              at: () => threshold.value,
              grave: alert.labels['severity'] === 'critical',
            },
          ],
    marks: [...times, ...events].toSorted((a, b) => a.fromMs - b.fromMs),
  };
}
