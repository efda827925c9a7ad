// All devices in one table: state and why, what and where they are, when last seen, a line of the last hour.
import { Button } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { DeviceState, DeviceSummary } from '../../../shared/contract/index.ts';
import { unnamedAddresses, useNames } from '../../app/data/names.ts';
import { useDevices } from '../../app/data/queries.ts';
import { useSparks } from '../../app/data/sparks.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { STATE_WORDS, StatusMark } from '../../components/status.tsx';
import { countStates } from '../overview/sentence.ts';
import { Tabs } from '../../components/tabs.tsx';
import { deviceColumns } from './columns.tsx';
import { FoundTab } from './found/found-tab.tsx';
import { SendersTab, useUnknownCount } from './senders/senders-tab.tsx';
import { TargetsTab } from './targets/targets-tab.tsx';
import { useFoundCount } from './found/use-found.ts';

const STATES: readonly DeviceState[] = ['online', 'degraded', 'offline', 'unknown'];

export function DevicesScreen(): ReactNode {
  const { tab = 'watched' } = useSearch({ from: '/devices' });
  const found = useFoundCount();
  const unknown = useUnknownCount();
  return (
    <div className="lw-screen lw-screen-fixed">
      <h1 className="lw-sr">Devices</h1>
      <Tabs
        label="Parts of the devices"
        tabs={[
          { id: 'watched', words: 'Watched' },
          { id: 'found', words: 'Found', count: found },
          { id: 'targets', words: 'Scrape targets' },
          // Only for those who have any.
          ...(unknown > 0 || tab === 'senders' ? [{ id: 'senders', words: 'Unknown senders', count: unknown }] : []),
        ]}
        current={tab}
      />
      {tab === 'watched' && <Watched />}
      {tab === 'found' && <FoundTab />}
      {tab === 'targets' && <TargetsTab />}
      {tab === 'senders' && <SendersTab />}
    </div>
  );
}

function Watched(): ReactNode {
  const devices = useDevices();
  if (devices.data === undefined) {
    return devices.isError ? (
      <Failed
        what="The devices could not be loaded"
        error={devices.error}
        sinceMs={devices.errorUpdatedAt}
        onRetry={() => void devices.refetch()}
      />
    ) : (
      <Loading height={400} />
    );
  }
  return (
    <>
      {devices.data.length === 0 ? (
        <Empty text="No device is watched yet.">
          <Link to="/setup">
            <Button component="span" variant="filled">
              Set up a router
            </Button>
          </Link>
        </Empty>
      ) : (
        <Devices devices={devices.data} />
      )}
    </>
  );
}

function Devices({ devices }: { readonly devices: readonly DeviceSummary[] }): ReactNode {
  const navigate = useNavigate();
  const [only, setOnly] = useState<DeviceState | null>(null);
  const sparks = useSparks(devices);
  const names = useNames(useMemo(() => unnamedAddresses(devices), [devices]));
  const columns = useMemo(() => deviceColumns(sparks, names), [sparks, names]);
  const counts = countStates(devices);
  const rows = useMemo(
    () => (only === null ? devices : devices.filter((device) => device.state === only)),
    [devices, only],
  );
  return (
    <DataTable
      label="Devices"
      testId="devices-table"
      rows={rows}
      columns={columns}
      idOf={(device) => device.id}
      filterHint="Name, address, model"
      initialSort={{ id: 'state', desc: false }}
      nothing="No device is in this state."
      onOpen={(device) => void navigate({ to: '/devices/$deviceId', params: { deviceId: device.id } })}
      tools={
        <div className="lw-row" role="group" aria-label="Show only" style={{ gap: 4 }}>
          {STATES.filter((state) => counts[state] > 0).map((state) => (
            <button
              key={state}
              type="button"
              className="lw-icon-button"
              aria-pressed={only === state}
              data-active={only === state || undefined}
              title={`Only ${STATE_WORDS[state].toLowerCase()}`}
              aria-label={`Only ${STATE_WORDS[state].toLowerCase()}: ${counts[state]}`}
              onClick={() => setOnly(only === state ? null : state)}
            >
              <StatusMark state={state} silent />
              {counts[state]}
            </button>
          ))}
          <Link to="/setup" style={{ marginLeft: 8 }}>
            <Button component="span" size="compact-sm" data-testid="devices-setup">
              Set up a router
            </Button>
          </Link>
        </div>
      }
    />
  );
}
