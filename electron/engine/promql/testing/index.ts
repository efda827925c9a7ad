// What tests of queries and of rules share: series in memory, and their notation.
export { MemoryStorage, type StoredSample } from './memory-storage.ts';
export { parseNumber, parseSequence, parseSeriesLine, type SequenceValue, type SeriesLine } from './series-line.ts';
