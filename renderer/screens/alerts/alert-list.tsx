// Alerts, grouped by state and rule: what it is, of whom, since when, at what value.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Alert, DeviceSummary } from '../../../shared/contract/index.ts';
import { formatTime } from '../../../shared/units/index.ts';
import { useNow } from '../../app/data/clock.tsx';
import { OpenInExplore } from '../../components/open-in-explore.tsx';
import { AlertState } from '../../components/status.tsx';
import { Since } from '../../components/times.tsx';
import { deviceName } from '../../panels/device-name.ts';
import './alerts.css';
import { byRule, sinceOf } from './grouped.ts';
import type { AlertGroup } from './grouped.ts';

const STATES: readonly Alert['state'][] = ['firing', 'pending', 'resolved'];

type Props = {
  readonly alerts: readonly Alert[];
  /** For the links; empty on a device's own page, where a link to itself leads nowhere. */
  readonly devices: readonly Pick<DeviceSummary, 'id' | 'kind' | 'name' | 'selector'>[];
};

export function AlertList({ alerts, devices }: Props): ReactNode {
  return (
    <div className="lw-stack" data-testid="alert-list">
      {STATES.map((state) => {
        const group = alerts.filter((alert) => alert.state === state);
        if (group.length === 0) return null;
        return (
          <section key={state} aria-label={state}>
            <div className="lw-alert-group">
              <AlertState state={state} />
              <span className="lw-dim">
                {group.length}
                {state === 'resolved' && ', last 24 hours'}
              </span>
            </div>
            <ul className="lw-alerts">
              {byRule(group).map((ofRule) => (
                <OfRule key={ofRule.name} group={ofRule} devices={devices} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

/** More of one rule are folded. */
const SHOWN = 5;

type OfRuleProps = { readonly group: AlertGroup<Alert>; readonly devices: Props['devices'] };

function OfRule({ group: { name, alerts }, devices }: OfRuleProps): ReactNode {
  const [all, setAll] = useState(false);
  const folds = alerts.length > SHOWN;
  return (
    <>
      {alerts.length > 1 && (
        <li className="lw-alert-rule">
          <strong>{name}</strong> <span className="lw-dim">{alerts.length}</span>
        </li>
      )}
      {(all ? alerts : alerts.slice(0, SHOWN)).map((alert) => (
        <AlertRow key={alert.fingerprint} alert={alert} device={devices.find((one) => one.id === alert.deviceId)} />
      ))}
      {folds && (
        <li className="lw-alert-rule">
          <button type="button" className="lw-text-button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? `Show ${SHOWN} of ${name}` : `Show all ${alerts.length} of ${name}`}
          </button>
        </li>
      )}
    </>
  );
}

/** Four significant digits, whatever the unit: the rule's author knows it. */
const valueText = (value: Alert['value']): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;

type RowProps = {
  readonly alert: Alert;
  readonly device: Pick<DeviceSummary, 'id' | 'kind' | 'name' | 'selector'> | undefined;
};

function AlertRow({ alert, device }: RowProps): ReactNode {
  const now = useNow(30_000);
  const { summary, description } = alert.annotations;
  const shown = Object.entries(alert.labels).filter(([name]) => name !== 'alertname');
  return (
    <li className="lw-alert" data-testid={`alert-${alert.name}`}>
      <div className="lw-alert-text">
        <span>
          <Link to="/alerts/$fingerprint" params={{ fingerprint: alert.fingerprint }} search={{ at: alert.activeAtMs }}>
            <strong>{summary ?? alert.name}</strong>
          </Link>
          {device !== undefined && (
            <>
              {' '}
              <Link to="/devices/$deviceId" params={{ deviceId: device.id }} className="lw-link">
                {deviceName(device)}
              </Link>
            </>
          )}
        </span>
        {description !== undefined && description !== '' && <span className="lw-dim">{description}</span>}
        <span className="lw-alert-labels">
          {summary !== undefined && <span className="lw-tag">{alert.name}</span>}
          {shown.map(([name, value]) => (
            <span key={name} className="lw-tag" title={`${name}="${value}"`}>
              {name} {value}
            </span>
          ))}
        </span>
        <span className="lw-row">
          <code className="lw-mono lw-dim lw-ellipsis" title={alert.expr}>
            {alert.expr}
          </code>
          <OpenInExplore what={alert.name} exprs={[alert.expr]} />
        </span>
      </div>
      <dl className="lw-alert-figures">
        <div>
          <dt>value</dt>
          <dd>{valueText(alert.value)}</dd>
        </div>
        <div>
          <dt>{alert.resolvedAtMs === null ? 'since' : 'resolved'}</dt>
          <dd>{formatTime(sinceOf(alert), now)}</dd>
        </div>
        <div>
          <dt>{alert.resolvedAtMs === null ? 'for' : 'ago'}</dt>
          <dd>
            <Since atMs={sinceOf(alert)} />
          </dd>
        </div>
      </dl>
    </li>
  );
}
