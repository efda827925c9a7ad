// This computer, with Node Exporter's names, labels and units.
export { startHostCollector } from './collector.ts';
export type { HostCollector, HostCollectorOptions } from './collector.ts';
export { createDesktopReader } from './desktop/reader.ts';
export { createLinuxReader } from './linux/reader.ts';
export type { LinuxReaderOptions } from './linux/reader.ts';
export { hostSectionSchema } from './section.ts';
export type { HostSection } from './section.ts';
export type { Emit, HostFact, HostLabels, HostPart, HostReader } from './types.ts';
