// What a request needs of its section, with absolute file names.
import path from 'node:path';
import type { HttpClientConfig } from './config.ts';

/** A secret in a file is read at each request, so that it can be changed without a reload. */
export type Secret = { readonly file: string } | { readonly text: string };

export type HttpAuth =
  | { readonly kind: 'basic'; readonly username: string; readonly secret: Secret }
  | { readonly kind: 'token'; readonly type: string; readonly secret: Secret };

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export type TlsSettings = {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly insecureSkipVerify: boolean;
  readonly serverName?: string | undefined;
  readonly minVersion?: TlsVersion | undefined;
  readonly maxVersion?: TlsVersion | undefined;
};

export type HttpSettings = {
  readonly auth: HttpAuth | undefined;
  readonly tls: TlsSettings;
  readonly followRedirects: boolean;
};

export const PLAIN_HTTP: HttpSettings = { auth: undefined, tls: { insecureSkipVerify: false }, followRedirects: true };

export function httpSettings(config: HttpClientConfig, baseDir: string): HttpSettings {
  const file = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : path.resolve(baseDir, name);
  const tls = config.tls_config;
  return {
    auth: authOf(config, (name) => path.resolve(baseDir, name)),
    tls: {
      caFile: file(tls?.ca_file),
      certFile: file(tls?.cert_file),
      keyFile: file(tls?.key_file),
      insecureSkipVerify: tls?.insecure_skip_verify ?? false,
      serverName: tls?.server_name,
      minVersion: tls?.min_version,
      maxVersion: tls?.max_version,
    },
    followRedirects: config.follow_redirects,
  };
}

function authOf(config: HttpClientConfig, file: (name: string) => string): HttpAuth | undefined {
  const secret = (text: string | undefined, name: string | undefined): Secret =>
    name === undefined ? { text: text ?? '' } : { file: file(name) };
  const { basic_auth: basic, authorization: token, bearer_token: bearer, bearer_token_file: bearerFile } = config;
  if (basic !== undefined) {
    return { kind: 'basic', username: basic.username, secret: secret(basic.password, basic.password_file) };
  }
  if (token !== undefined) {
    return { kind: 'token', type: token.type.trim(), secret: secret(token.credentials, token.credentials_file) };
  }
  if (bearer === undefined && bearerFile === undefined) return undefined;
  return { kind: 'token', type: 'Bearer', secret: secret(bearer, bearerFile) };
}
