// A sign of life to the outside while rules are evaluated.
export { createHeartbeat, type Heartbeat, type HeartbeatOptions } from './heartbeat.ts';
export { alertingSectionSchema, type HeartbeatSection } from './section.ts';
