// Posts to a Slack channel, by an incoming webhook or with an app's token.
import { DeliveryError } from '../../delivery/queue.ts';
import { globalText, hostOf, sendResolvedField } from '../fields.ts';
import { httpConfigOf, postJson, quoted, secretsOfUrl, valueOrFile } from '../http/index.ts';
import type { ReceiverKind } from '../receiver-kind.ts';
import { slackRequest } from './request.ts';
import { slackSchema, type SlackSettings } from './schema.ts';

type Global = Readonly<Record<string, unknown>>;

const APP_URL = 'https://slack.com/api/chat.postMessage';

export const slackReceiver: ReceiverKind<SlackSettings> = {
  kind: 'slack',
  title: 'Slack',
  description: 'Posts a message to a Slack channel.',
  get schema() {
    return slackSchema();
  },
  fields: [
    {
      name: 'api_url',
      label: 'Webhook URL',
      type: 'secret',
      isRequired: true,
      placeholder: 'https://hooks.slack.com/services/...',
      help: 'From "Incoming Webhooks" of your Slack app. Whoever has it can post.',
    },
    {
      name: 'channel',
      label: 'Channel',
      type: 'text',
      placeholder: '#alerts',
      help: 'Empty: the one that the webhook was made for.',
    },
    sendResolvedField,
    { name: 'title', label: 'Title', type: 'text', help: "A template; Alertmanager's default where it is empty." },
    { name: 'text', label: 'Text', type: 'text', help: 'A template.' },
  ],
  sendsResolved: (settings) => settings.send_resolved,
  place: (settings, global) =>
    [placeOf(settings, global), settings.channel].filter((part) => part !== undefined && part !== '').join(' '),
  missing: (settings, global) =>
    hasAddress(settings, global)
      ? undefined
      : 'Slack needs api_url (or api_url_file, or app_token), here or as slack_api_url in global.',
  async send(settings, message, context) {
    const { global, signal } = context;
    const target = await targetOf(settings, global);
    const body = await slackRequest(settings, message, context);
    const http = httpConfigOf(settings.http_config, global);
    const { text, contentType, host } = await postJson({
      url: target.url,
      body,
      http:
        target.token === undefined ? http : { ...http, authorization: { type: 'Bearer', credentials: target.token } },
      signal,
      timeoutMs: settings.timeout,
    });
    const problem = problemOf(text, contentType);
    if (problem === undefined) return;
    const said = quoted(problem, [...secretsOfUrl(target.url), target.token ?? '']);
    throw new DeliveryError(`${host} answered: ${said}.`, { isRetryable: LATER.has(problem) });
  },
};

const hasAddress = (settings: SlackSettings, global: Global): boolean =>
  [settings.api_url, settings.api_url_file, settings.app_token, settings.app_token_file].some(
    (value) => value !== undefined,
  ) ||
  ['slack_api_url', 'slack_api_url_file', 'slack_app_token', 'slack_app_token_file'].some(
    (key) => globalText(global, key) !== undefined,
  );

async function targetOf(
  settings: SlackSettings,
  global: Global,
): Promise<{ readonly url: string; readonly token?: string }> {
  const ownUrl = await valueOrFile(settings.api_url, settings.api_url_file);
  if (ownUrl !== undefined) return { url: ownUrl };
  const appUrl = settings.app_url ?? globalText(global, 'slack_app_url') ?? APP_URL;
  const ownToken = await valueOrFile(settings.app_token, settings.app_token_file);
  if (ownToken !== undefined) return { url: appUrl, token: ownToken };
  const fromGlobal = (key: string) => valueOrFile(globalText(global, key), globalText(global, `${key}_file`));
  const url = await fromGlobal('slack_api_url');
  if (url !== undefined) return { url };
  const token = await fromGlobal('slack_app_token');
  if (token !== undefined) return { url: appUrl, token };
  throw new DeliveryError('Slack has no api_url.', { isRetryable: false });
}

/** Errors that are over by themselves. */
const LATER: ReadonlySet<string> = new Set([
  'ratelimited',
  'rate_limited',
  'service_unavailable',
  'fatal_error',
  'internal_error',
]);

function placeOf(
  { api_url: url, api_url_file: file }: SlackSettings,
  global: Readonly<Record<string, unknown>>,
): string {
  const isOwn = url !== undefined || file !== undefined;
  const known = isOwn ? url : globalText(global, 'slack_api_url');
  const named = isOwn ? file : globalText(global, 'slack_api_url_file');
  if (known !== undefined) return hostOf(known);
  return named === undefined ? 'slack.com' : `the URL in ${named}`;
}

/** Slack answers 200 to what it refuses: a webhook by another word than "ok", the API by `ok: false`. */
function problemOf(text: string, contentType: string): string | undefined {
  if (!contentType.startsWith('application/json')) return text.trim() === 'ok' ? undefined : text || 'nothing';
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null) return text;
    if ('ok' in answer && answer.ok === true) return undefined;
    return 'error' in answer && typeof answer.error === 'string' ? answer.error : text;
  } catch {
    return text;
  }
}
