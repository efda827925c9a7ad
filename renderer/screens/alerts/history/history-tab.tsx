// What fired when: a lane for each kind of alert over the last day or week, and the single ones in a table.
import { SegmentedControl } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { AlertHistory, DeviceSummary } from '../../../../shared/contract/index.ts';
import { formatExact, formatSpan, formatTime } from '../../../../shared/units/index.ts';
import { useDevices } from '../../../app/data/queries.ts';
import { columnHelper, DataTable } from '../../../components/data-table.tsx';
import { Empty, Failed, Loading } from '../../../components/states.tsx';
import { StatusMark } from '../../../components/status.tsx';
import { deviceName } from '../../../panels/device-name.ts';
import { useAlertHistory } from '../use-alerting.ts';
import './history.css';
import { Timeline } from './timeline.tsx';

const DAY_MS = 86_400_000;
const SPANS = [
  { value: '1', label: 'Last 24 h' },
  { value: '7', label: 'Last 7 days' },
];

type Entry = AlertHistory['entries'][number];

export function HistoryTab(): ReactNode {
  const [days, setDays] = useState('1');
  const history = useAlertHistory(Number(days) * DAY_MS);
  const navigate = useNavigate();
  const devices = useDevices().data;
  const byId = useMemo(() => new Map((devices ?? []).map((device) => [device.id, device])), [devices]);
  const columns = useMemo(() => columnsOf(byId, history.data?.endMs ?? 0), [byId, history.data?.endMs]);
  const open = (fingerprint: string, activeAtMs: number): void =>
    void navigate({ to: '/alerts/$fingerprint', params: { fingerprint }, search: { at: activeAtMs } });
  const choose = <SegmentedControl size="xs" aria-label="Time" data={SPANS} value={days} onChange={setDays} />;
  if (history.data === undefined) {
    return history.isError ? (
      <Failed
        what="The history could not be loaded"
        error={history.error}
        sinceMs={history.errorUpdatedAt}
        onRetry={() => void history.refetch()}
      />
    ) : (
      <Loading height={300} />
    );
  }
  const { lanes, entries, total, isCut, endMs } = history.data;
  return (
    <div className="lw-history" data-testid="alert-history">
      <div className="lw-row">
        {choose}
        {isCut && <span className="lw-label">Only the newest 10,000 are looked at.</span>}
        {total > entries.length && (
          <span className="lw-label">
            The table has the newest {entries.length} of {total}.
          </span>
        )}
      </div>
      {lanes.length === 0 ? (
        <Empty text={`No alert fired in the last ${days === '1' ? '24 hours' : '7 days'}.`} />
      ) : (
        <>
          <Timeline lanes={lanes} startMs={endMs - Number(days) * DAY_MS} endMs={endMs} onOpen={open} />
          <DataTable
            label="Alerts that fired"
            testId="history-table"
            rows={entries}
            columns={columns}
            idOf={(entry) => `${entry.fingerprint} ${entry.activeAtMs}`}
            onOpen={(entry) => open(entry.fingerprint, entry.activeAtMs)}
            initialSort={{ id: 'fired', desc: true }}
            nothing="No alert fired."
          />
        </>
      )}
    </div>
  );
}

const helper = columnHelper<Entry>();
const columnsOf = (devices: ReadonlyMap<string, DeviceSummary>, nowMs: number) => {
  const named = ({ deviceId }: Entry): string => {
    const device = deviceId === null ? undefined : devices.get(deviceId);
    return device === undefined ? '' : deviceName(device);
  };
  const lasted = ({ firedAtMs, resolvedAtMs }: Entry): number => (resolvedAtMs ?? nowMs) - firedAtMs;
  return helper.columns([
    helper.accessor('firedAtMs', {
      id: 'fired',
      header: 'Fired',
      meta: { width: '116px', csv: ({ firedAtMs }: Entry) => formatExact(firedAtMs) },
      cell: ({ getValue }) => (
        <time dateTime={new Date(getValue()).toISOString()} title={formatExact(getValue())}>
          {formatTime(getValue(), nowMs)}
        </time>
      ),
    }),
    helper.accessor('summary', {
      header: 'Alert',
      enableHiding: false,
      meta: { width: 'minmax(180px, 3fr)' },
      cell: ({ row: { original: entry } }) => (
        <span className="lw-row">
          <StatusMark state={entry.resolvedAtMs === null ? 'offline' : 'online'} silent />
          <span className="lw-ellipsis" title={`${entry.name}: ${entry.summary}`}>
            {entry.summary}
          </span>
        </span>
      ),
    }),
    helper.accessor('severity', { header: 'Severity', meta: { width: '80px' } }),
    helper.accessor(named, {
      id: 'device',
      header: 'Device',
      meta: { width: 'minmax(96px, 1fr)' },
      cell: ({ getValue }) => <span title={getValue()}>{getValue()}</span>,
    }),
    helper.accessor('name', { header: 'Rule', meta: { width: 'minmax(120px, 1fr)', yields: 1 } }),
    helper.accessor(lasted, {
      id: 'lasted',
      header: 'Lasted',
      meta: { width: '104px', align: 'right' },
      cell: ({ row: { original: entry } }) => (
        <span className="lw-nowrap">
          {formatSpan(lasted(entry))}
          {entry.resolvedAtMs === null && ' so far'}
        </span>
      ),
    }),
  ]);
};
