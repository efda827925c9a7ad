// A filter with names becomes a predicate with numbers and addresses; what a name stands for is looked up now.
import type { FlowPredicate, InterfaceOf } from '../store/flows/index.ts';
import type { NumberedCustomers } from './customers.ts';
import { exporterAddresses } from './exporters.ts';
import type { Condition, Filter } from './filter/index.ts';
import type { FlowSurroundings } from './surroundings.ts';

export type Resolved = {
  readonly predicate: FlowPredicate | undefined;
  /** What the filter names that nobody knows. */
  readonly notes: readonly string[];
};

const NOBODY = -1;

export function resolveFilter(
  filter: Filter | undefined,
  around: Pick<FlowSurroundings, 'exporters' | 'devices' | 'deviceOfExporter' | 'names'>,
  customers: () => NumberedCustomers,
): Resolved {
  const notes: string[] = [];
  const resolve = (one: Filter): FlowPredicate => {
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all others are conditions
    switch (one.type) {
      case 'and':
      case 'or':
        return { type: one.type === 'and' ? 'all' : 'any', terms: one.terms.map(resolve) };
      case 'not':
        return { type: 'not', term: resolve(one.term) };
      default: {
        const predicate = condition(one);
        return 'isNot' in one && one.isNot ? { type: 'not', term: predicate } : predicate;
      }
    }
  };
  const found = <T>(texts: readonly string[], what: string, find: (text: string) => readonly T[]): T[] =>
    texts.flatMap((text) => {
      const all = find(text);
      if (all.length === 0) notes.push(`No ${what} is called "${text}".`);
      return all;
    });
  const condition = (one: Condition): FlowPredicate => {
    switch (one.type) {
      case 'address':
        return { type: 'address', role: one.field, nets: one.nets };
      case 'service':
        return { type: 'service', spans: one.spans };
      case 'protocol':
        return { type: 'protocol', numbers: one.numbers };
      case 'vlan':
      case 'dscp':
        return { type: one.type, spans: one.spans };
      case 'direction':
        return { type: 'direction', isIn: one.isIn };
      case 'count':
        return { type: 'count', column: one.field, comparison: one.comparison, value: one.value };
      case 'text':
        return named(one);
    }
  };
  const named = ({ field, texts }: Extract<Condition, { type: 'text' }>): FlowPredicate => {
    switch (field) {
      case 'exporter':
        return { type: 'exporter', addresses: found(texts, 'exporter', (text) => exporterAddresses(around, text)) };
      case 'interface':
      case 'in_interface':
      case 'out_interface':
        return {
          type: 'interface',
          role: field,
          interfaces: found(texts, 'interface', (text) => interfacesOf(around, text)),
        };
      case 'subscriber':
        return { type: 'owner', owners: found(texts, 'customer', (text) => ownersOf(customers(), text)) };
      case 'tier':
        return { type: 'owner', owners: found(texts, 'tier', (text) => ownersOfTier(customers(), text)) };
    }
  };
  return { predicate: filter === undefined ? undefined : resolve(filter), notes };
}

/** By number on any router, or by name or comment on those that have it. */
function interfacesOf(
  { exporters, names }: Pick<FlowSurroundings, 'exporters' | 'names'>,
  text: string,
): InterfaceOf[] {
  const wanted = text.toLowerCase();
  const called = exporters().flatMap((exporter) =>
    names
      .interfaces(exporter)
      .filter(({ name, comment }) => name.toLowerCase() === wanted || comment.toLowerCase() === wanted)
      .map(({ index }) => ({ exporter, index })),
  );
  const isNumber = /^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff;
  return isNumber ? [...called, { exporter: undefined, index: Number(text) }] : called;
}

function ownersOf({ list }: NumberedCustomers, text: string): number[] {
  if (text === '') return [NOBODY];
  const wanted = text.toLowerCase();
  return list.flatMap(({ key, name }, number) => (key === text || name.toLowerCase() === wanted ? [number] : []));
}

/** Without a name: those of no tier, and what is nobody's. */
function ownersOfTier({ list }: NumberedCustomers, text: string): number[] {
  const wanted = text.toLowerCase();
  const owners = list.flatMap(({ tier }, number) => (tier.toLowerCase() === wanted ? [number] : []));
  return text === '' ? [...owners, NOBODY] : owners;
}

/** Whether it takes customers to answer it. */
export function asksCustomers(filter: Filter | undefined): boolean {
  if (filter === undefined) return false;
  if (filter.type === 'and' || filter.type === 'or') return filter.terms.some(asksCustomers);
  if (filter.type === 'not') return asksCustomers(filter.term);
  return filter.type === 'text' && (filter.field === 'subscriber' || filter.field === 'tier');
}
