// Exposition formats: Prometheus text 0.0.4 and OpenMetrics 1.0 bodies in, series and samples out.
export { formatCanonicalFloat, parseFloatStrict } from './float.ts';
export { ExpositionParser } from './parser.ts';
export type { ParseSummary, ParserOptions, SampleSink } from './parser.ts';
export { DEFAULT_LIMITS } from './types.ts';
export type {
  ExposedExemplar,
  ExposedLabels,
  ExpositionFormat,
  ExpositionLimits,
  MetadataSink,
  MetricType,
} from './types.ts';
