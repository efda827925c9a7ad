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
export { AddressDictionary } from './sums/address-dictionary.ts';
export type { ClosedConversations, ClosedExporter, Sums } from './sums/closed.ts';
export { type Bookings, ConversationTable } from './sums/conversation-table.ts';
export {
  BUCKET,
  CLIENT,
  DSCP_BITS,
  EXPORTER_VLAN,
  IN_INTERFACE,
  KEY_WORDS,
  OUT_INTERFACE,
  PACKED,
  SERVER,
  TO_CLIENT_BIT,
} from './sums/row.ts';
export {
  type AnswerLimits,
  type FlowPlan,
  type FlowPredicate,
  type InterfaceOf,
  NO_TIER,
  type OwnedAddresses,
  type RawAnswer,
  type RawKey,
  type RawRow,
  answerPlan,
} from './query/index.ts';
export { createFlowStore, type FlowStore, type FlowStoreOptions, type FlowStoreStatus } from './flow-store.ts';
export type { FlowRetention, FlowTierStatus } from './protocol.ts';
export { StoredFlows } from './reader/scanner.ts';
