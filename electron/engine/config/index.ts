// linewarden.yml: schema, loading, and problems told by file and line.
export type { ReadRouting } from './alertmanager.ts';
export { configFileIn, loadConfig, parseConfig, ruleFilesOf } from './load.ts';
export type { LoadedConfig } from './load.ts';
export { ConfigError, formatProblem } from './problems.ts';
export type { ConfigProblem } from './problems.ts';
export { redactConfig, redactRouting } from './redact.ts';
export type { LinewardenConfig } from './schema.ts';
export { DEFAULT_MAX_BYTES, MIN_MAX_BYTES } from './storage.ts';
export { convertPrometheusConfig } from './from-prometheus.ts';
