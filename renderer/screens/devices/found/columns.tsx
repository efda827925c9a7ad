// The columns of what was found: what it is, where, who saw it, and how adding it goes.
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { FoundDevice, FoundKind } from '../../../../shared/contract/index.ts';
import { NO_VALUE, formatExact } from '../../../../shared/units/index.ts';
import { columnHelper } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { StatusMark } from '../../../components/status.tsx';
import { Ago } from '../../../components/times.tsx';
import type { Addition, Progress } from './use-adding.ts';

const helper = columnHelper<FoundDevice>();

const KIND_WORDS: Readonly<Record<FoundKind, string>> = { mikrotik: 'MikroTik', neighbour: 'Neighbour', host: 'Host' };

/** The board says most, and only MikroTik's are announced with one. */
const whatOf = ({ kind, platform, board }: FoundDevice): string =>
  board === '' ? (kind === 'neighbour' && platform !== '' ? platform : KIND_WORDS[kind]) : board;

const SOURCE_WORDS = { mndp: 'announced', neighbor: 'neighbour', dhcp: 'DHCP', arp: 'ARP' } as const;
const seenWords = ({ by, source, interface: place }: FoundDevice['seenBy'][number]): string =>
  `${by}${place === '' ? '' : ` ${place}`} (${SOURCE_WORDS[source]})`;

/** Those that saw it, each once, the latest first. */
const seenBy = ({ seenBy: all }: FoundDevice): string => [...new Set(all.map(({ by }) => by))].join(', ');

const text = (value: string, title = value): ReactNode =>
  value === '' ? <span className="lw-dim">{NO_VALUE}</span> : <span title={title}>{value}</span>;

/** "7.15.3 (stable) 2024-07-24 10:39:01" is "7.15.3". */
const shortVersion = (version: string): string => version.split(' ')[0] ?? '';

const outcomeWords = (progress: Progress | undefined): string => {
  if (progress === undefined) return '';
  if (progress.state === 'failed') return progress.message;
  return { waiting: 'Waiting', testing: 'Testing', added: 'Added' }[progress.state];
};

function Outcome({ progress }: { readonly progress: Progress }): ReactNode {
  if (progress.state === 'added') {
    return (
      <span className="lw-row">
        <StatusMark state="online" silent />
        <Link to="/devices/$deviceId" params={{ deviceId: progress.deviceId }} className="lw-link">
          Added
        </Link>
        {progress.warnings.length > 0 && (
          <span className="lw-ellipsis lw-dim" title={progress.warnings.join('\n')}>
            {progress.warnings[0]}
          </span>
        )}
      </span>
    );
  }
  if (progress.state === 'failed') {
    return (
      <span className="lw-row" title={`${progress.message} ${progress.hint}`}>
        <StatusMark state="offline" silent />
        <span className="lw-nowrap">Not added</span>
      </span>
    );
  }
  return <span className="lw-dim">{progress.state === 'testing' ? `Testing ${progress.address} …` : 'Waiting …'}</span>;
}

export const foundColumns = (options: {
  readonly additions: ReadonlyMap<string, Addition>;
  readonly onAdd: (entry: FoundDevice) => void;
  readonly onUnignore: (entry: FoundDevice) => void;
}): readonly Column<FoundDevice>[] =>
  helper.columns([
    helper.accessor('name', {
      header: 'Name',
      sortFn: 'alphanumeric',
      enableHiding: false,
      meta: { width: 'minmax(120px, 1.4fr)' },
      cell: ({ row, getValue }) => (
        <span className="lw-row" data-testid={`found-${getValue()}`}>
          <span className="lw-ellipsis" title={getValue()}>
            {getValue() === '' ? <span className="lw-dim">no name</span> : getValue()}
          </span>
          {row.original.ignored && <span className="lw-tag">ignored</span>}
        </span>
      ),
    }),
    helper.accessor(whatOf, {
      id: 'what',
      header: 'What',
      meta: { width: 'minmax(120px, 1.6fr)' },
      cell: ({ row: { original }, getValue }) =>
        text(getValue(), [...new Set([KIND_WORDS[original.kind], original.platform, original.board])].join(' ').trim()),
    }),
    helper.accessor(({ addresses }) => addresses.join(' '), {
      id: 'address',
      header: 'Address',
      sortFn: 'alphanumeric',
      meta: { width: 'minmax(112px, 1fr)' },
      cell: ({ row: { original } }) => text(original.addresses[0] ?? '', original.addresses.join('\n')),
    }),
    helper.accessor(({ macs }) => macs.join(' '), {
      id: 'mac',
      header: 'MAC',
      meta: { width: '128px', yields: 2 },
      cell: ({ row: { original } }) => text(original.macs[0] ?? '', original.macs.join('\n')),
    }),
    helper.accessor('version', {
      header: 'Version',
      sortFn: 'alphanumeric',
      meta: { width: '68px', yields: 3 },
      cell: ({ getValue }) => text(shortVersion(getValue()), getValue()),
    }),
    helper.accessor(seenBy, {
      id: 'by',
      header: 'Seen by',
      meta: {
        width: 'minmax(110px, 1.2fr)',
        yields: 4,
        csv: (entry: FoundDevice) => entry.seenBy.map((one) => seenWords(one)).join('; '),
      },
      cell: ({ row: { original }, getValue }) =>
        text(getValue(), original.seenBy.map((one) => `${seenWords(one)}, ${formatExact(one.atMs)}`).join('\n')),
    }),
    helper.accessor('firstSeenMs', {
      id: 'first',
      header: 'First seen',
      enableGlobalFilter: false,
      meta: { width: '76px', yields: 1, csv: (entry: FoundDevice) => formatExact(entry.firstSeenMs) },
      cell: ({ getValue }) => <Ago atMs={getValue()} />,
    }),
    helper.accessor('lastSeenMs', {
      id: 'seen',
      header: 'Last seen',
      enableGlobalFilter: false,
      meta: { width: '76px', csv: (entry: FoundDevice) => formatExact(entry.lastSeenMs) },
      cell: ({ getValue }) => <Ago atMs={getValue()} />,
    }),
    helper.accessor(({ id }) => outcomeWords(options.additions.get(id)?.progress), {
      id: 'add',
      header: 'Add',
      enableGlobalFilter: false,
      enableHiding: false,
      meta: { width: options.additions.size > 0 ? 'minmax(150px, 1.2fr)' : '72px' },
      cell: ({ row: { original: entry } }) => {
        const progress = options.additions.get(entry.id)?.progress;
        if (entry.ignored) {
          return (
            <Button size="compact-xs" onClick={() => options.onUnignore(entry)}>
              Show
            </Button>
          );
        }
        return (
          <span className="lw-row">
            {progress !== undefined && <Outcome progress={progress} />}
            {(progress === undefined || progress.state === 'failed') && entry.kind !== 'host' && (
              <Button
                size="compact-xs"
                disabled={entry.addresses.length === 0}
                title={entry.addresses.length === 0 ? 'No address of it is known.' : undefined}
                data-testid={`found-add-${entry.name}`}
                onClick={() => options.onAdd(entry)}
                style={{ flex: 'none' }}
              >
                {progress === undefined ? 'Add' : 'Again'}
              </Button>
            )}
          </span>
        );
      },
    }),
  ]);
