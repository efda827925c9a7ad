// Silences: alerts that all their matchers match are not told of between their start and end.
import { randomUUID } from 'node:crypto';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { Labels } from '../../../../shared/model/labels.ts';
import { LOG_RETENTION_MS } from './notification-log.ts';
import { type Matcher, matchersText, matchesAll } from './matcher.ts';

export type Silence = {
  readonly id: string;
  readonly matchers: readonly Matcher[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
};

export type SilenceDraft = Omit<Silence, 'id' | 'updatedAtMs'> & { readonly id?: string | undefined };
export type SilenceState = 'pending' | 'active' | 'expired';

/** Where silences are kept; a removed one had expired long ago. */
export interface SilenceTable {
  list(): readonly Silence[];
  save(silence: Silence): void;
  remove(id: string): void;
}

const MAX_SILENCES = 10_000;
const MAX_MATCHERS = 256;

export function silenceState({ startsAtMs, endsAtMs }: Silence, atMs: number): SilenceState {
  if (endsAtMs <= atMs) return 'expired';
  return startsAtMs <= atMs ? 'active' : 'pending';
}

const invalid = (message: string): LinewardenError => new LinewardenError('LW_SILENCE_INVALID', message);

export class Silences {
  readonly #table: SilenceTable;
  readonly #byId = new Map<string, Silence>();
  readonly #now: () => number;

  constructor(table: SilenceTable, now: () => number) {
    this.#table = table;
    this.#now = now;
    for (const silence of table.list()) this.#byId.set(silence.id, silence);
  }

  /**
   * Makes a silence, or changes the one with the draft's id: where its matchers or the start of an active one change, the
   * old one expires and a new one is made. Throws LW_SILENCE_INVALID, and LW_SILENCE_UNKNOWN for an id that is none.
   * @returns its id
   */
  set(draft: SilenceDraft): string {
    const nowMs = this.#now();
    check(draft, nowMs);
    const known = draft.id === undefined || draft.id === '' ? undefined : this.#byId.get(draft.id);
    if (known === undefined && draft.id !== undefined && draft.id !== '') {
      throw new LinewardenError('LW_SILENCE_UNKNOWN', 'There is no silence with this id.');
    }
    if (known !== undefined && canChange(known, draft, nowMs)) return this.#save({ ...draft, id: known.id }, nowMs);
    if (this.#byId.size >= MAX_SILENCES) this.prune(true);
    if (this.#byId.size >= MAX_SILENCES) throw invalid(`There are ${MAX_SILENCES} silences, the most there can be.`);
    if (known !== undefined && silenceState(known, nowMs) !== 'expired') this.expire(known.id);
    return this.#save({ ...draft, id: randomUUID(), startsAtMs: Math.max(draft.startsAtMs, nowMs) }, nowMs);
  }

  /** Ends it now. Throws LW_SILENCE_UNKNOWN, and LW_SILENCE_INVALID where it has ended. */
  expire(id: string): void {
    const nowMs = this.#now();
    const silence = this.#byId.get(id);
    if (silence === undefined) throw new LinewardenError('LW_SILENCE_UNKNOWN', 'There is no silence with this id.');
    if (silenceState(silence, nowMs) === 'expired') throw invalid('The silence has already expired.');
    const startsAtMs = Math.min(silence.startsAtMs, nowMs);
    this.#save({ ...silence, startsAtMs, endsAtMs: nowMs }, nowMs);
  }

  get(id: string): Silence | undefined {
    return this.#byId.get(id);
  }

  list(): Silence[] {
    return [...this.#byId.values()];
  }

  /** Ids of the active silences that match. */
  silencedBy(labels: Labels, atMs: number): string[] {
    const found: string[] = [];
    for (const silence of this.#byId.values()) {
      if (silenceState(silence, atMs) === 'active' && matchesAll(silence.matchers, labels)) found.push(silence.id);
    }
    return found;
  }

  /** Forgets what expired long ago; all that expired when room is needed. */
  prune(all = false): void {
    const before = this.#now() - (all ? 0 : LOG_RETENTION_MS);
    for (const { id, endsAtMs } of this.#byId.values()) {
      if (endsAtMs > before) continue;
      this.#table.remove(id);
      this.#byId.delete(id);
    }
  }

  #save(silence: Omit<Silence, 'updatedAtMs'>, updatedAtMs: number): string {
    const saved = { ...silence, updatedAtMs };
    this.#table.save(saved);
    this.#byId.set(saved.id, saved);
    return saved.id;
  }
}

function check(draft: SilenceDraft, nowMs: number): void {
  const { matchers, startsAtMs, endsAtMs } = draft;
  if (matchers.length === 0) throw invalid('A silence needs at least one matcher.');
  if (matchers.length > MAX_MATCHERS) throw invalid(`A silence has at most ${MAX_MATCHERS} matchers.`);
  if (matchers.every(({ test }) => test(''))) {
    throw invalid('At least one matcher must not match an empty value, or the silence would hide every alert.');
  }
  if (endsAtMs <= startsAtMs) throw invalid('A silence must end after its start.');
  if (endsAtMs <= nowMs) throw invalid('A silence must end in the future.');
}

/** Whether the known one can become the draft: an active one keeps its matchers and its start. */
function canChange(known: Silence, draft: SilenceDraft, nowMs: number): boolean {
  if (matchersText(known.matchers) !== matchersText(draft.matchers)) return false;
  const state = silenceState(known, nowMs);
  if (state === 'active') return known.startsAtMs === draft.startsAtMs;
  return state === 'pending' && draft.startsAtMs >= nowMs;
}
