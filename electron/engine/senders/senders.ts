// Joins whoever sends by itself to its device: one of the config, or one that is made at the first contact where that is allowed.
import type { DeviceType, SenderKind, SenderName, UnknownSenders } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { Clock } from '../clock.ts';
import type { LinewardenConfig } from '../config/index.ts';
import type { DeviceDefinition, Inventory } from '../inventory/index.ts';
import { cleanText } from '../observations/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { DEFAULT_TYPES, KEY_LABELS, kindOf, profileOf } from './profile.ts';
import type { SenderRows, StoredSender } from './stored.ts';
import { UnknownList } from './unknown.ts';

/** Whoever may send may choose ever new names. */
const MAX_DEVICES = 2_000;
const MAX_KEY = 128;
const FORGET_AFTER_MS = 7 * 86_400_000;

type Labels = Readonly<Record<string, string>>;

/** One message or request of a sender; what it does not tell is left out and stays as it was. */
export type Contact = {
  readonly kind: SenderKind;
  /** What it calls itself: an edge_id, a client's id, the name of a token. */
  readonly key: string;
  readonly name?: string | undefined;
  readonly type?: DeviceType | undefined;
  readonly address?: string | undefined;
  /** Where the message came from: its address as long as it tells none. */
  readonly from?: string | undefined;
  readonly labels?: Labels | undefined;
  /** May become a device although nobody named it. */
  readonly mayCreate: boolean;
  /** In the place of what its type says. */
  readonly selector?: string | undefined;
  readonly telemetry?: DeviceDefinition['telemetry'] | undefined;
  readonly telemetrySelector?: string | undefined;
  readonly intervalMs?: number | undefined;
  /** When it lived by its own word, Unix ms; now where it is left out. */
  readonly atMs?: number | undefined;
};

export type Senders = {
  /** The devices of the file that send by themselves; those that it no longer names go. */
  setNamed(devices: LinewardenConfig['devices']): void;
  /** Those of the sample network: its devices while they are listed here, and kept nowhere. */
  setSample(names: readonly SenderName[]): void;
  /** The sender's device, which counts as seen now; undefined where it is none and may not become one. */
  contact(contact: Contact): string | undefined;
  /** What the config, else the sender, says of this device; empty for an unknown one. */
  labelsOf(kind: SenderKind, key: string): Labels;
  /** What the config alone says of it. */
  fixedLabelsOf(kind: SenderKind, key: string): Labels;
  /** Undefined for an unknown one. */
  typeOf(kind: SenderKind, key: string): DeviceType | undefined;
  unknown(): UnknownSenders;
  unknownMessages(): ReadonlyMap<SenderKind, number>;
  /** Makes a device of one that is listed; its id. Throws LW_SENDER_GONE, LW_SENDER_LIMIT. */
  accept(name: SenderName): string;
  /** Takes one off the list until it sends again. */
  dismiss(name: SenderName): boolean;
  /** False when the id is no device that was made at a contact. Throws LW_DEVICE_SENDING while it sends, unless it no longer may. */
  remove(id: string, mayStillSend?: boolean): boolean;
};

/** Whether `devices` of the config means a sender, and not only where flows come from. */
export const isSender = ({ type, addresses }: LinewardenConfig['devices'][number]): boolean =>
  type !== undefined && (kindOf(type) !== 'sender' || addresses.length === 0);

/** `fixed`: what the file says of one that it names. */
type Known = StoredSender & { readonly isNamed: boolean; readonly isSample: boolean; readonly fixed: Labels };

const NO_LABELS: Labels = {};

const at = (kind: SenderKind, key: string): string => `${kind}/${key}`;

export function createSenders(options: {
  readonly inventory: Inventory;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rows: SenderRows | undefined;
  readonly onProblem: (area: string, sentence: string | undefined) => void;
}): Senders {
  const { inventory, clock, logger, rows, onProblem } = options;
  const known = new Map<string, Known>();
  const unknown = new UnknownList();
  /** Senders whose address is what they told, and not where they came from. */
  const told = new Set<string>();
  let sample: ReadonlySet<string> = new Set();
  let isRestored = false;

  const register = (sender: Known): void => {
    known.set(at(sender.kind, sender.key), sender);
    const profile = profileOf(sender.type, sender.key);
    const intervalMs = sender.intervalMs ?? profile.intervalMs;
    inventory.register({
      ...profile,
      id: sender.id,
      name: sender.name,
      type: sender.type,
      address: sender.address,
      provisioned: sender.isNamed,
      sample: sender.isSample,
      selector: sender.selector ?? profile.selector,
      telemetry: sender.telemetry ?? profile.telemetry,
      telemetrySelector: sender.telemetrySelector ?? profile.telemetrySelector,
      heartbeatMs: intervalMs,
      intervalMs,
      labels: sender.labels,
    });
  };

  /** A state.db that refuses must not keep data out; it tells its own trouble. */
  const stored = (write: (kept: SenderRows) => void): void => {
    if (rows === undefined) return;
    try {
      write(rows);
    } catch (error) {
      logger.warn({ err: error }, 'a sender that was found could not be kept for the next start');
    }
  };

  const isKept = ({ isNamed, isSample }: Known): boolean => !isNamed && !isSample;

  const save = (one: Known): void => {
    const { isNamed: _named, isSample: _sample, fixed: _fixed, ...sender } = one;
    if (isKept(one)) stored((kept) => kept.save(sender, clock.now()));
  };

  const forget = (sender: Known): void => {
    known.delete(at(sender.kind, sender.key));
    told.delete(at(sender.kind, sender.key));
    inventory.unregister(sender.id);
    if (isKept(sender)) stored((kept) => kept.delete(sender.id));
  };

  const found = (): Known[] => [...known.values()].filter(isKept);

  const forgetIdle = (): void => {
    for (const sender of found()) {
      const seenMs = inventory.get(sender.id)?.lastSeenMs ?? 0;
      if (clock.now() - seenMs > FORGET_AFTER_MS) forget(sender);
    }
  };

  const hasRoom = (): boolean => {
    if (known.size < MAX_DEVICES) return true;
    forgetIdle();
    const isFull = known.size >= MAX_DEVICES;
    onProblem(
      'senders',
      isFull
        ? `More than ${MAX_DEVICES} senders became devices; further ones are listed as unknown. Remove those that are silent.`
        : undefined,
    );
    return !isFull;
  };

  const restore = (): void => {
    if (isRestored || rows === undefined) return;
    isRestored = true;
    for (const sender of rows.list()) {
      if (known.has(at(sender.kind, sender.key))) stored((kept) => kept.delete(sender.id));
      else if (known.size < MAX_DEVICES && inventory.get(sender.id) === undefined) {
        register({ ...sender, isNamed: false, isSample: false, fixed: NO_LABELS });
      }
    }
  };

  const addressOf = (contact: Contact, before = ''): string => {
    const key = at(contact.kind, contact.key);
    if (contact.address !== undefined) told.add(key);
    return contact.address ?? (told.has(key) ? before : (contact.from ?? before));
  };

  /** What a message tells of its sender that was not known. */
  const changed = (before: Known, contact: Contact): Known | undefined => {
    const { isNamed, fixed } = before;
    // What the file says holds.
    const pick = <T>(news: T | undefined, was: T): T => (isNamed ? was : (news ?? was));
    const next: Known = {
      ...before,
      name: contact.name === undefined || isNamed ? before.name : cleanText(contact.name) || before.name,
      type: pick(contact.type, before.type),
      address: addressOf(contact, before.address),
      labels: mergedLabels(before.labels, contact.labels, fixed),
      selector: contact.selector ?? before.selector,
      telemetry: contact.telemetry ?? before.telemetry,
      telemetrySelector: contact.telemetrySelector ?? before.telemetrySelector,
      intervalMs: contact.intervalMs ?? before.intervalMs,
    };
    return (Object.keys(next) as (keyof Known)[]).some((field) => next[field] !== before[field]) ? next : undefined;
  };

  const make = (contact: Contact): Known => {
    const { kind, key, type = DEFAULT_TYPES[kind] } = contact;
    const sender: Known = {
      id: at(kind, key),
      kind,
      key,
      name: cleanText(contact.name ?? '') || key,
      type,
      address: addressOf(contact),
      labels: { [KEY_LABELS[kind]]: key, ...contact.labels },
      selector: contact.selector,
      telemetry: contact.telemetry,
      telemetrySelector: contact.telemetrySelector,
      intervalMs: contact.intervalMs,
      isNamed: false,
      fixed: NO_LABELS,
      isSample: sample.has(at(kind, key)),
    };
    register(sender);
    save(sender);
    unknown.forget({ kind, key });
    return sender;
  };

  const whyNot = ({ kind, key, mayCreate }: Contact): string | undefined => {
    if (inventory.get(at(kind, key)) !== undefined) return `Another device is called ${at(kind, key)}.`;
    if (!mayCreate) return 'It is not named in the config, and new senders do not become devices by themselves.';
    return hasRoom() ? undefined : `More than ${MAX_DEVICES} senders became devices.`;
  };

  return {
    setNamed(devices) {
      const wanted = new Map<string, Known>();
      const taken: string[] = [];
      for (const device of devices) {
        const { id, name = id, type, labels, addresses } = device;
        if (type === undefined || !isSender(device)) continue;
        const kind = kindOf(type);
        const key = labels[KEY_LABELS[kind]] ?? id;
        const isOurs = [...known.values()].some((sender) => sender.id === id);
        if (!isOurs && !['undefined', 'exporter'].includes(String(inventory.get(id)?.kind))) taken.push(id);
        else {
          const address = known.get(at(kind, key))?.address ?? addresses[0] ?? '';
          wanted.set(at(kind, key), {
            id,
            kind,
            key,
            name,
            type,
            address,
            labels,
            isNamed: true,
            isSample: false,
            fixed: labels,
          });
        }
      }
      onProblem(
        'senders of the config',
        taken.length === 0
          ? undefined
          : `The config names devices with the ids of others that are polled: ${taken.map((id) => JSON.stringify(id)).join(', ')}. They are left out; give them other ids.`,
      );
      for (const sender of known.values()) {
        const next = wanted.get(at(sender.kind, sender.key));
        if (next?.id !== sender.id && (sender.isNamed || next !== undefined)) forget(sender);
      }
      for (const sender of wanted.values()) {
        unknown.forget(sender);
        register(sender);
      }
      restore();
    },
    setSample(names) {
      sample = new Set(names.map(({ kind, key }) => at(kind, key)));
      for (const sender of known.values()) {
        if (sender.isSample && !sample.has(at(sender.kind, sender.key))) forget(sender);
      }
    },
    contact(contact) {
      const { kind, key } = contact;
      const before = known.get(at(kind, key));
      let sender = before;
      if (before === undefined) {
        if (!isKey(key)) return undefined;
        const reason = whyNot(contact);
        if (reason === undefined) sender = make(contact);
        else {
          const { name = key, type = DEFAULT_TYPES[kind], from = '', address = from } = contact;
          unknown.note({ kind, key, name: cleanText(name), type, address, reason }, clock.now());
          return undefined;
        }
      } else {
        const next = changed(before, contact);
        if (next !== undefined) {
          register(next);
          save(next);
        }
      }
      if (sender !== undefined) inventory.presence.seen(sender.id, contact.atMs ?? clock.now());
      return sender?.id;
    },
    labelsOf: (kind, key) => known.get(at(kind, key))?.labels ?? NO_LABELS,
    fixedLabelsOf: (kind, key) => known.get(at(kind, key))?.fixed ?? NO_LABELS,
    typeOf: (kind, key) => known.get(at(kind, key))?.type,
    unknown: () => unknown.list(),
    unknownMessages: () => unknown.messages(),
    accept(name) {
      const listed = unknown.get(name);
      if (listed === undefined) {
        throw new LinewardenError('LW_SENDER_GONE', 'This sender is no longer in the list.', {
          hint: 'It comes back with its next message.',
        });
      }
      const reason = whyNot({ ...name, mayCreate: true });
      if (reason !== undefined) throw new LinewardenError('LW_SENDER_LIMIT', reason);
      const { id } = make({ ...listed, mayCreate: true });
      inventory.presence.seen(id, listed.lastMs);
      return id;
    },
    dismiss: (name) => unknown.forget(name),
    remove(id, mayStillSend = true) {
      const sender = found().find((one) => one.id === id);
      if (sender === undefined) return false;
      const device = inventory.get(id);
      if (mayStillSend && device?.state === 'online') {
        throw new LinewardenError('LW_DEVICE_SENDING', `${device.name} still sends, and would be found again.`, {
          hint: 'Switch off what it sends first, then remove it.',
        });
      }
      forget(sender);
      onProblem('senders', undefined);
      return true;
    },
  };
}

/** One line that can be an id. */
const isKey = (key: string): boolean => key !== '' && cleanText(key, MAX_KEY) === key;

/** The same object where nothing is new: what is told with each message is not written each time. */
function mergedLabels(before: Labels, told: Labels | undefined, fixed: Labels): Labels {
  if (told === undefined) return before;
  const news = Object.entries(told).filter(([name, value]) => fixed[name] === undefined && before[name] !== value);
  return news.length === 0 ? before : { ...before, ...Object.fromEntries(news) };
}
