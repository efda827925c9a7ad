// What receivers take from `global` of the config, each with Alertmanager's name; their own settings go before it.
import { z } from 'zod';
import { fileField } from '../../../../shared/model/fields.ts';
import { smarthost } from './email/schema.ts';
import { secretText, secretUrl, templateText } from './fields.ts';
import { httpConfigSchema, tlsConfigSchema } from './http/index.ts';

/** Optional all of them; what other kinds of receivers have there is left as it is. */
export const receiverGlobals = () => ({
  http_config: httpConfigSchema().optional(),
  smtp_smarthost: smarthost.optional(),
  smtp_from: templateText.optional(),
  smtp_hello: z.string().max(253).optional(),
  smtp_auth_username: z.string().max(1_024).optional(),
  /** Not used: who signs in is who sends. */
  smtp_auth_identity: z.string().max(1_024).optional(),
  smtp_auth_password: secretText.optional(),
  smtp_auth_password_file: fileField.optional(),
  smtp_auth_secret: secretText.optional(),
  smtp_auth_secret_file: fileField.optional(),
  smtp_require_tls: z.boolean().optional(),
  smtp_force_implicit_tls: z.boolean().optional(),
  smtp_tls_config: tlsConfigSchema().optional(),
  slack_api_url: secretUrl.optional(),
  slack_api_url_file: fileField.optional(),
  slack_app_token: secretText.optional(),
  slack_app_token_file: fileField.optional(),
  slack_app_url: z.url({ protocol: /^https?$/, error: 'an http or https URL' }).optional(),
  mattermost_webhook_url: secretUrl.optional(),
  mattermost_webhook_url_file: fileField.optional(),
});
