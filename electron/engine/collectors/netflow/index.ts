// The flow collector's face: NetFlow v5, v9 and IPFIX in, edge_ipfix_*_total and the exporters' state out.
export { startFlowCollector, type FlowCollector, type FlowCollectorOptions, type FlowReport } from './collector.ts';
export type { LiveMessage } from './live/index.ts';
export { netflowSectionSchema, type NetflowSection } from './section.ts';
export { RECEIVE_BUFFER_BYTES } from './receive-buffer.ts';
export type { WaitingSender } from './messages.ts';
export type { ExporterIdentity } from './series.ts';
