// Receivers that the window adds, changes and removes: kept in state.db, their secrets in the secret store.
import { randomUUID } from 'node:crypto';
import type { ReceiverForm } from '../../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import { DeliveryError } from '../../delivery/queue.ts';
import type { RoutingConfig } from '../../routing/config.ts';
import type { ReceiverKind } from '../receiver-kind.ts';
import { receiverKind } from '../registry.ts';
import { SealedSettings } from '../sealed-settings.ts';
import { matchersOf, withOwnReceivers } from './routing.ts';
import { type Secrets, settingsOf, splitSecrets } from './settings.ts';
import {
  hasOtherAddress,
  secretName,
  type StoredReceiver,
  storedReceivers,
  type StoredSettings,
  storeReceivers,
} from './stored.ts';

const MAX_RECEIVERS = 200;

export type OwnReceiversOptions = {
  readonly settings: StoredSettings;
  readonly secrets: {
    get(name: string): Promise<string | undefined>;
    set(name: string, secret: string): Promise<void>;
    delete(name: string): Promise<boolean>;
  };
};

export class OwnReceivers {
  readonly #options: OwnReceiversOptions;
  constructor(options: OwnReceiversOptions) {
    this.#options = options;
  }

  list(): StoredReceiver[] {
    return storedReceivers(this.#options.settings);
  }

  /** The file's routing with these receivers beside it. */
  beside(config: RoutingConfig): RoutingConfig {
    const ways = this.list()
      .filter((each) => this.trouble(each, config) === undefined)
      .map((each) => ({
        name: each.name,
        kind: each.kind,
        matchers: matchersOf(each.matchers),
        settings: new SealedSettings({ ...each, open: () => this.#open(each) }),
      }));
    return withOwnReceivers(config, ways);
  }

  /** Why nothing is sent there, a sentence. */
  trouble(stored: StoredReceiver, { receivers }: RoutingConfig): string | undefined {
    if (!stored.isEnabled) return 'It is switched off.';
    if (receiverKind(stored.kind) === undefined) return `${stored.kind} is not supported.`;
    const isTaken = receivers.some(({ name }) => name === stored.name);
    return isTaken ? 'The config file has a receiver of the same name: give this one another.' : undefined;
  }

  /** The settings of a form with the secrets that it leaves as they are. Throws LW_RECEIVER_*. */
  async draft(form: ReceiverForm): Promise<{ readonly kind: ReceiverKind; readonly settings: unknown }> {
    const { kind, settings } = await this.#checked(form);
    return { kind, settings };
  }

  /** `config`: the file's, whose names are taken. Throws LW_RECEIVER_*. */
  async save(form: ReceiverForm, config: RoutingConfig): Promise<StoredReceiver> {
    matchersOf(form.matchers);
    const { kind, settings, plain, secrets, before } = await this.#checked(form);
    const { global } = config;
    const missing = kind.missing?.(settings, global);
    if (missing !== undefined) throw new LinewardenError('LW_RECEIVER_INVALID', missing);
    const others = this.list().filter(({ id }) => id !== before?.id);
    if ([...config.receivers, ...others].some(({ name }) => name === form.name)) {
      throw new LinewardenError('LW_RECEIVER_NAME_TAKEN', `There is already a receiver called ${form.name}.`, {
        hint: 'Choose another name.',
      });
    }
    if (others.length >= MAX_RECEIVERS) {
      throw new LinewardenError('LW_RECEIVER_TOO_MANY', `There are ${MAX_RECEIVERS} receivers already.`, {
        hint: 'Remove one that is not used any more.',
      });
    }
    const id = before?.id ?? randomUUID();
    const kept = Object.entries(secrets).filter(([, secret]) => secret !== '');
    // The secrets first: a receiver without them would only fail.
    for (const [field, secret] of kept) await this.#options.secrets.set(secretName(id, field), secret);
    const stored: StoredReceiver = {
      id,
      name: form.name,
      kind: kind.kind,
      settings: plain,
      matchers: form.matchers.filter((line) => line.trim() !== ''),
      isEnabled: form.isEnabled,
      secrets: kept.map(([field]) => field),
      sendResolved: kind.sendsResolved(settings),
      place: kind.place?.(settings, global) ?? '',
    };
    // Read again: another change may have come while the secrets were sealed.
    const all = this.list();
    const at = all.findIndex((each) => each.id === id);
    storeReceivers(this.#options.settings, at < 0 ? [...all, stored] : all.with(at, stored));
    await this.#forget(id, before?.secrets.filter((field) => !stored.secrets.includes(field)) ?? []);
    return stored;
  }

  /** Whether there was one. */
  async remove(id: string): Promise<boolean> {
    const all = this.list();
    const removed = all.find((each) => each.id === id);
    if (removed === undefined) return false;
    storeReceivers(
      this.#options.settings,
      all.filter((each) => each !== removed),
    );
    await this.#forget(id, removed.secrets);
    return true;
  }

  async #checked(form: ReceiverForm) {
    const kind = receiverKind(form.kind);
    if (kind === undefined) throw new LinewardenError('LW_RECEIVER_INVALID', `There is no receiver ${form.kind}.`);
    const before = form.id === undefined ? undefined : this.list().find(({ id }) => id === form.id);
    if (form.id !== undefined && before === undefined) {
      throw new LinewardenError('LW_RECEIVER_GONE', 'This receiver was removed meanwhile.');
    }
    const { plain, secrets: given } = splitSecrets(kind, form.settings);
    const kept = before === undefined ? {} : await this.#keptSecrets(before, { kind: kind.kind, plain, given });
    const secrets: Secrets = { ...kept, ...given };
    return { kind, settings: settingsOf(kind, plain, secrets), plain, secrets, before };
  }

  async #keptSecrets(
    before: StoredReceiver,
    now: { readonly kind: string; readonly plain: ReceiverForm['settings']; readonly given: Secrets },
  ): Promise<Secrets> {
    const wanted = before.secrets.filter((field) => now.given[field] === undefined);
    if (wanted.length === 0 || before.kind !== now.kind) return {};
    if (hasOtherAddress(before, { kind: now.kind, settings: now.plain }, now.given)) {
      throw new LinewardenError(
        'LW_RECEIVER_SECRET_AGAIN',
        'With another address the secrets have to be entered again.',
        {
          hint: 'So none of them goes to somebody who was not meant to have it.',
        },
      );
    }
    return this.#secretsOf(before.id, wanted);
  }

  async #secretsOf(id: string, fields: readonly string[]): Promise<Secrets> {
    const entries = await Promise.all(
      fields.map(async (field) => [field, (await this.#options.secrets.get(secretName(id, field))) ?? ''] as const),
    );
    return Object.fromEntries(entries);
  }

  async #open(stored: StoredReceiver): Promise<unknown> {
    const kind = receiverKind(stored.kind);
    try {
      if (kind === undefined) throw new LinewardenError('LW_RECEIVER_INVALID', `${stored.kind} is not supported.`);
      return settingsOf(kind, stored.settings, await this.#secretsOf(stored.id, stored.secrets));
    } catch (error) {
      if (!(error instanceof LinewardenError)) throw error;
      // A keyring that is locked now may be open later.
      throw new DeliveryError(error.message, { isRetryable: error.code.startsWith('LW_SECRETS') });
    }
  }

  async #forget(id: string, fields: readonly string[]): Promise<void> {
    for (const field of fields) await this.#options.secrets.delete(secretName(id, field));
  }
}
