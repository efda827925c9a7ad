// Topology: who is next to whom, what the links carry, and through whom a device is reached.
export { type Topology, createTopology } from './topology.ts';
export { type Parent, parentsOf, workOutParents } from './parents.ts';
