// What devices told of the network besides numbers: who is there, under which address and name, and next to whom.
export { isPrivateAddress, normalizeAddress, normalizeMac } from './addresses.ts';
export { cleanText, decodeText } from './text.ts';
export { createObservationHub, type ObservationHub, type Observed } from './hub.ts';
export type {
  HostSeen,
  InterfaceSeen,
  NeighbourSeen,
  Observation,
  ObservationKind,
  ObservationOf,
  ProfileSeen,
  SessionSeen,
  StaticNameSeen,
} from './types.ts';
