// Tiers: what their customers come to, and the rules that make them.
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { Subscriber } from '../../../shared/contract/index.ts';
import { NO_VALUE, formatValue } from '../../../shared/units/index.ts';
import { useRange } from '../../app/time-range/use-range.ts';
import { columnHelper, DataTable } from '../../components/data-table.tsx';
import { FlowPanel } from '../../components/flow-panel.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { useHasFlows } from '../../components/who-was-that.tsx';
import { RuleEditor } from './rule-editor.tsx';
import { tierTotals } from './totals.ts';
import type { TierTotal } from './totals.ts';
import { useSubscriberSettings } from './use-subscribers.ts';

const helper = columnHelper<TierTotal>();
const COLUMNS = helper.columns([
  helper.accessor('tier', {
    header: 'Tier',
    enableHiding: false,
    meta: { width: 'minmax(120px, 2fr)' },
    cell: ({ getValue }) => getValue() || <span className="lw-dim">no tier</span>,
  }),
  helper.accessor('subscribers', { header: 'Subscribers', meta: { width: '96px', align: 'right' } }),
  helper.accessor('up', { header: 'Connected', meta: { width: '88px', align: 'right' } }),
  helper.accessor('rxBps', {
    id: 'down',
    header: 'Down',
    meta: { width: '88px', align: 'right' },
    cell: ({ getValue }) => formatValue(getValue(), 'bps'),
  }),
  helper.accessor('txBps', {
    id: 'upload',
    header: 'Up',
    meta: { width: '88px', align: 'right' },
    cell: ({ getValue }) => formatValue(getValue(), 'bps'),
  }),
  helper.accessor('today', {
    header: 'Today',
    meta: { width: '88px', align: 'right' },
    cell: ({ getValue }) => formatValue(getValue(), 'bytes'),
  }),
  helper.accessor('thisMonth', {
    id: 'month',
    header: 'This month',
    meta: { width: '88px', align: 'right' },
    cell: ({ getValue }) => formatValue(getValue(), 'bytes'),
  }),
]);

/** Whoever tells of it. */
const ALL = {};

export function TiersTab({ rows }: { readonly rows: readonly Subscriber[] }): ReactNode {
  const navigate = useNavigate();
  const settings = useSubscriberSettings();
  const hasFlows = useHasFlows();
  const { range } = useRange();
  const totals = useMemo(() => tierTotals(rows), [rows]);
  return (
    <div className="lw-stack">
      <DataTable
        inline
        label="Tiers"
        testId="tiers-table"
        rows={totals}
        columns={COLUMNS}
        idOf={({ tier }) => tier || NO_VALUE}
        initialSort={{ id: 'month', desc: true }}
        nothing="There are no subscribers yet."
        onOpen={({ tier }) => void navigate({ to: '/subscribers', search: { tier: tier || '(none)' } })}
      />
      {hasFlows && totals.length > 0 && (
        <FlowPanel title="Traffic by tier" scope={ALL} range={range} by="tier" height={220} />
      )}
      {settings.data === undefined ? (
        settings.isError ? (
          <Failed what="The rules could not be loaded" error={settings.error} onRetry={() => void settings.refetch()} />
        ) : (
          <Loading height={160} />
        )
      ) : (
        <>
          <RuleEditor key={JSON.stringify(settings.data.windowRules)} settings={settings.data} />
          <p className="lw-dim" data-testid="latency-words">
            Latency: {settings.data.latency.words}
          </p>
        </>
      )}
    </div>
  );
}
