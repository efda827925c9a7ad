// The first screen: how the network is in one sentence, what it carries, and what needs a look.
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { AlertSummary, DeviceState, DeviceSummary } from '../../../shared/contract/index.ts';
import { plural } from '../../../shared/units/index.ts';
import { useAlertSummary, useDevices, useSystemInfo } from '../../app/data/queries.ts';
import { useSparks } from '../../app/data/sparks.ts';
import { DeviceSpark } from '../../components/device-spark.tsx';
import { GraphPanel } from '../../components/graph-panel.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { STATE_WORDS, StatusMark } from '../../components/status.tsx';
import { Since } from '../../components/times.tsx';
import { hostNetwork } from '../../panels/host.ts';
import { deviceName } from '../../panels/device-name.ts';
import { networkTraffic } from '../../panels/network.ts';
import { equalTo, matchersText } from '../alerts/matchers/matchers.ts';
import { FirstStart } from './first-start.tsx';
import { OverviewTraffic } from './overview-traffic.tsx';
import './overview.css';
import { alertWords, countStates, needingALook, overviewSentence } from './sentence.ts';
import { Now, Totals } from './totals.tsx';

const STATES: readonly DeviceState[] = ['online', 'degraded', 'offline', 'unknown'];

export function OverviewScreen(): ReactNode {
  const devices = useDevices();
  const info = useSystemInfo();
  const alerts = useAlertSummary();
  if (devices.data === undefined) {
    return (
      <div className="lw-screen">
        {devices.isError ? (
          <Failed
            what="The devices could not be loaded"
            error={devices.error}
            sinceMs={devices.errorUpdatedAt}
            onRetry={() => void devices.refetch()}
          />
        ) : (
          <Loading height={400} />
        )}
      </div>
    );
  }
  const host =
    devices.data.find((device) => device.id === info.data?.hostDeviceId) ??
    devices.data.find((device) => device.kind === 'host');
  if (devices.data.every((device) => device.id === host?.id)) return <FirstStart host={host} info={info.data} />;
  return <Network devices={devices.data} host={host} alerts={alerts.data ?? NO_ALERTS} />;
}

type Props = {
  readonly devices: readonly DeviceSummary[];
  readonly host: DeviceSummary | undefined;
  readonly alerts: AlertSummary;
};

const NO_ALERTS: AlertSummary = {
  counts: { firing: 0, pending: 0, suppressed: 0, resolved: 0 },
  groups: [],
  total: 0,
};

function Network({ devices, host, alerts }: Props): ReactNode {
  const hostTraffic = useMemo(() => hostNetwork(host?.selector ?? ''), [host?.selector]);
  const counts = countStates(devices);
  const routers = devices.filter((device) => device.kind === 'router');
  const routerInterval = routers.reduce((most, router) => Math.max(most, router.intervalMs), 0);
  return (
    <div className="lw-screen">
      <section className="lw-sentence" aria-label="Summary">
        <h1 data-testid="overview-sentence">{overviewSentence(counts, alerts.counts.firing)}</h1>
        <div className="lw-counts">
          {STATES.filter((state) => counts[state] > 0 || state === 'online').map((state) => (
            <span key={state} className="lw-row lw-nowrap" data-testid={`count-${state}`}>
              <StatusMark state={state} silent />
              {counts[state]} {STATE_WORDS[state].toLowerCase()}
            </span>
          ))}
          <span data-testid="count-alerts">{alertWords(alerts.counts)}</span>
          {routers.length > 0 ? (
            <Totals intervalMs={routerInterval} />
          ) : (
            host !== undefined &&
            host.selector !== '' && <Totals intervalMs={host.intervalMs} hostSelector={host.selector} />
          )}
          <Now />
        </div>
      </section>
      <OverviewTraffic />
      {routers.length > 0 ? (
        <GraphPanel panel={networkTraffic} intervalMs={routerInterval} height={240} />
      ) : (
        host !== undefined &&
        host.selector !== '' && <GraphPanel panel={hostTraffic} intervalMs={host.intervalMs} height={240} />
      )}
      <div className="lw-overview-lists">
        <NeedingALook devices={devices} />
        <ActiveAlerts alerts={alerts} devices={devices} />
      </div>
    </div>
  );
}

function NeedingALook({ devices }: { readonly devices: readonly DeviceSummary[] }): ReactNode {
  const needing = needingALook(devices);
  const sparks = useSparks(devices);
  return (
    <section className="lw-panel" aria-label="Devices needing a look" data-testid="needing-a-look">
      <div className="lw-panel-head">
        <h2>Devices needing a look</h2>
      </div>
      {needing.length === 0 && <p className="lw-dim">None. Everything that is watched answers.</p>}
      <ul>
        {needing.slice(0, 12).map((device) => (
          <li key={device.id}>
            <Link to="/devices/$deviceId" params={{ deviceId: device.id }} className="lw-look">
              <StatusMark state={device.state} />
              <span className="lw-look-text">
                <span className="lw-ellipsis" title={deviceName(device)}>
                  {deviceName(device)}
                </span>
                <span className="lw-dim lw-ellipsis" title={device.reason}>
                  {device.reason}
                </span>
              </span>
              <DeviceSpark device={device} sparks={sparks} withValue={false} />
              <span className="lw-num lw-dim lw-look-since">
                <Since atMs={device.stateSinceMs} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {needing.length > 12 && (
        <Link to="/devices" className="lw-link">
          and {needing.length - 12} more
        </Link>
      )}
    </section>
  );
}

type AlertsProps = { readonly alerts: AlertSummary; readonly devices: readonly DeviceSummary[] };

const MOST_GROUPS = 8;

/** In the groups that are told together: what, of whom, since when. */
function ActiveAlerts({ alerts: { groups, total, counts }, devices }: AlertsProps): ReactNode {
  const shown = groups.slice(0, MOST_GROUPS);
  return (
    <section className="lw-panel" aria-label="Alerts" data-testid="overview-alerts">
      <div className="lw-panel-head">
        <h2>Alerts</h2>
        <Link to="/alerts" className="lw-link lw-label">
          All alerts
        </Link>
      </div>
      {total === 0 && <p className="lw-dim">None is firing or pending.</p>}
      <ul>
        {shown.map((group) => (
          <AlertGroup key={group.id} group={group} devices={devices} />
        ))}
      </ul>
      {total > shown.length && (
        <Link to="/alerts" className="lw-link">
          and {total - shown.length} more groups
        </Link>
      )}
      {counts.suppressed > 0 && <p className="lw-label">{plural(counts.suppressed, 'alert')} kept quiet</p>}
    </section>
  );
}

type GroupProps = { readonly group: AlertSummary['groups'][number]; readonly devices: readonly DeviceSummary[] };

function AlertGroup({ group, devices }: GroupProps): ReactNode {
  const { counts, fingerprint, deviceIds, text } = group;
  const count = counts.firing + counts.pending;
  const named = deviceIds.flatMap((id) => devices.find((device) => device.id === id) ?? []);
  const words = (
    <>
      <StatusMark state={counts.firing > 0 ? 'offline' : 'degraded'} silent />
      <span className="lw-look-text">
        <span className="lw-ellipsis" title={text}>
          <span className="lw-sr">{counts.firing > 0 ? 'Firing: ' : 'Pending: '}</span>
          {text}
          {count > 1 && <span className="lw-dim"> {count}</span>}
        </span>
        <span className="lw-dim lw-ellipsis">
          {[
            group.severity,
            named.map(deviceName).join(', '),
            ...Object.entries(group.labels)
              .filter(([name]) => name !== 'alertname' && name !== 'severity')
              .slice(0, 2)
              .map(([name, value]) => `${name} ${value}`),
          ]
            .filter((part) => part !== '')
            .join('  ·  ')}
        </span>
      </span>
      <span className="lw-num lw-dim lw-look-since">
        <Since atMs={group.sinceMs} />
      </span>
    </>
  );
  return (
    <li>
      {fingerprint === null ? (
        <Link to="/alerts" search={{ label: matchersText(equalTo(group.labels)) }} className="lw-look">
          {words}
        </Link>
      ) : (
        <Link to="/alerts/$fingerprint" params={{ fingerprint }} className="lw-look">
          {words}
        </Link>
      )}
    </li>
  );
}
