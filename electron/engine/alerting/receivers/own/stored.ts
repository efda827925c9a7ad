// The receivers that the window added, as state.db keeps them; their secrets are in the secret store.
import { z } from 'zod';
import { receiverFormSchema, type ReceiverSettings } from '../../../../../shared/contract/index.ts';

const KEY = 'alerting.receivers';

const storedSchema = receiverFormSchema.required({ id: true }).extend({
  /** The names of its secrets. */
  secrets: z.array(z.string().max(128)).max(64),
  sendResolved: z.boolean(),
  place: z.string(),
});

export type StoredReceiver = z.output<typeof storedSchema>;

export type StoredSettings = { get(key: string): unknown; set(key: string, value: unknown): void };

/** One that this version cannot read is left out, and gone with the next change. */
export function storedReceivers(settings: Pick<StoredSettings, 'get'>): StoredReceiver[] {
  const stored = z.array(z.unknown()).safeParse(settings.get(KEY));
  return (stored.data ?? []).flatMap((one) => {
    const receiver = storedSchema.safeParse(one);
    return receiver.success ? [receiver.data] : [];
  });
}

export const storeReceivers = (settings: Pick<StoredSettings, 'set'>, receivers: readonly StoredReceiver[]): void =>
  settings.set(KEY, receivers);

export const secretName = (id: string, field: string): string => `receiver/${id}/${field}`;

/** Where it goes: with another one of these its secrets are asked for again, so that none goes to a stranger. */
const ADDRESSES = ['url', 'smarthost', 'api_url', 'webhook_url'] as const;

export const hasOtherAddress = (
  before: Readonly<{ kind: string; settings: ReceiverSettings }>,
  now: Readonly<{ kind: string; settings: ReceiverSettings }>,
  secretsGiven: Readonly<Record<string, string>>,
): boolean =>
  before.kind !== now.kind ||
  ADDRESSES.some((name) => before.settings[name] !== now.settings[name] || (secretsGiven[name] ?? '') !== '');
