// What one scrape target is, wherever it was configured.
import type { TargetForm } from '../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { type LabelLimits, NO_LABEL_LIMITS } from './label-limits.ts';

export const DEFAULT_TIMEOUT_MS = 10_000;
export const DEFAULT_BODY_LIMIT_BYTES = 64 * 1024 ** 2;

/** Secrets stay in their file and are read at each scrape, so that they can be changed without a reload. */
export type TargetAuth =
  | { readonly kind: 'basic'; readonly username: string; readonly file: string }
  | { readonly kind: 'token'; readonly type: string; readonly file: string };

export type TargetConfig = {
  readonly job: string;
  readonly instance: string;
  readonly url: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Every label that each of its series gets, job and instance among them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  readonly auth: TargetAuth | undefined;
  readonly tls: {
    readonly caFile: string | undefined;
    readonly insecureSkipVerify: boolean;
    readonly serverName: string | undefined;
  };
  readonly bodyLimitBytes: number;
  /** Samples above which a scrape fails; 0: only the built-in bound. */
  readonly sampleLimit: number;
  readonly labelLimits: LabelLimits;
  /** The job has more targets than its target_limit: all of its scrapes fail, as in Prometheus. */
  readonly isOverTargetLimit: boolean;
};

/** Throws LW_SCRAPE_URL_CREDENTIALS: what the form gives is stored as it is, and secrets are not stored in plain view. */
export function checkFormUrl(form: TargetForm): void {
  const { username, password } = new URL(form.url);
  if (username === '' && password === '') return;
  throw new LinewardenError('LW_SCRAPE_URL_CREDENTIALS', 'The URL holds a user name or password.', {
    hint: 'Leave them out here; credentials belong in scrape_configs of linewarden.yml (basic_auth with a password_file).',
  });
}

/** A target as the window's form gives it. A user name or password in the URL is left out: they belong in the config file. */
export function formTarget(form: TargetForm): TargetConfig {
  const url = new URL(form.url);
  url.username = '';
  url.password = '';
  if (url.pathname === '/' && url.search === '') url.pathname = '/metrics';
  return {
    job: form.job,
    instance: url.host,
    url: url.href,
    intervalMs: form.intervalMs,
    timeoutMs: Math.min(DEFAULT_TIMEOUT_MS, form.intervalMs),
    labels: { job: form.job, instance: url.host },
    honorLabels: false,
    honorTimestamps: true,
    auth: undefined,
    tls: { caFile: undefined, insecureSkipVerify: false, serverName: undefined },
    bodyLimitBytes: DEFAULT_BODY_LIMIT_BYTES,
    sampleLimit: 0,
    labelLimits: NO_LABEL_LIMITS,
    isOverTargetLimit: false,
  };
}
