// An intake over a store that remembers, with the real readers of all formats.
import { BrokerAccount } from '../../../electron/engine/collectors/mqtt/account.ts';
import { createIntake } from '../../../electron/engine/collectors/mqtt/intake.ts';
import { compileTopics, kindOfTopic } from '../../../electron/engine/collectors/mqtt/topics.ts';
import { parseConfig } from '../../../electron/engine/config/index.ts';
import { createInventory } from '../../../electron/engine/inventory/index.ts';
import { createSenders } from '../../../electron/engine/senders/index.ts';
import { mqttDecoders } from '../../../electron/engine/sources/mqtt.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import type { AppendResult, SampleBatch } from '../../../electron/engine/store/metrics/index.ts';
import { HandClock, memoryState, RememberingAppender, vectorOutcome } from '../inventory/doubles.ts';

export const NOW = 1_795_186_920_000;

export class SlowAppender extends RememberingAppender {
  /** Called before a batch is stored; a rejection is the store's. */
  gate: () => Promise<void> = () => Promise.resolve();
  override async append(batch: SampleBatch): Promise<AppendResult> {
    const copy = { ...batch, refs: batch.refs.slice(), values: batch.values.slice() };
    await this.gate();
    return super.append(copy);
  }
}

export function setUpIntake(options: { devices?: string; mayCreate?: boolean; maxMessageBytes?: number } = {}) {
  const clock = new HandClock(NOW);
  const appender = new SlowAppender();
  const inventory = createInventory({
    clock,
    state: memoryState(),
    appender: new RememberingAppender(),
    logger: silentLogger,
    queries: { instant: () => Promise.resolve(vectorOutcome()) },
    onChange: () => {},
  });
  const senders = createSenders({ inventory, clock, logger: silentLogger, rows: undefined, onProblem: () => {} });
  senders.setNamed(parseConfig(options.devices ?? '', 'linewarden.yml').devices);
  const account = new BrokerAccount('test');
  const intake = createIntake({
    account,
    appender,
    edges: senders,
    presence: inventory.presence,
    decoders: mqttDecoders,
    clock,
    logger: silentLogger,
    mayCreate: options.mayCreate ?? true,
    maxMessageBytes: options.maxMessageBytes ?? 1_048_576,
  });
  const topics = compileTopics(
    [
      'edge/<edge_id>/metrics',
      'edge/<edge_id>/inform',
      'edge/<edge_id>/keepalive',
      'of/<customer_id>/<edge_id>/metrics',
    ].map((topic) => ({
      topic,
      kind: kindOfTopic(topic) ?? 'metrics',
    })),
  );
  return {
    clock,
    appender,
    inventory,
    senders,
    account,
    intake,
    topics,
    send: async (topic: string, payload: string | Uint8Array, isRetained = false): Promise<void> => {
      const match = topics.match(topic);
      if (match === undefined) throw new Error('no such topic');
      await intake.take({ match, payload: Buffer.from(payload), isRetained });
    },
    /** "name{labels} value @ms" of everything that is stored; without the time where it is now. */
    stored: (): string[] =>
      appender.batches.flatMap((batch) =>
        appender.text(batch).map((text, i) => {
          const timeMs = batch.timestampsMs?.[i] ?? Number.NaN;
          return timeMs === clock.now() ? text : `${text} @${timeMs}`;
        }),
      ),
    refused: (): Record<string, number> => Object.fromEntries(account.refused),
  };
}
