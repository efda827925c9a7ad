// Posts to a Mattermost channel by an incoming webhook.
import { z } from 'zod';
import { fileField } from '../../../../../shared/model/fields.ts';
import { DeliveryError } from '../../delivery/queue.ts';
import type { Message } from '../../delivery/message.ts';
import {
  addressProblem,
  checked,
  globalText,
  hostOf,
  secretUrl,
  sendResolvedField,
  templateText,
  once,
} from '../fields.ts';
import { httpConfigOf, httpConfigSchema, postJson, valueOrFile } from '../http/index.ts';
import type { ReceiverContext, ReceiverKind } from '../receiver-kind.ts';
import { cut, plainSubject, plainText, renderTexts } from '../render.ts';
import { attachmentSchema, renderAttachment } from './attachment.ts';

/** Of a post, in characters. */
const MAX_TEXT = 16_383;
const MAX_ATTACHMENTS = 20;

const byTemplate = (name: string) => templateText.default(`{{ template "mattermost.default.${name}" . }}`);

const schema = once(() =>
  z
    .strictObject({
      ...attachmentSchema().shape,
      send_resolved: z.boolean().default(true),
      http_config: httpConfigSchema().optional(),
      webhook_url: secretUrl.optional(),
      webhook_url_file: fileField.optional(),
      channel: templateText.default(''),
      username: byTemplate('username'),
      text: byTemplate('text'),
      icon_url: templateText.default(''),
      icon_emoji: templateText.default(''),
      attachments: z.array(attachmentSchema()).max(MAX_ATTACHMENTS).default([]),
      type: templateText.default(''),
      props: z.strictObject({ card: templateText.optional() }).optional(),
      priority: z
        .strictObject({
          priority: templateText.optional(),
          requested_ack: z.boolean().optional(),
          persistent_notifications: z.boolean().optional(),
        })
        .optional(),
    })
    .superRefine(checked((settings) => addressProblem(settings, 'webhook_url'))),
);

type Settings = z.output<ReturnType<typeof schema>>;

export const mattermostReceiver: ReceiverKind<Settings> = {
  kind: 'mattermost',
  title: 'Mattermost',
  description: 'Posts a message to a Mattermost channel by an incoming webhook.',
  get schema() {
    return schema();
  },
  fields: [
    {
      name: 'webhook_url',
      label: 'Webhook URL',
      type: 'secret',
      isRequired: true,
      placeholder: 'https://chat.example.com/hooks/...',
      help: 'From Integrations, Incoming Webhooks in Mattermost. Whoever has it can post.',
    },
    {
      name: 'channel',
      label: 'Channel',
      type: 'text',
      placeholder: 'alerts',
      help: 'Empty: the one that the webhook was made for.',
    },
    sendResolvedField,
    {
      name: 'text',
      label: 'Text',
      type: 'text',
      help: 'A template in Markdown; a list of the alerts where it is empty.',
    },
  ],
  sendsResolved: (settings) => settings.send_resolved,
  place: ({ webhook_url: url, channel }, global) =>
    [hostOf(url ?? globalText(global, 'mattermost_webhook_url')), channel].filter((part) => part !== '').join(' '),
  missing: (settings, global) =>
    settings.webhook_url === undefined &&
    settings.webhook_url_file === undefined &&
    globalText(global, 'mattermost_webhook_url') === undefined &&
    globalText(global, 'mattermost_webhook_url_file') === undefined
      ? 'Mattermost needs webhook_url (or webhook_url_file), here or as mattermost_webhook_url in global.'
      : undefined,
  async send(settings, message, context) {
    const { global, signal } = context;
    const key = 'mattermost_webhook_url';
    const url =
      (await valueOrFile(settings.webhook_url, settings.webhook_url_file)) ??
      (await valueOrFile(globalText(global, key), globalText(global, `${key}_file`)));
    if (url === undefined) throw new DeliveryError('Mattermost has no webhook_url.', { isRetryable: false });
    const http = httpConfigOf(settings.http_config, global);
    await postJson({ url, body: await requestOf(settings, message, context), http, signal });
  },
};

async function requestOf(settings: Settings, message: Message, context: ReceiverContext) {
  const { channel, username, text, icon_url, icon_emoji, type, priority, props } = settings;
  const { texts, failure } = await renderTexts(
    {
      text,
      channel,
      username,
      icon_url,
      icon_emoji,
      type,
      card: props?.card ?? '',
      priority: priority?.priority ?? '',
    },
    message,
    context,
  );
  const { card, priority: level, text: told, ...others } = texts;
  const plain = `#### ${plainSubject(message)}\n${failure === undefined ? '' : plainText(message, failure)}`;
  const own = await renderAttachment({ ...settings, text: undefined }, message, context);
  const attachments = await Promise.all(settings.attachments.map((each) => renderAttachment(each, message, context)));
  return {
    text: cut(failure === undefined ? told : plain, MAX_TEXT),
    ...Object.fromEntries(Object.entries(others).filter(([, each]) => each !== '')),
    ...(attachments.length > 0 ? { attachments } : hasOwnAttachment(settings) && { attachments: [own] }),
    ...(card !== '' && { props: { card } }),
    ...(level !== '' && { priority: urgency(level, priority) }),
  };
}

/** The fields of one attachment may be written without `attachments`. */
const hasOwnAttachment = (settings: Settings): boolean =>
  (Object.keys(attachmentSchema().shape) as (keyof ReturnType<typeof attachmentSchema>['shape'])[]).some(
    (key) => key !== 'text' && settings[key] !== undefined,
  );

/** Mattermost refuses what does not go together: an acknowledgement of a standard post, a reminder of any but an urgent one. */
function urgency(level: string, asked: Settings['priority']) {
  const known = ['urgent', 'important'].find((each) => each === level.toLowerCase()) ?? 'standard';
  return {
    priority: known,
    ...(known !== 'standard' && asked?.requested_ack === true && { requested_ack: true }),
    ...(known === 'urgent' && asked?.persistent_notifications === true && { persistent_notifications: true }),
  };
}
