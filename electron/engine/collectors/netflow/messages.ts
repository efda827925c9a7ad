// What the flow thread and the engine's main thread say to each other.
import type { ClosedConversations } from '../../store/flows/index.ts';
import type {
  DropReason,
  FlowVersion,
  IgnoreReason,
  Quarantined,
  Refused,
  SequenceUnit,
  ToldApplication,
  ToldInterface,
} from './decoder/index.ts';
import type { LiveMessage } from './live/index.ts';
import type { InterfaceRows, TotalsRows } from './totals/index.ts';

export type Endpoint = { readonly host: string; readonly port: number };

/** workerData of the flow thread. */
export type FlowThreadSettings = {
  readonly listen: readonly Endpoint[];
  readonly flushIntervalMs: number;
  readonly maxPortsPerExporter: number;
  /** Of one exporter in a minute; what comes beyond is summed as "other". */
  readonly maxConversations: number;
  readonly templateWaitMs: number;
  /** Sampling factors by exporter address. */
  readonly sampling: Readonly<Record<string, number>>;
  /** Addresses and networks whose flows are stored; empty: everybody. */
  readonly allowed: readonly string[];
  /** Where templates are kept over a restart; without it they are not. */
  readonly keptFile?: string | undefined;
};

export type BoundSocket = Endpoint & { readonly receiveBufferBytes: number };

/** A sender whose packets hold no data record that could be read yet. */
export type WaitingSender = {
  readonly address: string;
  readonly versions: readonly FlowVersion[];
  readonly templates: number;
  /** Data packets that wait for their template. */
  readonly waitingPackets: number;
  readonly firstPacketMs: number;
  readonly lastPacketMs: number;
};

/** All counts are cumulative since the thread's start. */
export type ExporterTotals = {
  readonly address: string;
  readonly versions: readonly { readonly version: FlowVersion; readonly packets: number; readonly records: number }[];
  readonly dropped: readonly (readonly [DropReason, number])[];
  readonly ignored: readonly (readonly [IgnoreReason, number])[];
  readonly lost: readonly (readonly [SequenceUnit, number])[];
  readonly templates: number;
  /** Of its largest data template; 0 without one, as in v5. */
  readonly fields: number;
  /** 1 = none. */
  readonly samplingRatio: number;
  readonly lastPacketMs: number;
  /** 0 = none came yet, as in v5. */
  readonly lastTemplateMs: number;
  readonly clockAheadMs: number;
  readonly restarts: number;
  readonly waitingPackets: number;
  /** Records, or parts of them, that are stored without their addresses: beyond netflow.max_conversations. */
  readonly overflowed: number;
  /** The record that was taken out last because it cannot be true. */
  readonly quarantined: Quarantined | undefined;
  /** What it calls its interfaces and applications, where that changed since the flush before. */
  readonly names:
    | { readonly interfaces: readonly ToldInterface[]; readonly applications: readonly ToldApplication[] }
    | undefined;
  readonly interfaces: InterfaceRows | undefined;
  readonly rows: TotalsRows | undefined;
};

export type FlushMessage = {
  readonly kind: 'flush';
  readonly atMs: number;
  /** When the counts stood as the flush before had them: the start of the thread for the first one. */
  readonly previousMs: number;
  readonly exporters: readonly ExporterTotals[];
  /** Of senders that are no exporters yet, the latest so many. */
  readonly waiting: readonly WaitingSender[];
  /** Senders that are not in the allow-list, the latest so many. */
  readonly notAllowed: readonly Refused[];
  /** Packets of addresses that are no exporter. */
  readonly refused: readonly (readonly [DropReason, number])[];
  /** Packets of senders that gave no data record in time, by version. */
  readonly strangers: readonly (readonly [FlowVersion, number])[];
};

export type FromFlowThread =
  | { readonly kind: 'listening'; readonly sockets: readonly BoundSocket[] }
  | { readonly kind: 'failed'; readonly endpoint: Endpoint; readonly errorCode: string; readonly message: string }
  | { readonly kind: 'fault'; readonly stack: string }
  /** Templates could not be written to their file. */
  | { readonly kind: 'not-kept'; readonly reason: string }
  | FlushMessage
  | { readonly kind: 'closed'; readonly closed: ClosedConversations }
  | LiveMessage
  | { readonly kind: 'stopped' };

/** bit/s by exporter address and interface number. */
export type InterfaceSpeeds = ReadonlyMap<string, ReadonlyMap<number, number>>;

export type ToFlowThread =
  | { readonly kind: 'stop' }
  | { readonly kind: 'speeds'; readonly speeds: InterfaceSpeeds }
  /** Whether somebody looks at the last minute. */
  | { readonly kind: 'watch'; readonly isWatched: boolean };
