// A customer as state.db keeps it: one JSON text, read back with the suspicion that any file deserves.
import { z } from 'zod';
import type { SubscriberRow } from '../store/state/index.ts';
import { type Facts, type Slot, type Subscriber, newSubscriber } from './subscriber.ts';

const bytes = z.object({ rx: z.number().nonnegative(), tx: z.number().nonnegative() });
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const month = z.string().regex(/^\d{4}-\d\d$/);
const place = z.templateLiteral([z.string(), '\n', z.enum(['ppp', 'hotspot', 'queue', 'wireguard'])]);

const recordSchema = z.object({
  name: z.string().min(1),
  isAccount: z.boolean(),
  deviceId: z.string(),
  facts: z.object({
    profile: z.string(),
    comment: z.string(),
    queueComment: z.string(),
    service: z.string(),
    address: z.string(),
    callerId: z.string(),
    rxLimitBps: z.number().nullable(),
    txLimitBps: z.number().nullable(),
  }) satisfies z.ZodType<Facts>,
  sinceMs: z.number(),
  lastUpMs: z.number().nullable(),
  homes: z.array(place),
  listedBy: z.array(z.string()),
  wasListed: z.boolean(),
  total: bytes,
  usage: z.object({ day, today: bytes, month, thisMonth: bytes, lastMonth: bytes.nullable() }),
  slots: z.array(
    z.object({
      id: z.string(),
      place,
      atMs: z.number(),
      uptimeSeconds: z.number().optional(),
      rxBytes: z.number().optional(),
      txBytes: z.number().optional(),
      isUp: z.boolean(),
      address: z.string(),
      service: z.string(),
      callerId: z.string(),
      beganMs: z.number(),
      carried: bytes,
    }),
  ),
});

export function toRow(subscriber: Subscriber): SubscriberRow {
  const { key, name, isAccount, deviceId, facts, sinceMs, lastUpMs, wasListed, total, usage } = subscriber;
  const slots = [...subscriber.slots.values()].map(({ owner: _owner, reading, rxBps: _rx, txBps: _tx, ...slot }) => {
    const { atMs, uptimeSeconds, rxBytes, txBytes } = reading;
    return { ...slot, atMs, uptimeSeconds, rxBytes, txBytes };
  });
  const record: z.input<typeof recordSchema> = {
    name,
    isAccount,
    deviceId,
    facts,
    sinceMs,
    lastUpMs,
    wasListed,
    total,
    usage,
    slots,
    homes: [...subscriber.homes],
    listedBy: [...subscriber.listedBy],
  };
  return { key, record };
}

/** Undefined for a record that this version cannot read. */
export function fromRow({ key, record }: SubscriberRow): Subscriber | undefined {
  const read = recordSchema.safeParse(record).data;
  if (read === undefined) return undefined;
  const { name, isAccount, deviceId, homes, listedBy, slots, ...rest } = read;
  const subscriber: Subscriber = {
    ...newSubscriber({ key, name, isAccount, isSample: false, deviceId }, rest.sinceMs),
    ...rest,
    homes: new Set(homes),
    listedBy: new Set(listedBy),
    slots: new Map(),
    unwritten: 'nothing',
  };
  for (const { id, place: where, atMs, uptimeSeconds, rxBytes, txBytes, ...slot } of slots) {
    const restored: Slot = {
      ...slot,
      id,
      place: where,
      owner: subscriber,
      reading: { atMs, monotonicMs: undefined, uptimeSeconds, rxBytes, txBytes },
      rxBps: null,
      txBps: null,
    };
    subscriber.slots.set(`${where}\n${id}`, restored);
  }
  return subscriber;
}
