// The kinds of receivers that there are; a new one is one folder and one line here.
import { z } from 'zod';
import type { IntegrationSchemas } from '../routing/index.ts';
import { alertmanagerReceiver } from './alertmanager/index.ts';
import { desktopReceiver } from './desktop/index.ts';
import { emailReceiver } from './email/index.ts';
import { mattermostReceiver } from './mattermost/index.ts';
import type { ReceiverKind } from './receiver-kind.ts';
import { slackReceiver } from './slack/index.ts';
import { webhookReceiver } from './webhook/index.ts';
import { windowReceiver } from './window/index.ts';

export const RECEIVER_KINDS: readonly ReceiverKind[] = [
  windowReceiver,
  desktopReceiver,
  emailReceiver,
  webhookReceiver,
  slackReceiver,
  mattermostReceiver,
  alertmanagerReceiver,
];

/** Alertmanager's other kinds: their files are read, and nothing is sent there. */
const UNSUPPORTED = [
  'discord',
  'incidentio',
  'jira',
  'msteams',
  'msteamsv2',
  'opsgenie',
  'pagerduty',
  'pushover',
  'rocketchat',
  'sns',
  'telegram',
  'victorops',
  'webex',
  'wechat',
] as const;

export const receiverKind = (kind: string): ReceiverKind | undefined =>
  RECEIVER_KINDS.find((each) => each.kind === kind);

/** Of every kind that Alertmanager or we know: what its entries look like. */
export const receiverSchemas = (): IntegrationSchemas =>
  Object.fromEntries([
    ...UNSUPPORTED.map((kind) => [kind, z.record(z.string(), z.unknown())] as const),
    ...RECEIVER_KINDS.map(({ kind, schema }) => [kind, schema] as const),
  ]);
