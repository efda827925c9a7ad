// The brokers that edges are read from: whether they are connected, what comes, and what was refused and why.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { MqttBroker } from '../../../../shared/contract/index.ts';
import { NO_VALUE, formatValue } from '../../../../shared/units/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { Empty, Failed, Loading } from '../../../components/states.tsx';
import { StatusMark } from '../../../components/status.tsx';
import { Ago, Since } from '../../../components/times.tsx';
import './mqtt.css';

const EVERY_MS = 5_000;

const OWN_BROKERS: Readonly<Record<string, string>> = {
  embedded: 'The broker of Linewarden',
  'sample network': 'The broker of the sample network',
};

const REASONS: Readonly<Record<string, string>> = {
  claim: 'for another edge',
  malformed: 'not readable',
  too_large: 'too large',
  unknown_sender: 'of unknown edges',
  retained: 'kept by the broker, of unknown age',
  future: 'samples of the future',
  out_of_order: 'samples out of order',
  over_limit: 'samples over the limit of series',
};

export function MqttTab(): ReactNode {
  const engine = useEngine();
  const status = useQuery({
    queryKey: ['mqtt'],
    queryFn: ({ signal }) => engine.mqtt.status(undefined, { signal }),
    refetchInterval: EVERY_MS,
  });
  if (status.data === undefined) {
    return status.isError ? (
      <Failed what="The brokers could not be loaded" error={status.error} onRetry={() => void status.refetch()} />
    ) : (
      <Loading />
    );
  }
  const { brokers } = status.data;
  if (brokers.length === 0) {
    return (
      <Empty text="No broker is read. Name one under mqtt.connect in linewarden.yml, or let Linewarden be one with mqtt.broker; edges then become devices with their first message." />
    );
  }
  return (
    <div className="lw-mqtt" data-testid="mqtt-brokers">
      {brokers.map((broker) => (
        <Broker key={broker.name} broker={broker} />
      ))}
      <p className="lw-dim">
        Brokers are set in the section <code>mqtt</code> of linewarden.yml. Edges that are no devices are listed under{' '}
        <Link to="/devices" search={{ tab: 'senders' }} className="lw-link">
          unknown senders
        </Link>
        .
      </p>
    </div>
  );
}

function Broker({ broker }: { readonly broker: MqttBroker }): ReactNode {
  const { name, embedded, connected, sinceMs, lastError, lastRefusal, refused } = broker;
  const up = embedded ? 'Listens' : 'Connected';
  const down = embedded ? 'Does not listen' : 'Not connected';
  return (
    <section className="lw-panel lw-mqtt-broker" aria-label={name}>
      <header className="lw-row">
        <StatusMark state={connected ? 'online' : 'offline'} silent />
        <strong className="lw-ellipsis">{embedded ? (OWN_BROKERS[name] ?? name) : name}</strong>
        <span className="lw-dim">
          {name === broker.address ? '' : `${broker.address} · `}MQTT {broker.version}
        </span>
        <span className="lw-mqtt-since">
          {connected ? up : down} for <Since atMs={sinceMs} />
        </span>
      </header>
      <dl className="lw-mqtt-facts">
        {broker.clients !== null && <Fact words="Clients" value={formatValue(broker.clients, 'count')} />}
        <Fact words="Messages" value={formatValue(broker.messagesPerSecond, 'perSecond')} />
        <Fact words="In all" value={formatValue(broker.messages, 'count')} />
        <Fact words="Samples stored" value={formatValue(broker.samples, 'count')} />
        <Fact words="Sent twice" value={formatValue(broker.duplicates, 'count')} />
        <Fact words="Waiting" value={embedded ? NO_VALUE : formatValue(broker.inFlight, 'count')} />
        <Fact words="Last message" value={<Ago atMs={broker.lastMessageMs} />} />
      </dl>
      {lastError !== null && (
        <p className="lw-mqtt-told">
          <Ago atMs={lastError.atMs} />: {lastError.message}
        </p>
      )}
      {refused.length > 0 && (
        <p className="lw-mqtt-told">
          Refused:{' '}
          {refused.map(({ reason, count }) => `${formatValue(count, 'count')} ${REASONS[reason] ?? reason}`).join(', ')}
          .
          {lastRefusal !== null && (
            <span className="lw-dim">
              {' '}
              Last, <Ago atMs={lastRefusal.atMs} />: {lastRefusal.message}
            </span>
          )}
        </p>
      )}
    </section>
  );
}

function Fact({ words, value }: { readonly words: string; readonly value: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{words}</dt>
      <dd>{value}</dd>
    </div>
  );
}
