// Every collector, one line each, in the order in which they run.
import type { Collector } from './collector.ts';
import { healthCollector } from './health/index.ts';
import { identityCollector } from './identity/index.ts';
import { interfaceCollector } from './interface/index.ts';
import { resourceCollector } from './resource/index.ts';

export const collectors: readonly Collector[] = [
  identityCollector,
  resourceCollector,
  healthCollector,
  interfaceCollector,
];
