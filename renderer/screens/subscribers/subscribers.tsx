// The network's customers: who is connected, what they carry, and their tiers. A row opens the customer beside the table.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import type { Subscriber, SubscriberState } from '../../../shared/contract/index.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { StatusMark } from '../../components/status.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { MARKS, WORDS, subscriberColumns } from './columns.tsx';
import { SubscriberDrawer } from './subscriber-drawer.tsx';
import './subscribers.css';
import { TiersTab } from './tiers-tab.tsx';
import { useSubscribers } from './use-subscribers.ts';

export function SubscribersScreen(): ReactNode {
  const { tab = 'list' } = useSearch({ from: '/subscribers' });
  const subscribers = useSubscribers();
  return (
    <div className={tab === 'list' ? 'lw-screen lw-screen-fixed' : 'lw-screen'}>
      <h1 className="lw-sr">Subscribers</h1>
      <Tabs
        label="Parts of this page"
        tabs={[
          { id: 'list', words: 'Subscribers', count: subscribers.data?.rows.length ?? 0 },
          { id: 'tiers', words: 'Tiers' },
        ]}
        current={tab}
      />
      {subscribers.data === undefined ? (
        subscribers.isError ? (
          <Failed
            what="The subscribers could not be loaded"
            error={subscribers.error}
            sinceMs={subscribers.errorUpdatedAt}
            onRetry={() => void subscribers.refetch()}
          />
        ) : (
          <Loading height={400} />
        )
      ) : tab === 'tiers' ? (
        <TiersTab rows={subscribers.data.rows} />
      ) : subscribers.data.rows.length === 0 ? (
        <Empty text="No router tells of a PPP or hotspot user, a queue or a WireGuard peer yet.">
          <Link to="/devices">
            <Button component="span">Look at the devices</Button>
          </Link>
        </Empty>
      ) : (
        <Subscribers rows={subscribers.data.rows} refused={subscribers.data.refused} />
      )}
    </div>
  );
}

const STATES: readonly SubscriberState[] = ['up', 'down', 'unknown'];
const NO_TIER = '(none)';

type Props = { readonly rows: readonly Subscriber[]; readonly refused: number };

function Subscribers({ rows, refused }: Props): ReactNode {
  const navigate = useNavigate();
  const { open, tier } = useSearch({ from: '/subscribers' });
  const [state, setState] = useState<SubscriberState | null>(null);
  const [device, setDevice] = useState<string | null>(null);
  const shown = useMemo(
    () =>
      rows.filter(
        (row) =>
          (state === null || row.state === state) &&
          (device === null || row.deviceId === device) &&
          (tier === undefined || row.tier === (tier === NO_TIER ? '' : tier)),
      ),
    [rows, state, device, tier],
  );
  const show = (search: { open?: string | undefined; tier?: string | undefined }): void =>
    void navigate({
      from: '/subscribers',
      to: '.',
      search: (now) => {
        const { open: nextOpen, tier: nextTier, ...others } = { ...now, ...search };
        return {
          ...others,
          ...(nextOpen === undefined ? {} : { open: nextOpen }),
          ...(nextTier === undefined ? {} : { tier: nextTier }),
        };
      },
      resetScroll: false,
    });
  const counts = useMemo(() => countOf(rows), [rows]);
  const tiers = useMemo(() => namesOf(rows.map((row) => row.tier || NO_TIER)), [rows]);
  const devices = useMemo(() => namesOf(rows.map((row) => row.deviceId)), [rows]);
  return (
    <>
      {refused > 0 && (
        <p className="lw-row" role="status">
          <StatusMark state="degraded" silent />
          <span>{refused} more found no room: leave out sources under subscribers in the config.</span>
        </p>
      )}
      <DataTable
        label="Subscribers"
        testId="subscribers-table"
        rows={shown}
        columns={subscriberColumns}
        idOf={(row) => row.key}
        selectedId={open}
        filterHint="Name, comment, address"
        initialSort={{ id: 'name', desc: false }}
        nothing="No subscriber is like this."
        onOpen={(row) => show({ open: row.key })}
        tools={
          <>
            <div className="lw-row" role="group" aria-label="Show only" style={{ gap: 4 }}>
              {STATES.filter((one) => counts[one] > 0).map((one) => (
                <button
                  key={one}
                  type="button"
                  className="lw-icon-button"
                  aria-pressed={state === one}
                  data-active={state === one || undefined}
                  title={`Only ${WORDS[one].toLowerCase()}`}
                  aria-label={`Only ${WORDS[one].toLowerCase()}: ${counts[one]}`}
                  onClick={() => setState(state === one ? null : one)}
                >
                  <StatusMark state={MARKS[one]} silent />
                  {counts[one]}
                </button>
              ))}
            </div>
            <Choice
              what="Tier"
              all="All tiers"
              names={tiers}
              value={tier ?? null}
              onChange={(name) => show({ tier: name ?? undefined })}
            />
            {devices.length > 1 && (
              <Choice what="Device" all="All devices" names={devices} value={device} onChange={setDevice} />
            )}
          </>
        }
      />
      <SubscriberDrawer open={open} onClose={() => show({ open: undefined })} />
    </>
  );
}

type ChoiceProps = {
  readonly what: string;
  readonly all: string;
  readonly names: readonly string[];
  readonly value: string | null;
  readonly onChange: (name: string | null) => void;
};

function Choice({ what, all, names, value, onChange }: ChoiceProps): ReactNode {
  return (
    <Select
      aria-label={what}
      placeholder={all}
      data={[...names]}
      value={value}
      onChange={onChange}
      clearable
      searchable={names.length > 12}
      limit={200}
      className="lw-subscribers-choice"
    />
  );
}

function countOf(rows: readonly Subscriber[]): Record<SubscriberState, number> {
  const counts = { up: 0, down: 0, unknown: 0 };
  for (const { state } of rows) counts[state]++;
  return counts;
}

const namesOf = (names: readonly string[]): string[] =>
  [...new Set(names)].toSorted((a, b) => a.localeCompare(b, undefined, { numeric: true }));
