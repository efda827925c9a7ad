// What is counted of those that send by themselves.
import type { Registry } from '../telemetry/index.ts';
import { SENDER_KINDS } from './profile.ts';
import type { Senders } from './senders.ts';

export function registerSenderMetrics(registry: Pick<Registry, 'add'>, senders: Senders): void {
  registry.add({
    name: 'linewarden_unknown_sender_messages_total',
    help: 'Messages and requests of senders that are no device.',
    type: 'counter',
    value: () => [...senders.unknownMessages()].map(([kind, value]) => ({ labels: { kind }, value })),
  });
  registry.add({
    name: 'linewarden_unknown_senders',
    help: 'Senders that are no device and are listed in the window.',
    type: 'gauge',
    value() {
      const { senders: listed } = senders.unknown();
      return SENDER_KINDS.map((kind) => ({
        labels: { kind },
        value: listed.filter((sender) => sender.kind === kind).length,
      }));
    },
  });
}
