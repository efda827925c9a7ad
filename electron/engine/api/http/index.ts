// The HTTP surface of the engine.
export { startHttpServer } from './server.ts';
export type { HealthCounts } from './health.ts';
export type { HttpOptions, HttpServer } from './server.ts';
export { loadOrMakeToken, readTokens } from './token-file.ts';
export type { AlertmanagerApi } from './alertmanager/routes.ts';
export type { PrometheusApi } from './prometheus/routes.ts';
