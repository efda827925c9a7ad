// Stored traffic of something as a panel: stacked by what one chooses, and the way to all that can be asked about it.
import { Link } from '@tanstack/react-router';
import { IconArrowsLeftRight } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import type { ReactNode } from 'react';
import type { FlowKey } from '../../shared/model/flow-question.ts';
import { failureOf } from '../app/data/failure.ts';
import { useFlows } from '../app/data/flows.ts';
import type { TimeRange } from '../app/time-range/range.ts';
import { ByPicker } from '../screens/traffic/by-picker.tsx';
import { FlowChart } from '../screens/traffic/flow-chart.tsx';
import { FlowNames } from '../screens/traffic/flow-names.tsx';
import { trafficLink } from '../screens/traffic/link.ts';
import type { FlowScope } from '../screens/traffic/link.ts';
import '../screens/traffic/traffic.css';
import { Failed, Loading } from './states.tsx';
import { useMomentMenu } from './who-was-that.tsx';

type Props = {
  readonly title: string;
  readonly scope: FlowScope;
  readonly range: TimeRange;
  readonly by?: FlowKey;
  readonly height?: number;
  readonly limit?: number;
  readonly bare?: boolean;
  /** The names alone where there is no room for their figures. */
  readonly legend?: 'table' | 'names';
};

const NONE: ReadonlySet<string> = new Set();

export function FlowPanel(props: Props): ReactNode {
  const { title, scope, range, by: first = 'service', height = 240, limit = 8, bare = false, legend = 'table' } = props;
  const { exporter, filter = '' } = scope;
  const [by, setBy] = useState<readonly FlowKey[]>([first]);
  const [only, setOnly] = useState(NONE);
  const answer = useFlows({ by, filter, exporter, limit }, range);
  const { data, isError, error, isPlaceholderData } = answer;
  const stepMs = data?.stepMs ?? 60_000;
  const menu = useMomentMenu(
    useCallback(() => stepMs, [stepMs]),
    scope,
  );
  return (
    <section className={bare ? 'lw-flow-panel' : 'lw-flow-panel lw-panel'} aria-label={title} data-testid="flow-panel">
      <div className="lw-panel-head">
        <h2>{title}</h2>
        <span className="lw-row">
          <ByPicker by={by} most={1} onChange={setBy} />
          <Link
            to="/traffic"
            search={trafficLink({ ...scope, by })}
            className="lw-explore-link"
            aria-label={`Open ${title} in Traffic`}
            title="Open in Traffic"
          >
            <IconArrowsLeftRight size={14} stroke={1.5} aria-hidden />
          </Link>
        </span>
      </div>
      {data === undefined && !isError && <Loading height={height} />}
      {data === undefined && isError && (
        <Failed
          what="This traffic could not be loaded"
          error={error}
          sinceMs={answer.errorUpdatedAt}
          onRetry={() => void answer.refetch()}
        />
      )}
      {data !== undefined && isError && (
        <p className="lw-label" role="status">
          Not asked anew: {failureOf(error).message}
        </p>
      )}
      {data !== undefined && data.rows.length === 0 && (
        <div className="lw-dim lw-flow-empty" style={{ height }}>
          No flows in this time range
        </div>
      )}
      {data !== undefined && data.rows.length > 0 && (
        <FlowChart
          title={title}
          answer={data}
          measure="bytes"
          height={height}
          withLegend={legend === 'table'}
          only={legend === 'names' ? only : undefined}
          renderBelow={
            legend === 'names' ? (shape) => <FlowNames shape={shape} only={only} onOnly={setOnly} /> : undefined
          }
          dimmed={isPlaceholderData || isError}
          syncKey="page"
          bare
          momentMenu={menu}
        />
      )}
    </section>
  );
}
