// RouterOS: routers are polled over their API, and their answers become MKTXP's metrics.
export { type RouterConfig, type RouterosSection, routerosSectionSchema } from './config.ts';
export { testRouterConnection } from './connection-test.ts';
export type { Fact } from './facts.ts';
export {
  type ConnectionState,
  type PollerTiming,
  type RouterPoller,
  type RouterPollerOptions,
  startRouterPoller,
} from './poller/index.ts';
export { normalizePin, type TlsMode } from './client/index.ts';
