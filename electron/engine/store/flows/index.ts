// The flow store: conversations in columnar blocks, by minute, ten minutes and day.

export {
  FLOW_BLOCK_KINDS,
  FLOW_COLUMNS,
  FLOW_TIERS,
  NO_ADDRESS,
  RESOLUTION_S,
  type FlowBlock,
  type FlowBlockKind,
  type FlowColumn,
  type FlowCoverage,
  type FlowScan,
  type FlowScanner,
  type FlowScanOutcome,
  type FlowTier,
} from './types.ts';
