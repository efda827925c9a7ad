// The interfaces of a router or a host; a row opens its graph beside the table.
import { Drawer } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { NO_VALUE, formatLinkSpeed, formatValue } from '../../../shared/units/index.ts';
import { useConnection } from '../../app/connection/context.tsx';
import { useMarks } from '../../app/data/marks.ts';
import { useRange } from '../../app/time-range/use-range.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { columnHelper, DataTable } from '../../components/data-table.tsx';
import { GraphPanel } from '../../components/graph-panel.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { StatusMark } from '../../components/status.tsx';
import { TopTalkers } from '../../components/top-talkers.tsx';
import { FlowScopeProvider, useFlowScope } from '../../components/who-was-that.tsx';
import { edgeInterfacePanels } from '../../panels/edge.ts';
import { hostInterfacePanels } from '../../panels/host.ts';
import { interfaceMatcher, interfaceQueries, interfaceRows } from '../../panels/interfaces.ts';
import type { InterfaceAnswers, InterfaceField, InterfaceRow } from '../../panels/interfaces.ts';
import { lookbackMsFor } from '../../panels/step.ts';
import { routerInterfacePanels } from '../../panels/router.ts';
import type { DevicePart } from './device-part.ts';
import { LiveFacts, LiveRateCell } from './live-rate.tsx';
import { filterWord } from '../traffic/link.ts';
import { LiveRatesContext, useLiveTraffic, watchedInterfaces } from './live-traffic.ts';

const MINUTE = 60_000;
const INTERFACE_PANELS = {
  host: hostInterfacePanels,
  router: routerInterfacePanels,
  edge: edgeInterfacePanels,
} as const;
const STATE_MARK = { up: 'online', down: 'offline', disabled: 'unknown', unknown: 'unknown' } as const;

const helper = columnHelper<InterfaceRow>();
const spark = (values: InterfaceRow['spark'], label: string): ReactNode => (
  <Sparkline values={values} label={label} width={88} />
);
const COLUMNS = helper.columns([
  helper.accessor('name', {
    header: 'Name',
    enableHiding: false,
    meta: { width: 'minmax(140px, 2fr)' },
    cell: ({ row }) => (
      <span className="lw-row">
        <span className="lw-ellipsis" style={{ flexShrink: 0, maxWidth: '100%' }} title={row.original.name}>
          {row.original.name}
        </span>
        <span className="lw-dim lw-ellipsis" title={row.original.comment}>
          {row.original.comment}
        </span>
      </span>
    ),
  }),
  helper.accessor('state', {
    header: 'State',
    meta: { width: '96px' },
    cell: ({ getValue }) => (
      <span className="lw-row">
        <StatusMark state={STATE_MARK[getValue()]} silent />
        {getValue()}
      </span>
    ),
  }),
  helper.accessor('type', { header: 'Type', meta: { width: '80px' }, cell: ({ getValue }) => getValue() || NO_VALUE }),
  helper.accessor('inBps', {
    header: 'In',
    meta: { width: '88px', align: 'right' },
    cell: ({ row }) => <LiveRateCell name={row.original.name} way="inBps" polled={row.original.inBps} />,
  }),
  helper.accessor('outBps', {
    header: 'Out',
    meta: { width: '88px', align: 'right' },
    cell: ({ row }) => <LiveRateCell name={row.original.name} way="outBps" polled={row.original.outBps} />,
  }),
  helper.display({
    id: 'hour',
    header: 'In, last hour',
    meta: { width: '88px', csv: () => '', yields: 3 },
    cell: ({ row }) => spark(row.original.spark, `Traffic into ${row.original.name} in the last hour`),
  }),
  helper.display({
    id: 'outHour',
    header: 'Out, last hour',
    meta: { width: '88px', csv: () => '', yields: 2 },
    cell: ({ row }) => spark(row.original.outSpark, `Traffic out of ${row.original.name} in the last hour`),
  }),
  helper.accessor('errors', {
    header: 'Errors, 1 h',
    meta: { width: '80px', align: 'right' },
    cell: ({ getValue }) => {
      const errors = getValue();
      return errors === 0 ? <span className="lw-dim">0</span> : formatValue(errors, 'count');
    },
  }),
  helper.accessor('speedMbps', {
    header: 'Speed',
    meta: { width: '80px', align: 'right' },
    cell: ({ getValue }) => formatLinkSpeed(getValue()),
  }),
  helper.accessor('mtu', {
    header: 'MTU',
    meta: { width: '56px', align: 'right', yields: 1 },
    cell: ({ getValue }) => getValue() ?? NO_VALUE,
  }),
]);
/** Where no interface has a speed, as in a virtual machine. */
const WITHOUT_SPEED = COLUMNS.filter((column) => !('accessorKey' in column && column.accessorKey === 'speedMbps'));

type Loaded = { readonly rows: readonly InterfaceRow[] };

function useInterfaces(device: DevicePart): ReturnType<typeof useQuery<Loaded>> {
  const connection = useConnection();
  return useQuery({
    queryKey: ['instant', 'interfaces', device.id, device.selector],
    enabled: device.selector !== '',
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
    queryFn: async ({ signal }): Promise<Loaded> => {
      const { client } = connection;
      const endMs = Math.floor(connection.now() / MINUTE) * MINUTE;
      const hour = interfaceQueries(device.kind, device.selector, { stepMs: MINUTE, intervalMs: device.intervalMs });
      const sparkOf = (query = '') =>
        client.metrics.range(
          {
            query,
            startMs: endMs - 60 * MINUTE,
            endMs,
            stepMs: MINUTE,
            lookbackMs: lookbackMsFor(MINUTE, device.intervalMs),
          },
          { signal },
        );
      const queries = interfaceQueries(device.kind, device.selector, { stepMs: 5_000, intervalMs: device.intervalMs });
      const fields = Object.entries(queries) as [InterfaceField, string][];
      const [into, out, ...answers] = await Promise.all([
        sparkOf(hour.in),
        sparkOf(hour.out),
        ...fields.map(([, query]) => client.metrics.instant({ query }, { signal })),
      ]);
      const byField: InterfaceAnswers = {};
      fields.forEach(([field], index) => {
        const answer = answers[index];
        if (answer !== undefined) byField[field] = answer;
      });
      return { rows: interfaceRows(device.kind, byField, { in: into, out }) };
    },
  });
}

type Props = { readonly device: DevicePart; readonly open: string | undefined };

export function InterfacesTab({ device, open }: Props): ReactNode {
  const navigate = useNavigate();
  const loaded = useInterfaces(device);
  const isRouter = device.kind === 'router' && device.state !== 'offline';
  const live = useLiveTraffic(isRouter ? device.id : undefined, watchedInterfaces(loaded.data?.rows ?? [], open));
  const show = (name: string | undefined): void =>
    void navigate({
      from: '/devices/$deviceId',
      to: '.',
      search: ({ open: _open, ...others }) => (name === undefined ? others : { ...others, open: name }),
      resetScroll: false,
    });
  if (device.selector === '') return <Empty text="It has sent no data yet." />;
  if (loaded.data === undefined) {
    return loaded.isError ? (
      <Failed what="The interfaces could not be loaded" error={loaded.error} onRetry={() => void loaded.refetch()} />
    ) : (
      <Loading height={300} />
    );
  }
  return (
    <LiveRatesContext value={live.rates}>
      {isRouter && live.problem !== null && <p className="lw-dim">No rates of this second: {live.problem}</p>}
      <DataTable
        inline
        label="Interfaces"
        testId="interfaces-table"
        rows={loaded.data.rows}
        columns={loaded.data.rows.some((row) => row.speedMbps !== null) ? COLUMNS : WITHOUT_SPEED}
        idOf={(row) => row.name}
        selectedId={open}
        initialSort={{ id: 'inBps', desc: true }}
        filterHint="Name or comment"
        nothing={
          device.state === 'offline'
            ? 'The device is offline and reports no interfaces.'
            : 'No interfaces are reported.'
        }
        onOpen={(row) => show(row.name)}
      />
      <Drawer
        opened={open !== undefined}
        onClose={() => show(undefined)}
        position="right"
        size={560}
        title={open}
        withOverlay={false}
        lockScroll={false}
        trapFocus={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {open !== undefined && (
          <InterfacePanel device={device} row={loaded.data.rows.find((row) => row.name === open)} name={open} />
        )}
      </Drawer>
    </LiveRatesContext>
  );
}

type PanelProps = { readonly device: DevicePart; readonly row: InterfaceRow | undefined; readonly name: string };

function InterfacePanel({ device, row, name }: PanelProps): ReactNode {
  const { kind, selector } = device;
  const marks = useMarks(device.id);
  const panels = useMemo(
    () =>
      INTERFACE_PANELS[kind === 'host' || kind === 'edge' ? kind : 'router'](selector, interfaceMatcher(kind, name)),
    [kind, selector, name],
  );
  const around = useFlowScope();
  const { range } = useRange();
  const scope = useMemo(
    () => (around?.exporter === undefined ? null : { ...around, filter: `interface ${filterWord(name)}` }),
    [around, name],
  );
  return (
    <FlowScopeProvider value={scope}>
      <div className="lw-stack" data-testid="interface-panel">
        {row !== undefined && (
          <dl className="lw-device-facts">
            <div>
              <dt>State</dt>
              <dd className="lw-row">
                <StatusMark state={STATE_MARK[row.state]} silent />
                {row.state}
              </dd>
            </div>
            <div>
              <dt>Speed</dt>
              <dd>{formatLinkSpeed(row.speedMbps)}</dd>
            </div>
            <div>
              <dt>MTU</dt>
              <dd>{row.mtu ?? NO_VALUE}</dd>
            </div>
            <LiveFacts name={name} />
            {row.comment !== '' && (
              <div>
                <dt>Comment</dt>
                <dd>{row.comment}</dd>
              </div>
            )}
          </dl>
        )}
        {panels.map((panel) => (
          <GraphPanel
            key={`${name} ${panel.id}`}
            panel={panel}
            intervalMs={device.intervalMs}
            marks={marks}
            bare
            syncKey="interface"
          />
        ))}
        {scope !== null && (
          <>
            <TopTalkers title="Who uses it" scope={scope} by={['local']} range={range} most={6} />
            <TopTalkers title="For what" scope={scope} by={['service']} range={range} most={6} />
          </>
        )}
      </div>
    </FlowScopeProvider>
  );
}
