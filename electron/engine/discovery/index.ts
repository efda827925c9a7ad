// Discovery: found, not watched; and the profiles with which it is added.
export { type Discovery, createDiscovery } from './discovery.ts';
export { registerDiscoveryMetrics } from './own-metrics.ts';
export { MNDP_PORT } from './mndp/packet.ts';
export { type Profiles, createProfiles } from './profiles.ts';
export { type DiscoverySection, discoverySectionSchema } from './section.ts';
