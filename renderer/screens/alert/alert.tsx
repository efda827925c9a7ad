// One alert: what it is and what to do, its expression with the threshold, each time that it was active, and what else
// happened to its device.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Alert, AlertPage } from '../../../shared/contract/index.ts';
import { formatExact, formatSpan, formatTime } from '../../../shared/units/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { useNow } from '../../app/data/clock.tsx';
import { failureOf } from '../../app/data/failure.ts';
import { useDevices } from '../../app/data/queries.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { AlertState, StatusMark } from '../../components/status.tsx';
import { Since } from '../../components/times.tsx';
import { deviceName } from '../../panels/device-name.ts';
import { equalTo } from '../alerts/matchers/matchers.ts';
import { SilenceButton } from '../alerts/silences/silence-button.tsx';
import { exploreLink } from '../explore/search.ts';
import { AlertGraph } from './alert-graph.tsx';
import './alert.css';

const SLOW_MS = 30_000;
const FINGERPRINT = /^[0-9a-f]{16}$/;

export function AlertScreen(): ReactNode {
  const { fingerprint } = useParams({ from: '/alerts/$fingerprint' });
  const { at } = useSearch({ from: '/alerts/$fingerprint' });
  const engine = useEngine();
  const page = useQuery({
    queryKey: ['alert', fingerprint, at],
    queryFn: ({ signal }) =>
      engine.alerts.page({ fingerprint, ...(at !== undefined && { activeAtMs: at }) }, { signal }),
    enabled: FINGERPRINT.test(fingerprint),
    refetchInterval: SLOW_MS,
    placeholderData: keepPreviousData,
  });
  const isGone = !FINGERPRINT.test(fingerprint) || (page.isError && failureOf(page.error).code === 'LW_ALERT_UNKNOWN');
  return (
    <div className="lw-screen" data-testid="alert-page">
      {isGone ? (
        <Empty text="This alert is not known here any more: it was over long ago, or its address is wrong.">
          <Link to="/alerts" className="lw-link">
            See the alerts there are
          </Link>
        </Empty>
      ) : page.data !== undefined ? (
        <Page page={page.data} />
      ) : page.isError ? (
        <Failed
          what="The alert could not be loaded"
          error={page.error}
          sinceMs={page.errorUpdatedAt}
          onRetry={() => void page.refetch()}
        />
      ) : (
        <Loading height={400} />
      )}
    </div>
  );
}

function Page({ page }: { readonly page: AlertPage }): ReactNode {
  const { alert, quietedBy, receivers } = page;
  const { summary, description } = alert.annotations;
  const devices = useDevices();
  const device = devices.data?.find(({ id }) => id === alert.deviceId);
  const severity = alert.labels['severity'];
  return (
    <>
      <header className="lw-alert-head">
        <div className="lw-alert-title">
          <AlertState state={alert.state} />
          <h1>{summary ?? alert.name}</h1>
          {severity !== undefined && <span className="lw-tag">{severity}</span>}
        </div>
        <div className="lw-row lw-alert-links">
          {device !== undefined && (
            <Link to="/devices/$deviceId" params={{ deviceId: device.id }} className="lw-link lw-row">
              <StatusMark state={device.state} />
              {deviceName(device)}
            </Link>
          )}
          {alert.expr !== '' && (
            <Link to="/explore" search={exploreLink(alert.expr)} className="lw-link">
              Open in Explore
            </Link>
          )}
          <Link to="/alerts" search={{ tab: 'rules', rule: alert.name }} className="lw-link">
            Rule
          </Link>
          {alert.state !== 'resolved' && <SilenceButton matchers={equalTo(alert.labels)} what="this alert" />}
        </div>
        <Times alert={alert} />
        {quietedBy.length > 0 && (
          <ul className="lw-alert-quiet" data-testid="quieted-by">
            {quietedBy.map((text) => (
              <li key={text} className="lw-row">
                <StatusMark state="unknown" silent />
                <span className="lw-dim">Nobody is told of it.</span> {text}
              </li>
            ))}
          </ul>
        )}
      </header>
      <div className="lw-alert-page">
        <div className="lw-stack">
          <section className="lw-panel" aria-label="Expression" data-testid="alert-graph">
            <div className="lw-panel-head">
              <code className="lw-mono lw-dim lw-ellipsis" title={alert.expr}>
                {alert.expr || 'Expression not known'}
              </code>
            </div>
            {page.graph === null || page.graph.series.length === 0 ? (
              <p className="lw-dim">{page.graphTrouble ?? 'No data at that time.'}</p>
            ) : (
              <AlertGraph page={page} graph={page.graph} />
            )}
          </section>
          <Around page={page} />
        </div>
        <div className="lw-stack">
          <Todo annotations={alert.annotations} description={description} />
          <section className="lw-panel" aria-label="Labels">
            <div className="lw-panel-head">
              <h2>Labels</h2>
            </div>
            <Pairs pairs={Object.entries(alert.labels)} />
            <p className="lw-label lw-alert-told">
              {receivers.length === 0 ? 'Told to nobody.' : `Told to ${receivers.join(', ')}.`}
            </p>
          </section>
          <History page={page} />
        </div>
      </div>
    </>
  );
}

function Times({ alert }: { readonly alert: Alert }): ReactNode {
  const now = useNow(30_000);
  const { activeAtMs, firedAtMs, resolvedAtMs } = alert;
  const value = typeof alert.value === 'number' ? String(Number(alert.value.toPrecision(4))) : alert.value;
  return (
    <dl className="lw-alert-times">
      <dt>Active since</dt>
      <dd title={formatExact(activeAtMs)}>{formatTime(activeAtMs, now)}</dd>
      {firedAtMs !== null && (
        <>
          <dt>fired</dt>
          <dd title={formatExact(firedAtMs)}>{formatTime(firedAtMs, now)}</dd>
        </>
      )}
      {resolvedAtMs !== null ? (
        <>
          <dt>over</dt>
          <dd title={formatExact(resolvedAtMs)}>{formatTime(resolvedAtMs, now)}</dd>
          <dt>lasted</dt>
          <dd>{formatSpan(resolvedAtMs - (firedAtMs ?? activeAtMs))}</dd>
        </>
      ) : (
        <>
          <dt>for</dt>
          <dd>
            <Since atMs={firedAtMs ?? activeAtMs} />
          </dd>
        </>
      )}
      {value !== 'NaN' && (
        <>
          <dt>value</dt>
          <dd>{value}</dd>
        </>
      )}
    </dl>
  );
}

type TodoProps = {
  readonly annotations: Alert['annotations'];
  readonly description: string | undefined;
};

/** Annotations are whatever a rule's author wrote: text, and links only where they are ones. */
function Todo({ annotations, description }: TodoProps): ReactNode {
  const { action } = annotations;
  const others = Object.entries(annotations).filter(
    ([name, text]) => !['summary', 'description', 'action'].includes(name) && text !== '',
  );
  if (description === undefined && action === undefined && others.length === 0) return null;
  return (
    <section className="lw-panel lw-alert-todo" aria-label="What to do" data-testid="alert-todo">
      <div className="lw-panel-head">
        <h2>{action === undefined ? 'What it means' : 'What to do'}</h2>
      </div>
      {action !== undefined && <p>{action}</p>}
      {description !== undefined && <p className={action === undefined ? '' : 'lw-dim'}>{description}</p>}
      {others.length > 0 && <Pairs pairs={others} />}
    </section>
  );
}

const isLink = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

function Pairs({ pairs }: { readonly pairs: readonly (readonly [string, string])[] }): ReactNode {
  return (
    <dl className="lw-alert-pairs">
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {isLink(value) ? (
              <a href={value} className="lw-link" target="_blank" rel="noreferrer">
                {value}
              </a>
            ) : (
              value
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function History({ page: { history, alert } }: { readonly page: AlertPage }): ReactNode {
  const now = useNow(30_000);
  return (
    <section className="lw-panel" aria-label="History">
      <div className="lw-panel-head">
        <h2>Each time</h2>
        <span className="lw-label">{history.length >= 100 ? 'the last 100' : ''}</span>
      </div>
      {history.length === 0 && <p className="lw-dim">This is the first time.</p>}
      <ul className="lw-alert-list">
        {history.map(({ activeAtMs, firedAtMs, resolvedAtMs }) => (
          <li key={activeAtMs}>
            <Link
              to="."
              search={(before) => ({ ...before, at: activeAtMs })}
              className="lw-row"
              aria-current={activeAtMs === alert.activeAtMs ? 'true' : undefined}
            >
              <StatusMark
                state={resolvedAtMs !== null ? 'online' : firedAtMs === null ? 'degraded' : 'offline'}
                silent
              />
              <span>{formatTime(firedAtMs ?? activeAtMs, now)}</span>
              <span className="lw-dim">
                {resolvedAtMs === null ? 'still' : formatSpan(resolvedAtMs - (firedAtMs ?? activeAtMs))}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What else happened to the device around that time, the newest first. */
function Around({ page: { alert, others, marks, span } }: { readonly page: AlertPage }): ReactNode {
  const now = useNow(30_000);
  if (alert.deviceId === null) return null;
  const events = [
    ...marks.map(({ atMs, text, kind }) => ({ key: `${kind} ${atMs}`, atMs, text, other: undefined })),
    ...others.map((other) => ({
      key: `${other.fingerprint} ${other.activeAtMs}`,
      atMs: other.firedAtMs ?? other.activeAtMs,
      text: other.annotations['summary'] ?? other.name,
      other,
    })),
  ].toSorted((a, b) => b.atMs - a.atMs);
  return (
    <section className="lw-panel" aria-label="What else changed" data-testid="alert-around">
      <div className="lw-panel-head">
        <h2>What else changed on this device</h2>
        <span className="lw-label">
          {formatTime(span.startMs, now)} to {formatTime(span.endMs, now)}
        </span>
      </div>
      {events.length === 0 && (
        <p className="lw-dim">Nothing that is known: no restart, no other alert, no new version.</p>
      )}
      <ul className="lw-alert-list">
        {events.map(({ key, atMs, text, other }) => (
          <li key={key} className="lw-alert-event">
            <time className="lw-dim" dateTime={new Date(atMs).toISOString()} title={formatExact(atMs)}>
              {formatTime(atMs, now)}
            </time>
            {other === undefined ? (
              <span>{text}</span>
            ) : (
              <Link
                to="/alerts/$fingerprint"
                params={{ fingerprint: other.fingerprint }}
                search={{ at: other.activeAtMs }}
                className="lw-link"
              >
                {text}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
