// What one scrape target is, wherever it was configured.
import type { TargetForm } from '../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { PLAIN_HTTP } from '../../http-client/index.ts';
import type { HttpSettings } from '../../http-client/index.ts';
import type { RelabelConfig } from '../../relabel/index.ts';
import { shownUrl } from './shown.ts';
import { type LabelLimits, NO_LABEL_LIMITS } from './label-limits.ts';

export const DEFAULT_TIMEOUT_MS = 10_000;
export const DEFAULT_BODY_LIMIT_BYTES = 64 * 1024 ** 2;

export type TargetConfig = {
  readonly job: string;
  /** The job of the config, whatever relabelling makes of the label. */
  readonly pool: string;
  readonly instance: string;
  /** What makes it another target than those with the same job and instance; often empty. */
  readonly variant: string;
  readonly url: string;
  /** Without the values of parameters that could be secrets. */
  readonly shownUrl: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Every label that each of its series gets, job and instance among them. */
  readonly labels: Readonly<Record<string, string>>;
  /** As it was found, before relabel_configs. */
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  readonly http: HttpSettings;
  readonly compression: boolean;
  /** Of its series. */
  readonly metricRelabel: readonly RelabelConfig[];
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
    pool: form.job,
    instance: url.host,
    variant: '',
    url: url.href,
    shownUrl: shownUrl(url.href),
    intervalMs: form.intervalMs,
    timeoutMs: Math.min(DEFAULT_TIMEOUT_MS, form.intervalMs),
    labels: { job: form.job, instance: url.host },
    discoveredLabels: {
      __address__: url.host,
      __metrics_path__: url.pathname,
      __scheme__: url.protocol.slice(0, -1),
      job: form.job,
    },
    honorLabels: false,
    honorTimestamps: true,
    http: PLAIN_HTTP,
    compression: true,
    metricRelabel: [],
    bodyLimitBytes: DEFAULT_BODY_LIMIT_BYTES,
    sampleLimit: 0,
    labelLimits: NO_LABEL_LIMITS,
    isOverTargetLimit: false,
  };
}
