// What a kind of receiver is: its settings in Alertmanager's words, its form, and how it tells.
import type { z } from 'zod';
import type { Notification } from '../../../../shared/contract/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { Message, Texts } from '../delivery/message.ts';

/** One field of the window's form; its name is the key in the config. */
export type ReceiverField = {
  readonly name: string;
  readonly label: string;
  /** A secret is never sent back to the window. */
  readonly type: 'text' | 'secret' | 'url' | 'number' | 'boolean' | 'list';
  readonly help?: string;
  readonly isRequired?: boolean;
  readonly placeholder?: string;
};

/** Where notifications on this computer go: every open window, or the desktop. */
export type NotificationTarget = 'window' | 'desktop';

/**
 * The text that a Go template makes of a message, with Alertmanager's default templates and those of the config; in HTML
 * values are escaped. Rejects with DeliveryError.
 */
export type RenderTemplate = (template: string, message: Message, form?: 'text' | 'html') => Promise<string>;

export type ReceiverContext = {
  /** Alertmanager's `global` section, such as smtp_smarthost. */
  readonly global: Readonly<Record<string, unknown>>;
  readonly render: RenderTemplate;
  /** Aborted when the attempt takes too long, is replaced, or the program stops. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Whether there is such a place: a server has no desktop. */
  readonly publish: (notification: Notification, target: NotificationTarget) => boolean;
  /** The device that an alert with these labels is about. */
  readonly deviceOf: (labels: Texts) => string | undefined;
};

/** `<kind>_configs` in the config; one folder each under receivers/, one line each in registry.ts. */
export type ReceiverKind<Settings = unknown> = {
  /** Such as `webhook`. */
  readonly kind: string;
  readonly title: string;
  readonly description: string;
  /** Strict, with Alertmanager's own names and defaults. */
  readonly schema: z.ZodType<Settings>;
  readonly fields: readonly ReceiverField[];
  sendsResolved(settings: Settings): boolean;
  /** Where it goes, short and without secrets: a host, an address. */
  place?(settings: Settings, global: Readonly<Record<string, unknown>>): string;
  /** What is wrong with the settings together with Alertmanager's `global`, such as a mail server that neither names; a sentence. */
  missing?(settings: Settings, global: Readonly<Record<string, unknown>>): string | undefined;
  /** Rejects with DeliveryError, whose message holds no secret. */
  send(settings: Settings, message: Message, context: ReceiverContext): Promise<void>;
};
