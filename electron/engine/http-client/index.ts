// Requests to other servers with Prometheus's `http_config` keys: logins, TLS, redirections.
export { hasOneLogin, httpClientFields, httpClientFiles, ONE_LOGIN, tlsConfigSchema } from './config.ts';
export type { HttpClientConfig } from './config.ts';
export { HttpSession } from './session.ts';
export { httpSettings, PLAIN_HTTP } from './settings.ts';
export type { HttpAuth, HttpSettings, Secret, TlsSettings } from './settings.ts';
