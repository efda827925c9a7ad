// What is firing and who is told, what was, the rules that decide it, and what is to be kept quiet.
import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAlertSummary, useRules } from '../../app/data/queries.ts';
import { Tabs } from '../../components/tabs.tsx';
import { AlertBoard } from './board/board.tsx';
import { HistoryTab } from './history/history-tab.tsx';
import { MaintenanceTab } from './maintenance/maintenance-tab.tsx';
import { PacksTab } from './packs/packs-tab.tsx';
import { ReceiversTab } from './routing/receivers-tab.tsx';
import { RulesTab } from './rules/rules-tab.tsx';
import { SilencesTab } from './silences/silences-tab.tsx';

export function AlertsScreen(): ReactNode {
  const { tab = 'now' } = useSearch({ from: '/alerts' });
  const { firing = 0, pending = 0 } = useAlertSummary().data?.counts ?? {};
  const rules = useRules();
  const broken = rules.data?.filter((rule) => rule.health === 'err').length ?? 0;
  return (
    <div className={tab === 'receivers' ? 'lw-screen' : 'lw-screen lw-screen-fixed'}>
      <h1 className="lw-sr">Alerts</h1>
      <Tabs
        label="Parts of this page"
        tabs={[
          { id: 'now', words: 'Alerts', count: firing + pending },
          { id: 'history', words: 'History' },
          { id: 'rules', words: broken > 0 ? `Rules (${broken} failing)` : 'Rules' },
          { id: 'packs', words: 'Rule packs' },
          { id: 'receivers', words: 'Receivers' },
          { id: 'silences', words: 'Silences' },
          { id: 'maintenance', words: 'Maintenance' },
        ]}
        current={tab}
      />
      {tab === 'now' && <AlertBoard />}
      {tab === 'history' && <HistoryTab />}
      {tab === 'rules' && <RulesTab />}
      {tab === 'packs' && <PacksTab />}
      {tab === 'receivers' && <ReceiversTab />}
      {tab === 'silences' && <SilencesTab />}
      {tab === 'maintenance' && <MaintenanceTab />}
    </div>
  );
}
