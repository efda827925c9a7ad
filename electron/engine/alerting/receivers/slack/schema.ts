// `slack_configs`, in Alertmanager's own syntax and with its defaults.
import { z } from 'zod';
import { durationField, fileField } from '../../../../../shared/model/fields.ts';
import { addressProblem, checked, once, secretText, secretUrl, templateText } from '../fields.ts';
import { httpConfigSchema } from '../http/index.ts';

const byTemplate = (name: string) => templateText.default(`{{ template "slack.default.${name}" . }}`);

const MAX_PARTS = 100;

const fieldSchema = once(() =>
  z.strictObject({
    title: templateText.min(1),
    value: templateText.min(1),
    short: z.boolean().optional(),
  }),
);

const actionSchema = once(() =>
  z
    .strictObject({
      type: templateText.min(1),
      text: templateText.min(1),
      url: templateText.optional(),
      style: templateText.optional(),
      name: templateText.optional(),
      value: templateText.optional(),
      confirm: z
        .strictObject({
          text: templateText.min(1),
          title: templateText.optional(),
          ok_text: templateText.optional(),
          dismiss_text: templateText.optional(),
        })
        .optional(),
    })
    .refine((action) => (action.url ?? '') !== '' || (action.name ?? '') !== '', 'a name or a url'),
);

const onlyOnce = () => z.literal(false, { error: 'false: Linewarden posts each message anew' }).optional();

export const slackSchema = once(() =>
  z
    .strictObject({
      send_resolved: z.boolean().default(false),
      http_config: httpConfigSchema().optional(),
      api_url: secretUrl.optional(),
      api_url_file: fileField.optional(),
      app_token: secretText.optional(),
      app_token_file: fileField.optional(),
      app_url: z.url({ protocol: /^https?$/, error: 'an http or https URL' }).optional(),
      channel: templateText.optional(),
      username: byTemplate('username'),
      color: templateText.default('{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}'),
      title: byTemplate('title'),
      title_link: byTemplate('titlelink'),
      pretext: byTemplate('pretext'),
      text: byTemplate('text'),
      message_text: templateText.default(''),
      fields: z.array(fieldSchema()).max(MAX_PARTS).default([]),
      short_fields: z.boolean().default(false),
      footer: byTemplate('footer'),
      fallback: byTemplate('fallback'),
      callback_id: byTemplate('callbackid'),
      icon_emoji: byTemplate('iconemoji'),
      icon_url: byTemplate('iconurl'),
      image_url: templateText.default(''),
      thumb_url: templateText.default(''),
      link_names: z.boolean().default(false),
      mrkdwn_in: z.array(z.string().max(64)).max(16).default([]),
      actions: z.array(actionSchema()).max(MAX_PARTS).default([]),
      update_message: onlyOnce(),
      post_updates_to_thread: onlyOnce(),
      timeout: durationField().default(0),
    })
    .superRefine(
      checked((settings) => {
        const problem = addressProblem(settings, 'api_url');
        if (problem !== undefined) return problem;
        if (settings.app_token !== undefined && settings.app_token_file !== undefined)
          return 'app_token or app_token_file, not both';
        const hasUrl = settings.api_url !== undefined || settings.api_url_file !== undefined;
        const hasToken = settings.app_token !== undefined || settings.app_token_file !== undefined;
        return hasUrl && hasToken ? 'api_url or app_token, not both' : undefined;
      }),
    ),
);

export type SlackSettings = z.output<ReturnType<typeof slackSchema>>;
