// What the network is used for, and by whom just now: where anybody sends flows.
import type { ReactNode } from 'react';
import { useRange } from '../../app/time-range/use-range.ts';
import type { TimeRange } from '../../app/time-range/range.ts';
import { FlowPanel } from '../../components/flow-panel.tsx';
import { TopTalkers } from '../../components/top-talkers.tsx';
import { useHasFlows } from '../../components/who-was-that.tsx';

const ALL = {};
/** Until somebody chooses a range: a working morning. */
const SIX_HOURS: TimeRange = { kind: 'last', durationMs: 6 * 3_600_000 };
const NOW: TimeRange = { kind: 'last', durationMs: 5 * 60_000 };

export function OverviewTraffic(): ReactNode {
  const has = useHasFlows();
  const { range, chosen } = useRange();
  if (!has) return null;
  return (
    <div className="lw-overview-traffic">
      <FlowPanel
        title={chosen ? 'Traffic by service' : 'Traffic by service, last 6 hours'}
        scope={ALL}
        range={chosen ? range : SIX_HOURS}
        height={252}
        legend="names"
      />
      <div className="lw-panel">
        <TopTalkers title="Top talkers, last minutes" scope={ALL} by={['local']} range={NOW} figures="rate" />
      </div>
    </div>
  );
}
