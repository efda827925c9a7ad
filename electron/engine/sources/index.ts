// What is watched: devices from the file, from the window and from the sample network, as running sources.
export { createMqttSource } from './mqtt.ts';
export type { LabSenders, SendTo } from './lab.ts';
export type { SampleDoors } from './sample-network.ts';
export { createSources, mergeMetadata } from './sources.ts';
import type { Sources } from './sources.ts';
export type { ScrapedTarget, Sources, SourcesOptions } from './sources.ts';
export type { DeviceServices } from './device-services.ts';
export type { MetricMetadata } from '../collectors/scrape/index.ts';
export type TargetJobs = ReturnType<Sources['targetJobs']>;
export type { Fact } from './source-set.ts';
