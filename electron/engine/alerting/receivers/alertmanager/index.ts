// Hands alerts on to another Alertmanager, by the API that Prometheus uses.
import { z } from 'zod';
import { durationField } from '../../../../../shared/model/fields.ts';
import type { Message } from '../../delivery/message.ts';
import { addressProblem, checked, hostOf, secretUrl, sendResolvedField, signInFields, once } from '../fields.ts';
import { addressOf, httpConfigOf, httpConfigSchema, postJson } from '../http/index.ts';
import type { ReceiverKind } from '../receiver-kind.ts';
import { goTimestamp } from '../webhook/payload.ts';

const schema = once(() =>
  z
    .strictObject({
      send_resolved: z.boolean().default(true),
      url: secretUrl,
      /** How long the other one takes an alert to fire unless it hears of it again. */
      ends_after: durationField({ minMs: 60_000 }).default(18_000_000),
      http_config: httpConfigSchema().optional(),
    })
    .superRefine(checked((settings) => addressProblem(settings, 'url'))),
);

/** More than that in one request is nothing that a program of this kind expects. */
const MAX_IN_REQUEST = 5_000;

export const alertmanagerReceiver: ReceiverKind<z.output<ReturnType<typeof schema>>> = {
  kind: 'alertmanager',
  title: 'Alertmanager',
  description:
    'Hands the alerts on to another Alertmanager, which groups and routes them anew. Send each alert there at once: group_wait 0s.',
  get schema() {
    return schema();
  },
  fields: [
    {
      name: 'url',
      label: 'Address',
      type: 'url',
      isRequired: true,
      placeholder: 'http://10.0.0.5:9093',
      help: 'Where Alertmanager answers; /api/v2/alerts is added.',
    },
    {
      ...sendResolvedField,
      help: 'Otherwise an alert is over there only when it was not heard of for as long as ends_after says.',
    },
    ...signInFields,
  ],
  sendsResolved: (settings) => settings.send_resolved,
  place: ({ url }) => hostOf(url),
  async send(settings, message, { global, signal }) {
    const http = httpConfigOf(settings.http_config, global);
    const url = alertsUrl(settings.url);
    const alerts = alertsOf(message, settings.ends_after);
    for (let from = 0; from < alerts.length; from += MAX_IN_REQUEST) {
      await postJson({ url, body: alerts.slice(from, from + MAX_IN_REQUEST), http, signal });
    }
  },
};

function alertsUrl(text: string): string {
  const url = addressOf(text);
  if (!url.pathname.endsWith('/api/v2/alerts')) url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v2/alerts`;
  return url.href;
}

const alertsOf = (message: Message, endsAfterMs: number) =>
  message.alerts.map((alert) => ({
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: goTimestamp(alert.startsAtMs),
    // Without an end of its own it would be over there after five minutes, and we tell again much later.
    endsAt: goTimestamp(alert.endsAtMs ?? message.atMs + endsAfterMs),
    generatorURL: alert.generatorUrl,
  }));
