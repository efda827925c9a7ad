// The head of a device's page: state and reason, what it is, for how long it runs, its last error.
import { Tooltip } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { formatExact, formatSpan } from '../../../shared/units/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { STATE_WORDS, StatusMark } from '../../components/status.tsx';
import { Ago, Since } from '../../components/times.tsx';
import { deviceName } from '../../panels/device-name.ts';
import { uptimeQuery } from '../../panels/uptime.ts';
import { kindWords } from '../devices/columns.tsx';
import { nameOrigin, unnamedAddresses, useNames } from '../../app/data/names.ts';
import { useProvisioned } from '../../app/data/provisioned.ts';
import { DeviceActions } from './actions.tsx';
import { useLastSeen } from './device-part.ts';
import type { DevicePart } from './device-part.ts';

/** "operating system" -> "Operating system", and "this computer"; what is no word stays as it is. */
const sentence = (text: string): string =>
  /^[a-z]+(?: |$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;

/** Seconds since the device started, null where nothing says so. */
function useUptime(device: DevicePart): number | null {
  const engine = useEngine();
  const query = uptimeQuery(device.kind, device.selector);
  const answer = useQuery({
    queryKey: ['instant', query],
    queryFn: ({ signal }) => engine.metrics.instant({ query: query ?? '' }, { signal }),
    enabled: query !== null,
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
  return answer.data?.samples[0]?.value ?? null;
}

/** What its history is stored under besides its present name and address. */
function formerFact({ formerNames = [], formerAddresses = [] }: DevicePart): { name: string; value: ReactNode }[] {
  const all = [...formerNames, ...formerAddresses].join(', ');
  return all === '' ? [] : [{ name: 'Formerly', value: <span data-testid="device-formerly">{all}</span> }];
}

function LastSeen({ deviceId }: { readonly deviceId: string }): ReactNode {
  return <Ago atMs={useLastSeen(deviceId)} />;
}

export function DeviceHeader({ device }: { readonly device: DevicePart }): ReactNode {
  const uptime = useUptime(device);
  const provisioned = useProvisioned(device);
  const called = useNames(useMemo(() => unnamedAddresses([device]), [device])).get(device.address);
  const facts: { name: string; value: ReactNode }[] = [
    { name: 'Kind', value: kindWords(device) },
    { name: 'Address', value: sentence(device.address) },
    ...(device.model === '' ? [] : [{ name: 'Model', value: device.model }]),
    ...(device.version === '' ? [] : [{ name: 'Version', value: device.version }]),
    ...(uptime === null ? [] : [{ name: 'Uptime', value: formatSpan(uptime * 1000) }]),
    { name: 'Last seen', value: <LastSeen deviceId={device.id} /> },
    ...device.facts,
    ...formerFact(device),
  ];
  const seen = new Set<string>();
  const once = facts.filter(({ name }) => !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()));
  const troubled = device.state !== 'online';
  return (
    <header className="lw-device-head">
      <div className="lw-device-title">
        <StatusMark state={device.state} size={14} />
        <h1 data-testid="device-name" title={called === undefined ? undefined : nameOrigin(called)}>
          {called?.name ?? deviceName(device)}
        </h1>
        <span data-testid="device-state">
          {STATE_WORDS[device.state]} <span className="lw-dim">for</span> <Since atMs={device.stateSinceMs} />
        </span>
        <span className="lw-dim" data-testid="device-reason">
          {device.reason}
        </span>
        {device.sample && <span className="lw-tag">sample</span>}
        {provisioned && (
          <Tooltip label="From the config file: change it there.">
            <span className="lw-tag">provisioned</span>
          </Tooltip>
        )}
        <DeviceActions device={device} />
      </div>
      <dl className="lw-device-facts">
        {once.map(({ name, value }) => (
          <div key={name}>
            <dt>{sentence(name)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {device.lastError !== null && (
        <div className="lw-device-error" data-testid="device-error">
          {troubled && <StatusMark state={device.state} silent />}
          <span>
            <span className="lw-dim" title={formatExact(device.lastError.atMs)}>
              Last error <Ago atMs={device.lastError.atMs} />:
            </span>{' '}
            {device.lastError.message}
          </span>
          <span className="lw-mono lw-dim" style={{ marginLeft: 'auto' }}>
            {device.lastError.code}
          </span>
        </div>
      )}
    </header>
  );
}
