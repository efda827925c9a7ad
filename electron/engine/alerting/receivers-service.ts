// Receivers for the window: the file's and its own, how each fares, a test of each, and changes to its own.
import type {
  ReceiverForm,
  ReceiverList,
  ReceiverShown,
  ReceiverTest,
  ReceiverTestAnswer,
  ReceiverWay,
} from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { AlertRouter } from './alert-router.ts';
import type { Waiting } from './delivery/queue.ts';
import { DeliveryError } from './delivery/queue.ts';
import { OwnReceivers, type OwnReceiversOptions, type StoredReceiver } from './receivers/own/index.ts';
import { RECEIVER_KINDS, receiverKind } from './receivers/index.ts';
import { SealedSettings } from './receivers/sealed-settings.ts';
import type { LoadedRouting } from './routing-file.ts';
import type { IntegrationConfig, ReceiverConfig, RoutingConfig } from './routing/config.ts';

export type ReceiversOptions = OwnReceiversOptions & {
  readonly router: () => Pick<AlertRouter, 'apply' | 'routing' | 'counts' | 'waiting' | 'sendTest' | 'sendDraft'>;
  /** Of the file or the default, without the window's receivers. */
  readonly base: () => LoadedRouting;
  readonly onChange: () => void;
};

export interface Receivers {
  /** What is in force with this configuration: the window's receivers beside its own. */
  beside(routing: LoadedRouting): LoadedRouting;
  list(): ReceiverList;
  /** Adds or changes one; takes effect at once. Throws LW_RECEIVER_*. */
  save(form: ReceiverForm): Promise<ReceiverShown>;
  /** Whether there was one; what waits for it is given up. */
  remove(id: string): Promise<boolean>;
  /** Sends a test now, and says how it went. Throws LW_RECEIVER_UNKNOWN, and LW_RECEIVER_* for a draft. */
  sendTest(test: ReceiverTest, signal?: AbortSignal): Promise<ReceiverTestAnswer>;
}

type TestResult = ReceiverTestAnswer['results'][number];

const MAX_WAITING_SHOWN = 20;

export function createReceivers(options: ReceiversOptions): Receivers {
  const { base, onChange } = options;
  const own = new OwnReceivers(options);

  const beside = (routing: LoadedRouting): LoadedRouting => ({ ...routing, config: own.beside(routing.config) });

  const changed = (): void => {
    options.router().apply(beside(base()));
    onChange();
  };

  const wayOf = (receiver: string, integration: IntegrationConfig, config: RoutingConfig): ReceiverWay[] => {
    const { kind, index, settings } = integration;
    const known = receiverKind(kind);
    if (known === undefined) return [];
    const isSealed = settings instanceof SealedSettings;
    const count = options
      .router()
      .counts()
      .find((each) => each.receiver === receiver && each.kind === kind && each.index === index);
    return [
      {
        kind,
        title: known.title,
        place: isSealed ? settings.place : (known.place?.(settings, config.global) ?? ''),
        sendResolved: isSealed ? settings.sendResolved : known.sendsResolved(settings),
        delivered: count?.delivered ?? 0,
        failed: count?.failed ?? 0,
        lastDeliveredAtMs: count?.lastDeliveredAtMs ?? null,
        lastFailure: count?.lastFailure ?? null,
        waiting: options
          .router()
          .waiting()
          .filter(({ way }) => way === `${receiver}/${kind}/${index}`)
          .slice(0, MAX_WAITING_SHOWN)
          .map(shownWaiting),
      },
    ];
  };

  const shown = (receiver: ReceiverConfig, config: RoutingConfig) => ({
    name: receiver.name,
    ways: receiver.integrations.flatMap((each) => wayOf(receiver.name, each, config)),
    unsupported: receiver.integrations.map(({ kind }) => kind).filter((kind) => receiverKind(kind) === undefined),
  });

  const ownShown = (stored: StoredReceiver): ReceiverShown => {
    const { config } = options.router().routing;
    const trouble = own.trouble(stored, base().config) ?? null;
    const inForce = trouble === null ? config.receivers.find(({ name }) => name === stored.name) : undefined;
    const { id, kind, isEnabled, matchers, settings, secrets } = stored;
    return {
      ...(inForce === undefined ? { name: stored.name, ways: [], unsupported: [] } : shown(inForce, config)),
      setBy: 'window',
      own: { id, kind, isEnabled, matchers, settings, secrets },
      trouble,
    };
  };

  return {
    beside,
    list() {
      const { config, file } = base();
      return {
        kinds: RECEIVER_KINDS.map(({ kind, title, description, fields }) => ({
          kind,
          title,
          description,
          fields: fields.map((field) => ({ ...field })),
        })),
        receivers: [
          ...config.receivers.map((receiver): ReceiverShown => ({
            ...shown(receiver, config),
            setBy: file === undefined ? 'default' : 'file',
            own: null,
            trouble: null,
          })),
          ...own.list().map(ownShown),
        ],
      };
    },
    async save(form) {
      const stored = await own.save(form, base().config);
      changed();
      return ownShown(stored);
    },
    async remove(id) {
      const isRemoved = await own.remove(id);
      if (isRemoved) changed();
      return isRemoved;
    },
    async sendTest(test, signal) {
      const router = options.router();
      if ('draft' in test) {
        const { kind, settings } = await own.draft(test.draft);
        const missing = kind.missing?.(settings, base().config.global);
        if (missing !== undefined) throw new LinewardenError('LW_RECEIVER_INVALID', missing);
        const { name } = test.draft;
        return { results: [await resultOf(kind.kind, router.sendDraft(name, kind.kind, settings, signal))] };
      }
      const { receivers } = router.routing.config;
      const receiver = receivers.find(({ name }) => name === test.receiver);
      if (receiver === undefined) {
        throw new LinewardenError('LW_RECEIVER_UNKNOWN', `There is no receiver ${JSON.stringify(test.receiver)}.`, {
          hint: 'One that is switched off is told nothing.',
        });
      }
      const results = receiver.integrations.map(async ({ kind, index }): Promise<TestResult> => {
        if (receiverKind(kind) !== undefined) {
          return resultOf(kind, router.sendTest(receiver.name, kind, index, signal));
        }
        return { kind, isSent: false, text: `${kind} is not supported, nothing is sent there.` };
      });
      return { results: await Promise.all(results) };
    },
  };
}

const shownWaiting = ({ groupKey, queuedAtMs, attempts, lastError }: Waiting) => ({
  group: groupKey,
  queuedAtMs,
  attempts,
  lastError: lastError ?? null,
});

async function resultOf(kind: string, sending: Promise<void>): Promise<TestResult> {
  try {
    await sending;
    return { kind, isSent: true, text: 'The test was sent.' };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    const later = error.isRetryable ? ' An alert would be tried again.' : '';
    return { kind, isSent: false, text: `${error.message}${later}` };
  }
}
