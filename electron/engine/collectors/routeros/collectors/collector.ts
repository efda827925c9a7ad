// What a collector is: one folder, one object, one line in the registry.
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { Observation } from '../../../observations/index.ts';
import type { PrintOptions, RouterosConnection, Row } from '../client/index.ts';
import type { RouterFacts } from '../facts.ts';
import type { Sample } from '../samples.ts';
import { majorVersion } from '../values.ts';

/** What a router must have; all that is given must hold. Unmet needs mean that the collector is passed over. */
export type CollectorNeeds = {
  readonly minMajor?: number;
  readonly maxMajor?: number;
  /** At least one of these packages installed and enabled (unknown packages count as met). */
  readonly anyPackage?: readonly string[];
};

export type SessionPrint = Omit<PrintOptions, 'signal' | 'timeoutMs'> & {
  /** Other collectors ask the very same: the router is asked once in a poll. */
  readonly isShared?: boolean;
};

/** The connection as a collector sees it: each call is bounded by the poll's time budget. */
export interface RouterSession {
  print(menu: string, options?: SessionPrint): Promise<readonly Row[]>;
  /** How many rows a print would give, counted by the router; undefined when it does not say. */
  count(menu: string, options?: Pick<PrintOptions, 'queries'>): Promise<number | undefined>;
  /** Any other command, such as `['/interface/ethernet/monitor', '=once=', '=numbers=ether1']`. */
  run(words: readonly string[]): ReturnType<RouterosConnection['run']>;
}

/** What the operator says of one router beyond switches and intervals. */
export type CollectorSettings = {
  /** Address lists whose entries are read one by one. */
  readonly addressLists: readonly string[];
};

export type CollectContext = {
  readonly settings: CollectorSettings;
  /** As known before this poll. */
  readonly facts: RouterFacts;
  /** Tells facts that this collector read. */
  readonly learn: (facts: RouterFacts) => void;
  /** Tells what else it saw of the network. */
  readonly observe: (observation: Observation) => void;
  /** Tells the operator of something that is not as it should be, though there are samples. */
  readonly warn: (problem: LinewardenError) => void;
};

export type Collector = {
  /** Its switch in linewarden.yml (that of mktxp.conf, where MKTXP has one) and its `collector` label. */
  readonly name: string;
  /** Its `name` in mktxp_collection_time_total, as MKTXP calls it; left out where MKTXP has no such collector. */
  readonly mktxpName?: string;
  /** What it reads, as the config reference tells it: "the leases of its DHCP servers". */
  readonly reads: string;
  /** `always` cannot be switched off: presence and facts rest on it. */
  readonly enabled: 'always' | 'on' | 'off';
  /** How often it is read where nobody says otherwise; left out: at each poll. Any length: no gaps come of it. */
  readonly defaultIntervalMs?: number;
  /**
   * Names, subscribers or the map need what it observes: where it is switched off it is still read, at this pace, and
   * gives no samples.
   */
  readonly observesEveryMs?: number;
  readonly needs?: CollectorNeeds;
  /** Reads once. Rejects with an LW_ROUTEROS_* error; a property that is missing yields no sample. */
  readonly collect: (session: RouterSession, context: CollectContext) => Promise<Sample[]>;
};

export function needsMet(needs: CollectorNeeds | undefined, facts: RouterFacts): boolean {
  if (needs === undefined) return true;
  const major = majorVersion(facts.version ?? '');
  if (major !== undefined) {
    if (needs.minMajor !== undefined && major < needs.minMajor) return false;
    if (needs.maxMajor !== undefined && major > needs.maxMajor) return false;
  }
  if (needs.anyPackage === undefined || facts.packages === undefined) return true;
  return needs.anyPackage.some((name) => facts.packages?.includes(name));
}

export const isNoSuchCommand = (error: unknown): boolean =>
  error instanceof LinewardenError && error.code === 'LW_ROUTEROS_NO_SUCH_COMMAND';

/** For `.catch` of a print: a menu that this router does not have is an empty list. */
export function noSuchCommand(error: unknown): readonly Row[] {
  if (isNoSuchCommand(error)) return [];
  throw error;
}
