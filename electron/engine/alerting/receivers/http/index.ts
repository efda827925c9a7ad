// What receivers that speak HTTP have in common.
export type { TlsConfig } from './config.ts';
export { httpConfigOf, httpConfigSchema, tlsConfigSchema } from './config.ts';
export { connectionFailure, quoted, secretsOfUrl } from './failure.ts';
export { valueOrFile } from './file.ts';
export { addressOf, postJson, tlsOptions } from './post.ts';
