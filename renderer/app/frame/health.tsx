// The engine's health as a dot; what is behind it in a popover.
import { Popover } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { DeviceState } from '../../../shared/contract/index.ts';
import { formatValue, plural } from '../../../shared/units/index.ts';
import { StatusMark } from '../../components/status.tsx';
import { Since } from '../../components/times.tsx';
import { useConnectionState } from '../connection/context.tsx';
import { useHealth, useSystemInfo } from '../data/queries.ts';

export function HealthDot(): ReactNode {
  const [open, setOpen] = useState(false);
  // Wherever the focus is: the popover itself takes none.
  useEffect(() => {
    if (!open) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setOpen(false);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [open]);
  const connected = useConnectionState().phase === 'open';
  const health = useHealth();
  const info = useSystemInfo();
  const problems = connected ? (health.data?.problems ?? []) : ['The window is not connected to the engine.'];
  const state: DeviceState = !connected
    ? 'offline'
    : health.data === undefined
      ? 'unknown'
      : health.data.ok
        ? 'online'
        : 'degraded';
  const words = {
    online: 'The engine is well',
    degraded: `The engine reports ${plural(problems.length, 'problem')}`,
    offline: 'Not connected to the engine',
    unknown: 'Asking the engine',
  }[state];
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={300}>
      <Popover.Target>
        <button
          type="button"
          className="lw-icon-button"
          aria-label={words}
          title={words}
          data-testid="engine-health"
          onClick={() => setOpen(!open)}
        >
          <StatusMark state={state} silent />
        </button>
      </Popover.Target>
      <Popover.Dropdown p="md">
        <h2>{words}</h2>
        {problems.length > 0 && (
          <ul style={{ margin: '8px 0' }}>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
        {health.data !== undefined && (
          <dl className="lw-facts" style={{ marginTop: 8 }}>
            <dt>Series</dt>
            <dd>{formatValue(health.data.series, 'count')}</dd>
            <dt>Samples</dt>
            <dd>{formatValue(health.data.samplesPerSecond, 'perSecond')}</dd>
            <dt>Stored</dt>
            <dd>{formatValue(health.data.storeBytes, 'bytes')}</dd>
            <dt>Memory</dt>
            <dd>{formatValue(health.data.rssBytes, 'bytes')}</dd>
            <dt>Running for</dt>
            <dd>
              <Since atMs={info.data?.startedAtMs ?? null} />
            </dd>
            <dt>Version</dt>
            <dd>{info.data?.version}</dd>
          </dl>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
