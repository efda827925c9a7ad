// `http_config` of receivers, in Alertmanager's own syntax: credentials, TLS and redirections.
import { z } from 'zod';
import { fileField } from '../../../../../shared/model/fields.ts';
import { once } from '../fields.ts';

const secret = z.string().max(65_536);

const notServed = (what: string) => z.never({ error: `nothing: ${what} is not supported by Linewarden` }).optional();

const oneOf = (section: Readonly<Record<string, unknown>>, ...keys: readonly string[]): boolean =>
  keys.filter((key) => section[key] !== undefined).length <= 1;

const basicAuthSchema = once(() =>
  z
    .strictObject({
      username: z.string().max(1_024).optional(),
      username_file: fileField.optional(),
      password: secret.optional(),
      password_file: fileField.optional(),
    })
    .refine((auth) => oneOf(auth, 'username', 'username_file'), 'username or username_file, not both')
    .refine((auth) => oneOf(auth, 'password', 'password_file'), 'password or password_file, not both'),
);

const authorizationSchema = once(() =>
  z
    .strictObject({
      type: z.string().min(1).max(64).default('Bearer'),
      credentials: secret.optional(),
      credentials_file: fileField.optional(),
    })
    .refine((auth) => oneOf(auth, 'credentials', 'credentials_file'), 'credentials or credentials_file, not both')
    .refine(({ type }) => type.trim().toLowerCase() !== 'basic', {
      path: ['type'],
      error: 'another type than Basic: use basic_auth for that',
    }),
);

const TLS_VERSIONS = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

const tlsVersion = () =>
  z
    .enum(['TLS10', 'TLS11', 'TLS12', 'TLS13'], { error: 'TLS10, TLS11, TLS12 or TLS13' })
    .transform((version) => TLS_VERSIONS[version]);

export const tlsConfigSchema = once(() =>
  z.strictObject({
    ca: z.string().max(1_048_576).optional(),
    ca_file: fileField.optional(),
    cert: z.string().max(1_048_576).optional(),
    cert_file: fileField.optional(),
    key: secret.optional(),
    key_file: fileField.optional(),
    server_name: z.string().max(253).optional(),
    insecure_skip_verify: z.boolean().default(false),
    min_version: tlsVersion().optional(),
    max_version: tlsVersion().optional(),
  }),
);

export type TlsConfig = z.output<ReturnType<typeof tlsConfigSchema>>;

export const httpConfigSchema = once(() =>
  z
    .strictObject({
      basic_auth: basicAuthSchema().optional(),
      authorization: authorizationSchema().optional(),
      bearer_token: secret.optional(),
      bearer_token_file: fileField.optional(),
      tls_config: tlsConfigSchema().optional(),
      follow_redirects: z.boolean().default(true),
      /** Go's client may; a notification needs it not. */
      enable_http2: z.boolean().optional(),
      oauth2: notServed('OAuth 2'),
      proxy_url: notServed('a proxy'),
      proxy_from_environment: notServed('a proxy'),
      proxy_connect_header: notServed('a proxy'),
      no_proxy: notServed('a proxy'),
      http_headers: notServed('a header of your own'),
    })
    .refine(
      (http) => oneOf(http, 'basic_auth', 'authorization', 'bearer_token', 'bearer_token_file'),
      'one of basic_auth, authorization and bearer_token',
    ),
);

export type HttpConfig = z.output<ReturnType<typeof httpConfigSchema>>;

/** What a receiver that says nothing of HTTP takes: Alertmanager's `global.http_config`, checked with the config. */
export function httpConfigOf(own: HttpConfig | undefined, global: Readonly<Record<string, unknown>>): HttpConfig {
  if (own !== undefined) return own;
  return (global['http_config'] as HttpConfig | undefined) ?? httpConfigSchema().parse({});
}
