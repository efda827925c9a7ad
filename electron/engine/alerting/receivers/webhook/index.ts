// Posts a group as Alertmanager's webhook JSON, version 4.
import { z } from 'zod';
import { durationField, fileField } from '../../../../../shared/model/fields.ts';
import { DeliveryError } from '../../delivery/queue.ts';
import { addressProblem, checked, hostOf, secretUrl, sendResolvedField, signInFields, once } from '../fields.ts';
import { httpConfigOf, httpConfigSchema, postJson, valueOrFile } from '../http/index.ts';
import type { ReceiverKind } from '../receiver-kind.ts';
import { webhookPayload } from './payload.ts';

const schema = once(() =>
  z
    .strictObject({
      send_resolved: z.boolean().default(true),
      url: secretUrl.optional(),
      url_file: fileField.optional(),
      http_config: httpConfigSchema().optional(),
      max_alerts: z.number().int().min(0).max(1_000_000).default(0),
      timeout: durationField().default(0),
    })
    .superRefine(
      checked((settings) =>
        settings.url === undefined && settings.url_file === undefined
          ? 'url or url_file'
          : addressProblem(settings, 'url'),
      ),
    ),
);

export const webhookReceiver: ReceiverKind<z.output<ReturnType<typeof schema>>> = {
  kind: 'webhook',
  title: 'Webhook',
  description: "Posts the alerts to a URL of yours, in the JSON of Alertmanager's webhooks (version 4).",
  get schema() {
    return schema();
  },
  fields: [
    {
      name: 'url',
      label: 'URL',
      type: 'secret',
      isRequired: true,
      placeholder: 'https://hooks.example.com/alerts',
      help: 'Kept like a password, since it often holds a key.',
    },
    sendResolvedField,
    {
      name: 'max_alerts',
      label: 'Alerts in one message, at most',
      type: 'number',
      help: '0 means all. How many were left out is in truncatedAlerts.',
    },
    ...signInFields,
  ],
  sendsResolved: (settings) => settings.send_resolved,
  place: ({ url, url_file: file }) => (url === undefined ? `the URL in ${file ?? ''}` : hostOf(url)),
  async send(settings, message, { global, signal }) {
    const url = await valueOrFile(settings.url, settings.url_file);
    if (url === undefined) throw new DeliveryError('There is no URL.', { isRetryable: false });
    await postJson({
      url,
      body: webhookPayload(message, settings.max_alerts),
      http: httpConfigOf(settings.http_config, global),
      signal,
      timeoutMs: settings.timeout,
    });
  },
};
