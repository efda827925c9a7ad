// What came in by MQTT, broker by broker, as metrics of our own.
import type { OwnSample, Registry } from '../../telemetry/index.ts';
import type { MqttBroker } from './collector.ts';

export function registerMqttMetrics(registry: Pick<Registry, 'add'>, brokers: () => readonly MqttBroker[]): void {
  const add = (
    type: 'counter' | 'gauge',
    name: string,
    help: string,
    tell: (broker: MqttBroker) => readonly OwnSample[],
  ): void =>
    registry.add({
      name: `linewarden_mqtt_${name}`,
      help,
      type,
      value: () =>
        brokers().flatMap((broker) =>
          tell(broker).map(({ labels, value }) => ({ labels: { broker: broker.name, ...labels }, value })),
        ),
    });
  add('gauge', 'connected', 'Whether the broker is connected, or the embedded one listens.', ({ isConnected }) => [
    { labels: {}, value: Number(isConnected) },
  ]);
  add('counter', 'messages_total', 'Messages from brokers by kind.', ({ account }) =>
    [...account.messages].map(([kind, value]) => ({ labels: { kind }, value })),
  );
  add('counter', 'samples_total', 'Samples stored from MQTT messages.', ({ account }) => [
    { labels: {}, value: account.stored },
  ]);
  add('counter', 'duplicates_total', 'Samples or messages that were stored already, sent again.', ({ account }) => [
    { labels: {}, value: account.duplicates },
  ]);
  add('counter', 'refused_total', 'Messages and samples that were not stored, by reason.', ({ account }) =>
    [...account.refused].map(([reason, value]) => ({ labels: { reason }, value })),
  );
  add('gauge', 'in_flight', 'Messages that wait to be stored.', ({ inFlight }) => [{ labels: {}, value: inFlight }]);
}
