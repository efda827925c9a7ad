// linewarden.yml: schema, loading, and problems told by file and line.
export { ConfigError, formatProblem, loadConfig, parseConfig } from './load.ts';
export type { ConfigProblem, LoadedConfig } from './load.ts';
export type { LinewardenConfig } from './schema.ts';
