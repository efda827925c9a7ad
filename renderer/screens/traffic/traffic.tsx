// Traffic by conversations: over time, as a map, this very minute, and who tells of it.
import { Suspense, lazy } from 'react';
import type { ReactNode } from 'react';
import { Loading } from '../../components/states.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { ExportersTab } from './exporters/exporters-tab.tsx';
import { LiveTab } from './live/live-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { Readiness } from './readiness.tsx';
import type { TrafficTab } from './search.ts';
import './traffic.css';
import { useTraffic } from './use-traffic.ts';

const MapTab = lazy(() => import('./sankey/map-tab.tsx'));

const TAB_WORDS: Readonly<Record<TrafficTab, string>> = {
  overview: 'Overview',
  map: 'Flow map',
  live: 'Live',
  exporters: 'Exporters',
};
const TABS = (['overview', 'map', 'live', 'exporters'] as const).map((id) => ({ id, words: TAB_WORDS[id] }));

export function TrafficScreen(): ReactNode {
  const traffic = useTraffic();
  const tab = traffic.search.tab ?? 'overview';
  return (
    <div className="lw-screen lw-traffic">
      <h1 className="lw-sr">Traffic</h1>
      <Tabs label="Views of traffic" tabs={TABS} current={tab} />
      {tab === 'exporters' ? (
        <ExportersTab />
      ) : (
        <Readiness>
          {tab === 'overview' && <OverviewTab traffic={traffic} />}
          {tab === 'map' && (
            <Suspense fallback={<Loading height={480} />}>
              <MapTab traffic={traffic} />
            </Suspense>
          )}
          {tab === 'live' && <LiveTab traffic={traffic} />}
        </Readiness>
      )}
    </div>
  );
}
