// Which kinds of rows answer a question exactly and at the least cost, and which of their columns it needs.
import type { FlowBlockKind, FlowColumn, FlowTier } from '../types.ts';
import type { FlowPlan } from './plan.ts';
import { columnsOf } from './predicate.ts';
import { columnsOfKey } from './selection.ts';

const SUMMED = ['bucketS', 'toClient', 'bytes', 'packets', 'flows'] as const satisfies FlowColumn[];

const INTERFACES: readonly FlowColumn[] = ['inInterface', 'outInterface', 'protocol', 'toClient', 'dscp', 'vlan'];
const SERVICES: readonly FlowColumn[] = ['inInterface', 'outInterface', 'protocol', 'service', 'toClient'];

/** What rows of `other` still tell. */
export const knownOfOther = (tier: FlowTier): readonly FlowColumn[] => (tier === '1m' ? SERVICES : []);

export type Needs = {
  readonly keys: ReadonlySet<FlowColumn>;
  readonly predicate: ReadonlySet<FlowColumn | 'count'>;
  readonly columns: readonly FlowColumn[];
};

export function needsOf({ by, predicate }: FlowPlan): Needs {
  const keys = new Set(by.flatMap((key) => columnsOfKey(key)));
  const ofPredicate: ReadonlySet<FlowColumn | 'count'> = predicate === undefined ? new Set() : columnsOf(predicate);
  const columns = new Set<FlowColumn>([...SUMMED, ...keys, 'client', 'server']);
  for (const column of ofPredicate) if (column !== 'count') columns.add(column);
  return { keys, predicate: ofPredicate, columns: [...columns] };
}

export type Source = { readonly kinds: readonly FlowBlockKind[]; readonly columns: readonly FlowColumn[] };

/** Sums that are kept beside the largest conversations, where they tell all that is asked for; else the conversations. */
export function sourceOf(tier: FlowTier, plan: FlowPlan, needs: Needs): Source {
  const conversations: Source = { kinds: ['conversations', 'other'], columns: needs.columns };
  if (tier === '1m' || plan.sankey !== undefined) return conversations;
  const within = (told: readonly FlowColumn[]): boolean =>
    [...needs.keys, ...needs.predicate].every((column) => column !== 'count' && told.includes(column));
  const only = (kind: FlowBlockKind, told: readonly FlowColumn[]): Source => ({
    kinds: [kind],
    columns: [...new Set([...SUMMED, ...needs.columns.filter((column) => told.includes(column))])],
  });
  if (within(INTERFACES)) return only('byInterface', INTERFACES);
  if (within(SERVICES)) return only('byService', SERVICES);
  return needs.predicate.size === 0 && isByOneEnd(plan)
    ? only('byHost', ['client', 'server', 'toClient'])
    : conversations;
}

/** One end of each conversation is enough: hosts and customers, or one role alone. */
function isByOneEnd({ by }: FlowPlan): boolean {
  const [first] = by;
  if (by.every((key) => key === 'host' || key === 'subscriber' || key === 'tier')) return true;
  return by.length === 1 && (first === 'src' || first === 'dst' || first === 'client' || first === 'server');
}
