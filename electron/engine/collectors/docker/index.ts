// Container engines, with cAdvisor's names, labels and units.
export { startDockerCollector } from './collector.ts';
export type { DockerCollector, DockerCollectorOptions } from './collector.ts';
export type { ContainerEvent } from './events.ts';
export { dockerSectionSchema } from './section.ts';
export type { DockerEngine, DockerSection } from './section.ts';
export { JOB as DOCKER_JOB } from './series.ts';
