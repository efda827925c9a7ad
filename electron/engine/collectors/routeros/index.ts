// RouterOS: routers are polled over their API, and their answers become MKTXP's metrics.
export {
  checkSwitch,
  type CollectorSwitches,
  type RouterConfig,
  type RouterosSection,
  routerosSectionSchema,
} from './config.ts';
export { testRouterConnection } from './connection-test.ts';
export type { Fact } from './facts.ts';
export {
  type ConnectionState,
  type PollerTiming,
  type RouterPoller,
  type RouterPollerOptions,
  startRouterPoller,
} from './poller/index.ts';
export { certificateOf, openSetupSession, type SetupSession } from './setup-session.ts';
export { parseDurationSeconds } from './values.ts';
export { normalizePin, type TlsMode } from './client/index.ts';
export type { TrafficViewer } from './poller/traffic.ts';
