// How a request to another server signs in and checks certificates, in Prometheus's own syntax: keys that several sections share.
import { z } from 'zod';
import { fieldNotation, fileField, notTaken } from '../../../shared/model/fields.ts';

/** Its value is never told in a problem: whatever YAML makes of an unquoted password is text. */
const secretField = z
  .union([z.string().max(65_536), z.number().transform(String), z.boolean().transform(String)], { error: 'a text' })
  .register(fieldNotation, { type: 'secret text' });

const isAtMostOne = (section: Readonly<Record<string, unknown>>, ...keys: readonly string[]): boolean =>
  keys.filter((key) => section[key] !== undefined).length <= 1;

const basicAuthSchema = z
  .strictObject({
    username: z.string().max(1_024).default('').describe('The user name.'),
    username_file: notTaken('username_file; write the name as username'),
    password: secretField.optional().describe('The password itself; better kept in a file of its own.'),
    password_file: fileField.optional().describe('The file that holds the password, read at each request.'),
  })
  .refine((auth) => isAtMostOne(auth, 'password', 'password_file'), { error: 'password or password_file, not both' });

const authorizationSchema = z
  .strictObject({
    type: z
      .string()
      .min(1)
      .max(64)
      .default('Bearer')
      .describe('What stands before the credentials in the header; not `Basic`.'),
    credentials: secretField.optional().describe('The token itself; better kept in a file of its own.'),
    credentials_file: fileField.optional().describe('The file that holds the token, read at each request.'),
  })
  .refine((auth) => auth.type.trim().toLowerCase() !== 'basic', {
    path: ['type'],
    error: 'another type than Basic: use basic_auth for that',
  })
  .refine((auth) => (auth.credentials === undefined) !== (auth.credentials_file === undefined), {
    error: 'either credentials or credentials_file',
  });

const TLS_VERSIONS = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;
const versionField = z.enum(['TLS10', 'TLS11', 'TLS12', 'TLS13']).transform((version) => TLS_VERSIONS[version]);

export const tlsConfigSchema = z
  .strictObject({
    ca: notTaken('an authority in the config; write it into a file and name that as ca_file'),
    ca_file: fileField
      .optional()
      .register(fieldNotation, { fallback: "this computer's authorities" })
      .describe('The authorities that may sign the certificate, as PEM.'),
    cert: notTaken('a certificate in the config; write it into a file and name that as cert_file'),
    cert_file: fileField.optional().describe('The certificate that is shown to the server, with its chain, as PEM.'),
    key: notTaken('a private key in the config; write it into a file and name that as key_file'),
    key_file: fileField.optional().describe("That certificate's private key as PEM."),
    insecure_skip_verify: z.boolean().default(false).describe('Accepts any certificate.'),
    server_name: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .register(fieldNotation, { fallback: "the server's host" })
      .describe('The name that the certificate must be for.'),
    min_version: versionField
      .optional()
      .register(fieldNotation, { type: 'one of `TLS10`, `TLS11`, `TLS12`, `TLS13`', fallback: '`TLS12`' })
      .describe('The oldest TLS that is spoken.'),
    max_version: versionField
      .optional()
      .register(fieldNotation, { type: 'one of `TLS10`, `TLS11`, `TLS12`, `TLS13`', fallback: '`TLS13`' })
      .describe('The newest TLS that is spoken.'),
  })
  .refine(({ cert_file: cert, key_file: key }) => (cert === undefined) === (key === undefined), {
    error: 'cert_file and key_file together',
  });

const PROXY = 'a proxy; reach the server directly, or run the exporter where it can be reached';

/** Keys to spread into a section's own schema. */
export const httpClientFields = {
  basic_auth: basicAuthSchema.optional().describe('Signs in with a name and a password.'),
  authorization: authorizationSchema.optional().describe('Signs in with a token.'),
  bearer_token: secretField.optional().describe('The older way of `authorization.credentials`.'),
  bearer_token_file: fileField.optional().describe('The older way of `authorization.credentials_file`.'),
  tls_config: tlsConfigSchema.optional().describe('How certificates are checked and shown with https.'),
  follow_redirects: z.boolean().default(true).describe('Whether redirections are followed.'),
  oauth2: notTaken('OAuth 2; let a program renew a token in a file and name that as authorization.credentials_file'),
  proxy_url: notTaken(PROXY),
  proxy_from_environment: notTaken(PROXY),
  proxy_connect_header: notTaken(PROXY),
  no_proxy: notTaken(PROXY),
  enable_http2: notTaken('a choice of HTTP version; leave it out, HTTP/1.1 is always spoken'),
  http_headers: notTaken('headers of your own; use authorization, or params for what goes into the URL'),
};

const clientSchema = z.object(httpClientFields);
export type HttpClientConfig = z.output<typeof clientSchema>;

/** For the section's own refine. */
export const hasOneLogin = (config: Partial<HttpClientConfig>): boolean =>
  isAtMostOne(config, 'basic_auth', 'authorization', 'bearer_token', 'bearer_token_file');
export const ONE_LOGIN = 'at most one of basic_auth, authorization and bearer_token';

/** The files that it names, each with its field. */
export function* httpClientFiles(config: HttpClientConfig): Generator<[field: string, file: string | undefined]> {
  yield ['basic_auth.password_file', config.basic_auth?.password_file];
  yield ['authorization.credentials_file', config.authorization?.credentials_file];
  yield ['bearer_token_file', config.bearer_token_file];
  yield ['tls_config.ca_file', config.tls_config?.ca_file];
  yield ['tls_config.cert_file', config.tls_config?.cert_file];
  yield ['tls_config.key_file', config.tls_config?.key_file];
}
