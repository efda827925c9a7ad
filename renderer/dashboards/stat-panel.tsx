// One value of now, with the shape and colour of the threshold that it has reached, and its line over the time range.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { StatPanel } from '../../shared/model/dashboard.ts';
import { filledQuery } from '../../shared/model/dashboard-text.ts';
import { formatValue } from '../../shared/units/index.ts';
import { useConnection } from '../app/connection/context.tsx';
import { gate } from '../app/data/gate.ts';
import { durationOf, rangeKey } from '../app/time-range/range.ts';
import type { TimeRange } from '../app/time-range/range.ts';
import { useRange } from '../app/time-range/use-range.ts';
import { Sparkline } from '../charts/sparkline.tsx';
import { toCsv } from '../components/csv.ts';
import { download } from '../components/download.ts';
import { Loading } from '../components/states.tsx';
import { StatusMark } from '../components/status.tsx';
import { lookbackMsFor, refreshMsFor, stepFor, stepsOf } from '../panels/step.ts';
import { useDashboard } from './context.ts';
import { PanelFrame } from './panel-frame.tsx';
import { NOW_STEP_MS, exprsNow, ms, stepTexts } from './panel-of.ts';
import { NotRefreshed, PanelFailed } from './panel-states.tsx';
import { thresholdOf } from './thresholds.ts';
import { useNowValues } from './use-now-values.ts';
import { useSight, useSize } from './use-size.ts';

const SPARK_POINTS = 60;
const SPARK_PX = 32;

export function Stat({ panel }: { readonly panel: StatPanel }): ReactNode {
  const { choices, intervalMs: usualMs } = useDashboard();
  const { range } = useRange();
  const intervalMs = Math.max(usualMs, ms(panel.interval) ?? 0);
  const [watch, inSight] = useSight();
  const exprs = exprsNow(panel, choices, { stepMs: NOW_STEP_MS, intervalMs }, range);
  const { answers, failed, error, isFormer, retry } = useNowValues(exprs, range, inSight);
  const [answer] = answers;
  const value = answer?.samples[0]?.value ?? null;
  const more = (answer?.samples.length ?? 0) - 1;
  const step = thresholdOf(panel.thresholds, value);
  return (
    <PanelFrame
      ref={watch}
      panel={panel}
      exprs={exprs}
      onCsv={
        answer === undefined
          ? undefined
          : () => download(`${panel.id}.csv`, toCsv([['Value'], [value === null ? '' : String(value)]]))
      }
      notes={failed && answer !== undefined && <NotRefreshed error={error} onRetry={retry} />}
    >
      {answer === undefined && failed && <PanelFailed error={error} onRetry={retry} />}
      {answer === undefined && !failed && <Loading height={32} />}
      {answer !== undefined && (
        <div className="lw-stat" data-dimmed={failed || isFormer || undefined}>
          <div className="lw-stat-value">
            {step !== undefined && <StatusMark state={step.state} size={14} />}
            <span data-testid={`stat-${panel.id}`}>{step?.words ?? formatValue(value, panel.unit)}</span>
          </div>
          {panel.note !== undefined && <div className="lw-label lw-ellipsis">{panel.note}</div>}
          {more > 0 && <div className="lw-label">the first of {more + 1} series</div>}
          {panel.sparkline && <Spark panel={panel} range={range} intervalMs={intervalMs} enabled={inSight} />}
        </div>
      )}
    </PanelFrame>
  );
}

type SparkProps = {
  readonly panel: StatPanel;
  readonly range: TimeRange;
  readonly intervalMs: number;
  readonly enabled: boolean;
};

function Spark({ panel, range, intervalMs, enabled }: SparkProps): ReactNode {
  const { choices } = useDashboard();
  const connection = useConnection();
  const [measure, size] = useSize();
  const rangeMs = durationOf(range);
  const stepMs = stepFor(rangeMs, SPARK_POINTS);
  const query = filledQuery(panel.expr, choices, stepTexts({ stepMs, intervalMs }, rangeMs));
  const found = useQuery({
    queryKey: ['graph', 'stat', rangeKey(range), String(stepMs), query],
    enabled,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    ...(range.kind === 'last' ? { refetchInterval: refreshMsFor(stepMs) } : {}),
    queryFn: ({ signal }) =>
      gate.run(() => {
        const steps = stepsOf(range, connection.now(), SPARK_POINTS);
        const lookbackMs = lookbackMsFor(stepMs, intervalMs);
        return connection.client.metrics.range({ query, ...steps, lookbackMs }, { signal });
      }, signal),
  });
  return (
    <div className="lw-stat-spark" ref={measure}>
      {size !== null && size.widthPx > 0 && found.data !== undefined && (
        <Sparkline
          values={found.data.series[0]?.values ?? []}
          label={`${panel.title} over the time range`}
          width={size.widthPx}
          height={Math.max(12, Math.min(size.heightPx, 4 * SPARK_PX))}
        />
      )}
    </div>
  );
}
