// The algebra of summaries: pure functions from samples to buckets and from buckets to coarser ones.
export { combine, combineEvenly } from './combine.ts';
export {
  emptySummary,
  evenBounds,
  type FullSummary,
  summarise,
  type SummarisedSamples,
  type SummaryColumns,
} from './summarise.ts';
