// `email_configs`, in Alertmanager's own syntax, and what of it comes from `global`.
import { z } from 'zod';
import { fileField } from '../../../../../shared/model/fields.ts';
import { checked, once, globalText, secretText, templateText } from '../fields.ts';
import { type TlsConfig, tlsConfigSchema } from '../http/index.ts';

export const smarthost = z
  .string()
  .max(512)
  .regex(/^(?:\[[0-9a-fA-F:.]+\]|[^:\s[\]]+):\d{1,5}$/, 'a mail server with its port such as mail.example.com:587');

const headerName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'a header name such as Reply-To');

const threadingSchema = once(() =>
  z.strictObject({
    enabled: z.boolean().default(false),
    thread_by_date: z.enum(['daily', 'none'], { error: 'daily or none' }).default('daily'),
  }),
);

export const emailSchema = once(() =>
  z
    .strictObject({
      send_resolved: z.boolean().default(false),
      to: templateText.min(1),
      from: templateText.optional(),
      hello: z.string().max(253).optional(),
      smarthost: smarthost.optional(),
      auth_username: z.string().max(1_024).optional(),
      auth_password: secretText.optional(),
      auth_password_file: fileField.optional(),
      /** For CRAM-MD5. */
      auth_secret: secretText.optional(),
      auth_secret_file: fileField.optional(),
      auth_identity: z.never({ error: 'nothing: Linewarden signs in as auth_username' }).optional(),
      headers: z.record(headerName, templateText).default({}),
      html: templateText.default('{{ template "email.default.html" . }}'),
      text: templateText.default('{{ template "email.default.text" . }}'),
      require_tls: z.boolean().optional(),
      tls_config: tlsConfigSchema().optional(),
      force_implicit_tls: z.boolean().optional(),
      threading: threadingSchema().optional(),
    })
    .superRefine(
      checked((mail) => {
        if (mail.auth_password !== undefined && mail.auth_password_file !== undefined)
          return 'auth_password or auth_password_file, not both';
        if (mail.auth_secret !== undefined && mail.auth_secret_file !== undefined)
          return 'auth_secret or auth_secret_file, not both';
        const names = Object.keys(mail.headers).map((name) => name.toLowerCase());
        return new Set(names).size < names.length ? 'headers to have each name once' : undefined;
      }),
    ),
);

export type EmailSettings = z.output<ReturnType<typeof emailSchema>>;

type Global = Readonly<Record<string, unknown>>;

const globalSwitch = (global: Global, key: string): boolean | undefined => {
  const value = global[key];
  return typeof value === 'boolean' ? value : undefined;
};

/** The mail server and the sender: the receiver's own, else the global ones. */
export function mailServerOf(mail: EmailSettings, global: Global) {
  const text = (own: string | undefined, key: string) => own ?? globalText(global, `smtp_${key}`);
  const hasOwnPassword = mail.auth_password !== undefined || mail.auth_password_file !== undefined;
  const hasOwnSecret = mail.auth_secret !== undefined || mail.auth_secret_file !== undefined;
  return {
    smarthost: text(mail.smarthost, 'smarthost'),
    from: text(mail.from, 'from'),
    hello: text(mail.hello, 'hello') ?? 'localhost',
    username: text(mail.auth_username, 'auth_username'),
    password: hasOwnPassword ? mail.auth_password : globalText(global, 'smtp_auth_password'),
    passwordFile: hasOwnPassword ? mail.auth_password_file : globalText(global, 'smtp_auth_password_file'),
    secret: hasOwnSecret ? mail.auth_secret : globalText(global, 'smtp_auth_secret'),
    secretFile: hasOwnSecret ? mail.auth_secret_file : globalText(global, 'smtp_auth_secret_file'),
    requireTls: mail.require_tls ?? globalSwitch(global, 'smtp_require_tls') ?? true,
    isImplicitTls: mail.force_implicit_tls ?? globalSwitch(global, 'smtp_force_implicit_tls'),
    tls: mail.tls_config ?? (global['smtp_tls_config'] as TlsConfig | undefined),
  };
}

export type MailServer = ReturnType<typeof mailServerOf>;
