// The routes as a tree that can be read, and which of them an alert would take.
import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { RouteShown, RouteTrace } from '../../../../shared/contract/index.ts';
import { formatSpan } from '../../../../shared/units/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { Failed, Loading } from '../../../components/states.tsx';
import { LabelTag } from '../board/lines.tsx';
import { matchersText, parseMatchers } from '../matchers/matchers.ts';
import { useRouting } from '../use-alerting.ts';

const ASK_AFTER_MS = 250;

export function RoutesPanel(): ReactNode {
  const routing = useRouting();
  const engine = useEngine();
  const [typed, setTyped] = useState('');
  const read = parseMatchers(typed);
  const problem =
    'problem' in read
      ? read.problem
      : read.matchers.some(({ op }) => op !== '=')
        ? 'An alert has labels with =.'
        : undefined;
  const labels = 'matchers' in read ? Object.fromEntries(read.matchers.map(({ name, value }) => [name, value])) : {};
  const isAsked = problem === undefined && Object.keys(labels).length > 0;
  const [asked] = useDebouncedValue(isAsked ? JSON.stringify(labels) : '', ASK_AFTER_MS);
  const trace = useQuery({
    queryKey: ['routing', 'trace', asked],
    queryFn: ({ signal }) => engine.routing.trace({ labels: JSON.parse(asked) as Record<string, string> }, { signal }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  });
  if (routing.data === undefined) {
    return routing.isError ? (
      <Failed what="The routes could not be loaded" error={routing.error} onRetry={() => void routing.refetch()} />
    ) : (
      <Loading height={160} />
    );
  }
  const { routes, inhibitRules, timeIntervals, file } = routing.data;
  const taken = isAsked ? (trace.data ?? []) : [];
  return (
    <section className="lw-panel" aria-label="Routes" data-testid="routes">
      <div className="lw-panel-head">
        <h2>Routes</h2>
      </div>
      <p className="lw-dim lw-routes-about">
        {file === null ? (
          'No routes are configured: everything is told at one place.'
        ) : (
          <>
            Read from <code className="lw-mono">{file}</code>: change them there, and reload.
          </>
        )}{' '}
        A receiver that is added above has a route of its own, beside these: the alerts that it is told.
      </p>
      <TextInput
        label="Which route would this alert take?"
        placeholder={'alertname="InterfaceDown", severity="critical"'}
        value={typed}
        error={problem}
        onChange={(event) => setTyped(event.target.value)}
        data-testid="route-trace"
      />
      {isAsked && taken.length > 0 && <Traced taken={taken} />}
      <ul className="lw-routes">
        {routes.map((route) => (
          <RouteLine key={route.id} route={route} isTaken={taken.some(({ id }) => id === route.id)} />
        ))}
      </ul>
      {inhibitRules.length > 0 && (
        <>
          <h3 className="lw-routes-part">Inhibition</h3>
          <ul className="lw-dim">
            {inhibitRules.map((rule) => (
              <li key={JSON.stringify(rule)} className="lw-ellipsis">
                <code className="lw-mono">{matchersText(rule.source) || 'any alert'}</code> keeps quiet{' '}
                <code className="lw-mono">{matchersText(rule.target) || 'any alert'}</code>
                {rule.equal.length > 0 && ` with the same ${rule.equal.join(', ')}`}
              </li>
            ))}
          </ul>
        </>
      )}
      {timeIntervals.length > 0 && (
        <>
          <h3 className="lw-routes-part">Time intervals</h3>
          <p className="lw-row">
            {timeIntervals.map(({ name, holdsNow }) => (
              <span key={name} className="lw-tag">
                {name}
                {holdsNow && ': now'}
              </span>
            ))}
          </p>
        </>
      )}
    </section>
  );
}

function Traced({ taken }: { readonly taken: RouteTrace }): ReactNode {
  return (
    <div className="lw-traced" role="status" data-testid="route-traced">
      {taken.map(({ id, receiver, groupLabels }) => (
        <p key={id} className="lw-row">
          Told to <strong>{receiver}</strong>
          {Object.keys(groupLabels).length === 0 ? (
            <span className="lw-dim">with all others</span>
          ) : (
            <>
              <span className="lw-dim">with others of the same</span>
              {Object.entries(groupLabels).map(([name, value]) => (
                <LabelTag key={name} name={name} value={value} />
              ))}
            </>
          )}
        </p>
      ))}
    </div>
  );
}

/** `isTaken`: by the alert that is asked for. */
function RouteLine({ route, isTaken }: { readonly route: RouteShown; readonly isTaken: boolean }): ReactNode {
  const { depth, groupBy } = route;
  const by =
    groupBy[0] === '...' ? 'each alert by itself' : groupBy.length === 0 ? 'all together' : `by ${groupBy.join(', ')}`;
  return (
    <li className="lw-route" aria-current={isTaken ? 'true' : undefined} style={{ paddingLeft: 12 + 20 * depth }}>
      <code className="lw-mono lw-ellipsis" title={matchersText(route.matchers)}>
        {matchersText(route.matchers) || (depth === 0 ? 'every alert' : 'all of these')}
      </code>
      <span className="lw-row lw-nowrap">
        <span className="lw-dim" aria-hidden>
          →
        </span>
        <strong>{route.receiver}</strong>
        {route.isOwn && (
          <span className="lw-tag" title="Added in this window; it takes nothing from the other receivers.">
            added here
          </span>
        )}
        {route.isContinued && !route.isOwn && (
          <span className="lw-tag" title="The routes below are looked at, too.">
            and on
          </span>
        )}
        {[...route.muteTimeIntervals, ...route.activeTimeIntervals].map((name) => (
          <span key={name} className="lw-tag">
            {route.muteTimeIntervals.includes(name) ? 'not' : 'only'} during {name}
          </span>
        ))}
      </span>
      <span className="lw-label lw-nowrap lw-route-times">
        {by}; after {formatSpan(route.groupWaitMs)}, changes each {formatSpan(route.groupIntervalMs)}, again after{' '}
        {formatSpan(route.repeatIntervalMs)}
      </span>
      <span className="lw-num lw-dim">{route.groups > 0 ? `${route.groups} now` : ''}</span>
    </li>
  );
}
