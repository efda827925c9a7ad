// All exporters at a glance.
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { NO_VALUE, formatSeconds, formatValue, significant } from '../../../../shared/units/index.ts';
import { columnHelper, DataTable } from '../../../components/data-table.tsx';
import { StatusMark } from '../../../components/status.tsx';
import { Ago } from '../../../components/times.tsx';
import type { ShownExporter } from './exporters-tab.tsx';
import { stateOf } from './findings.ts';

/** "v9", "IPFIX". */
export const versionWords = (versions: readonly number[]): string =>
  versions.map((version) => (version === 10 ? 'IPFIX' : `v${version}`)).join(', ');

export const percentWords = (percent: number | null): string =>
  percent === null ? NO_VALUE : percent === 0 ? '0 %' : percent < 0.01 ? '< 0.01 %' : `${significant(percent)} %`;

/** Within the resolution of the headers' times there is nothing to say. */
export const clockWords = (aheadMs: number): string => {
  if (Math.abs(aheadMs) < 2_000) return 'right';
  return `${aheadMs > 0 ? '+' : '−'}${formatSeconds(Math.abs(aheadMs) / 1_000)}`;
};

const helper = columnHelper<ShownExporter>();

const RANK = { offline: 3, degraded: 2, unknown: 1, online: 0 } as const;

const COLUMNS = helper.columns([
  helper.accessor(({ findings }) => RANK[stateOf(findings)], {
    id: 'state',
    header: 'State',
    meta: { width: '60px', csv: ({ findings }: ShownExporter) => stateOf(findings) },
    cell: ({ row }) => (
      <span className="lw-row">
        <StatusMark state={stateOf(row.original.findings)} />
      </span>
    ),
  }),
  helper.accessor('name', {
    header: 'Exporter',
    meta: { width: 'minmax(140px, 2fr)' },
    cell: ({ row: { original } }) => (
      <span className="lw-row lw-shrink">
        <span className="lw-ellipsis" title={original.name}>
          {original.name}
        </span>
        {original.name !== original.address && <span className="lw-dim lw-ellipsis">{original.address}</span>}
      </span>
    ),
  }),
  helper.accessor(({ versions }) => versionWords(versions), {
    id: 'version',
    header: 'Sends',
    meta: { width: '72px', yields: 2 },
  }),
  helper.accessor((row) => row.flowsPerSecond ?? undefined, {
    id: 'flows',
    header: 'Flows/s',
    meta: { width: '80px', align: 'right' },
    cell: ({ getValue }) => formatValue(getValue(), 'count'),
  }),
  helper.accessor((row) => row.packetsPerSecond ?? undefined, {
    id: 'packets',
    header: 'Packets/s',
    meta: { width: '84px', align: 'right', yields: 3 },
    cell: ({ getValue }) => formatValue(getValue(), 'count'),
  }),
  helper.accessor((row) => row.lossPercent ?? undefined, {
    id: 'loss',
    header: 'Lost, 15 min',
    meta: { width: '96px', align: 'right' },
    cell: ({ getValue }) => percentWords(getValue() ?? null),
  }),
  helper.accessor((row) => row.coverage?.percent ?? undefined, {
    id: 'coverage',
    header: 'Coverage',
    meta: { width: '84px', align: 'right' },
    cell: ({ getValue }) => percentWords(getValue() ?? null),
  }),
  helper.accessor('samplingRatio', {
    header: 'Sampling',
    meta: { width: '84px', align: 'right', yields: 4 },
    cell: ({ getValue }) => (getValue() === 1 ? 'none' : `1 in ${significant(getValue())}`),
  }),
  helper.accessor((row) => row.lastTemplateMs ?? undefined, {
    id: 'template',
    header: 'Template',
    meta: { width: '96px', align: 'right', yields: 6 },
    cell: ({ row: { original } }) =>
      original.lastTemplateMs === null ? (
        <span className="lw-dim">{original.templates > 0 ? 'kept' : 'not needed'}</span>
      ) : (
        <Ago atMs={original.lastTemplateMs} />
      ),
  }),
  helper.accessor('clockAheadMs', {
    header: 'Clock',
    meta: { width: '72px', align: 'right', yields: 5 },
    cell: ({ getValue }) => clockWords(getValue()),
  }),
  helper.accessor('lastPacketMs', {
    header: 'Last packet',
    meta: { width: '96px', align: 'right' },
    cell: ({ getValue }) => <Ago atMs={getValue()} />,
  }),
]);

type Props = {
  readonly exporters: readonly ShownExporter[];
  readonly openAddress: string | undefined;
  readonly onOpen: (address: string) => void;
};

export function ExporterTable({ exporters, openAddress, onOpen }: Props): ReactNode {
  const rows = useMemo(() => [...exporters], [exporters]);
  return (
    <DataTable
      inline
      label="Exporters"
      testId="exporters-table"
      rows={rows}
      columns={COLUMNS}
      idOf={({ address }) => address}
      selectedId={openAddress}
      initialSort={{ id: 'state', desc: true }}
      filterHint="Name or address"
      nothing="No exporter fits."
      onOpen={({ address }) => onOpen(address)}
    />
  );
}
