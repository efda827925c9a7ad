// The brokers of MQTT, for the window.
import type { MqttStatus } from '../../../../shared/contract/index.ts';
import type { MqttBroker } from '../../collectors/mqtt/index.ts';

export const mqttStatus = (brokers: readonly MqttBroker[], nowMs: number): MqttStatus => ({
  brokers: brokers.map(({ account, isEmbedded, isConnected, clients, lastError, ...broker }) => ({
    name: broker.name,
    embedded: isEmbedded,
    address: broker.address,
    connected: isConnected,
    sinceMs: broker.sinceMs,
    version: broker.version,
    clients: clients ?? null,
    messages: account.total,
    messagesPerSecond: account.messagesPerSecond(nowMs),
    samples: account.stored,
    duplicates: account.duplicates,
    refused: [...account.refused].map(([reason, count]) => ({ reason, count })),
    inFlight: broker.inFlight,
    lastMessageMs: account.lastMessageMs === 0 ? null : account.lastMessageMs,
    lastError: lastError ?? null,
    lastRefusal: account.lastRefusal ?? null,
  })),
});
