// The files that a job names: to be checked before a start, and to be found from another folder than the config's.
import path from 'node:path';
import { httpClientFiles } from '../../http-client/index.ts';
import type { HttpClientConfig } from '../../http-client/index.ts';
import type { ScrapeConfig } from './config.ts';

/** Files that must be there, each with its field; those of file_sd_configs may come later. */
export function* filesOfJob(job: ScrapeConfig): Generator<[field: string, file: string]> {
  for (const [field, file] of httpClientFiles(job)) if (file !== undefined) yield [field, file];
  for (const [i, sd] of job.http_sd_configs.entries()) {
    for (const [field, file] of httpClientFiles(sd)) {
      if (file !== undefined) yield [`http_sd_configs[${i}].${field}`, file];
    }
  }
}

/** The job with absolute file names. */
export function withAbsoluteFiles(job: ScrapeConfig, folder: string): ScrapeConfig {
  return {
    ...absoluteClient(job, folder),
    http_sd_configs: job.http_sd_configs.map((sd) => absoluteClient(sd, folder)),
    file_sd_configs: job.file_sd_configs.map((sd) => ({
      ...sd,
      files: sd.files.map((file) => path.resolve(folder, file)),
    })),
  };
}

function absoluteClient<T extends HttpClientConfig>(config: T, folder: string): T {
  const file = (name: string): string => path.resolve(folder, name);
  const { basic_auth: basic, authorization: token, bearer_token_file: bearer, tls_config: tls } = config;
  return {
    ...config,
    ...(basic?.password_file !== undefined && { basic_auth: { ...basic, password_file: file(basic.password_file) } }),
    ...(token?.credentials_file !== undefined && {
      authorization: { ...token, credentials_file: file(token.credentials_file) },
    }),
    ...(bearer !== undefined && { bearer_token_file: file(bearer) }),
    ...(tls !== undefined && {
      tls_config: {
        ...tls,
        ...(tls.ca_file !== undefined && { ca_file: file(tls.ca_file) }),
        ...(tls.cert_file !== undefined && { cert_file: file(tls.cert_file) }),
        ...(tls.key_file !== undefined && { key_file: file(tls.key_file) }),
      },
    }),
  };
}
