// What is firing, pending or just resolved; and the rules that decide it.
import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAlerts, useDevices, useRules } from '../../app/data/queries.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { AlertList } from './alert-list.tsx';
import { PacksTab } from './packs/packs-tab.tsx';
import { RulesTable } from './rules-table.tsx';

export function AlertsScreen(): ReactNode {
  const { tab = 'now' } = useSearch({ from: '/alerts' });
  const alerts = useAlerts();
  const rules = useRules();
  const broken = rules.data?.filter((rule) => rule.health === 'err').length ?? 0;
  return (
    <div className="lw-screen lw-screen-fixed">
      <h1 className="lw-sr">Alerts</h1>
      <Tabs
        label="Parts of this page"
        tabs={[
          { id: 'now', words: 'Alerts', count: alerts.data?.filter((alert) => alert.state !== 'resolved').length ?? 0 },
          { id: 'rules', words: broken > 0 ? `Rules (${broken} failing)` : 'Rules' },
          { id: 'packs', words: 'Rule packs' },
        ]}
        current={tab}
      />
      {tab === 'now' ? <Now /> : tab === 'packs' ? <PacksTab /> : <Rules />}
    </div>
  );
}

function Now(): ReactNode {
  const alerts = useAlerts();
  const devices = useDevices();
  if (alerts.data === undefined) {
    return alerts.isError ? (
      <Failed
        what="The alerts could not be loaded"
        error={alerts.error}
        sinceMs={alerts.errorUpdatedAt}
        onRetry={() => void alerts.refetch()}
      />
    ) : (
      <Loading height={300} />
    );
  }
  if (alerts.data.length === 0) {
    return <Empty text="No alert is firing or pending, and none was resolved in the last 24 hours." />;
  }
  return <AlertList alerts={alerts.data} devices={devices.data ?? []} />;
}

function Rules(): ReactNode {
  const rules = useRules();
  if (rules.data !== undefined) return <RulesTable rules={rules.data} />;
  return rules.isError ? (
    <Failed
      what="The rules could not be loaded"
      error={rules.error}
      sinceMs={rules.errorUpdatedAt}
      onRetry={() => void rules.refetch()}
    />
  ) : (
    <Loading height={300} />
  );
}
