// Evaluates a predicate over a block: an address condition once for each address of its dictionary, the rest over typed columns.
import { type FlowBlock, type FlowColumn, NO_ADDRESS } from '../types.ts';
import { markNets } from './address-flags.ts';
import type { BlockView } from './block-view.ts';
import { NOBODY } from './owners.ts';
import type { FlowPredicate } from './plan.ts';

/** Protocols whose service is a port. */
const HAS_PORTS = new Uint8Array(256);
for (const protocol of [6, 17, 33, 132, 136]) HAS_PORTS[protocol] = 1;

/** Columns that it reads; `count` where it asks for the size of one conversation, which sums do not tell. */
export function columnsOf(predicate: FlowPredicate): Set<FlowColumn | 'count'> {
  switch (predicate.type) {
    case 'all':
    case 'any':
      return new Set(predicate.terms.flatMap((term) => [...columnsOf(term)]));
    case 'not':
      return columnsOf(predicate.term);
    case 'constant':
    case 'exporter':
      return new Set();
    case 'address':
      return new Set(['client', 'server', 'toClient']);
    case 'owner':
      return new Set(['client', 'server', 'bucketS']);
    case 'service':
      return new Set(['protocol', 'service']);
    case 'protocol':
    case 'vlan':
    case 'dscp':
      return new Set([predicate.type]);
    case 'interface':
      return new Set(
        predicate.role === 'in_interface'
          ? ['inInterface']
          : predicate.role === 'out_interface'
            ? ['outInterface']
            : ['inInterface', 'outInterface'],
      );
    case 'direction':
      return new Set(['client', 'server', 'toClient']);
    case 'count':
      return new Set(['count', predicate.column]);
  }
}

/** Sets `mask` to 1 for each row of the view's block that fits, to 0 for the others. */
export function evaluate(predicate: FlowPredicate, view: BlockView, mask: Uint8Array): void {
  const { block } = view;
  const { rows } = block;
  switch (predicate.type) {
    case 'constant':
      mask.fill(predicate.value ? 1 : 0, 0, rows);
      return;
    case 'exporter':
      mask.fill(predicate.addresses.includes(block.exporter) ? 1 : 0, 0, rows);
      return;
    case 'all':
    case 'any':
      join(predicate.terms, predicate.type === 'all', view, mask);
      return;
    case 'not':
      evaluate(predicate.term, view, mask);
      for (let row = 0; row < rows; row++) mask[row] = 1 - (mask[row] ?? 0);
      return;
    case 'address':
      addresses(predicate, view, mask);
      return;
    case 'owner':
      owners(predicate.owners, view, mask);
      return;
    case 'service':
      services(predicate.spans, block, mask);
      return;
    case 'protocol':
      among(
        block.protocol,
        rows,
        predicate.numbers.map((number) => ({ from: number, to: number })),
        mask,
      );
      return;
    case 'vlan':
    case 'dscp':
      among(block[predicate.type], rows, predicate.spans, mask);
      return;
    case 'interface':
      interfaces(predicate, block, mask);
      return;
    case 'direction': {
      const local = view.localIsClient();
      const wanted = predicate.isIn ? 1 : 0;
      // Towards the client, and the client is the end inside; or neither.
      for (let row = 0; row < rows; row++) mask[row] = (local[row] === block.toClient[row] ? 1 : 0) === wanted ? 1 : 0;
      return;
    }
    case 'count':
      compare(block[predicate.column], rows, predicate.comparison, predicate.value, mask);
  }
}

function join(terms: readonly FlowPredicate[], isAll: boolean, view: BlockView, mask: Uint8Array): void {
  const { rows } = view.block;
  mask.fill(isAll ? 1 : 0, 0, rows);
  const own = new Uint8Array(rows);
  for (const term of terms) {
    evaluate(term, view, own);
    if (isAll) for (let row = 0; row < rows; row++) mask[row] = (mask[row] ?? 0) & (own[row] ?? 0);
    else for (let row = 0; row < rows; row++) mask[row] = (mask[row] ?? 0) | (own[row] ?? 0);
  }
}

function addresses(
  { role, nets }: Extract<FlowPredicate, { type: 'address' }>,
  view: BlockView,
  mask: Uint8Array,
): void {
  const { block } = view;
  const { rows, client, server, toClient } = block;
  const flags = new Uint8Array(block.addresses.length / 4 + 1);
  markNets(block.addresses, nets, flags);
  const flag = (end: number): number => (end === NO_ADDRESS ? 0 : (flags[end] ?? 0));
  if (role === 'client') for (let row = 0; row < rows; row++) mask[row] = flag(client[row] ?? NO_ADDRESS);
  else if (role === 'server') for (let row = 0; row < rows; row++) mask[row] = flag(server[row] ?? NO_ADDRESS);
  else if (role === 'host') {
    for (let row = 0; row < rows; row++) mask[row] = flag(client[row] ?? NO_ADDRESS) | flag(server[row] ?? NO_ADDRESS);
  } else {
    const isLocal = role === 'local' || role === 'peer';
    const by = isLocal ? view.localIsClient() : toClient;
    // src is the client where the traffic goes to the server.
    const clientWhen = role === 'local' || role === 'dst' ? 1 : 0;
    for (let row = 0; row < rows; row++) {
      mask[row] = flag((by[row] === clientWhen ? client[row] : server[row]) ?? NO_ADDRESS);
    }
  }
}

function owners(wanted: readonly number[], view: BlockView, mask: Uint8Array): void {
  const { rows, client, server } = view.block;
  const set = new Set(wanted);
  const takesNobody = set.has(NOBODY);
  for (let row = 0; row < rows; row++) {
    const a = view.owner(client, row);
    const b = view.owner(server, row);
    const isNobody = a === NOBODY && b === NOBODY;
    mask[row] = isNobody ? (takesNobody ? 1 : 0) : (a !== NOBODY && set.has(a)) || (b !== NOBODY && set.has(b)) ? 1 : 0;
  }
}

function services(
  spans: Extract<FlowPredicate, { type: 'service' }>['spans'],
  block: FlowBlock,
  mask: Uint8Array,
): void {
  const { rows, protocol, service } = block;
  mask.fill(0, 0, rows);
  for (const { from, to, protocol: only } of spans) {
    for (let row = 0; row < rows; row++) {
      const number = service[row] ?? 0;
      const of = protocol[row] ?? 0;
      if (number < from || number > to) continue;
      if (only === undefined ? HAS_PORTS[of] === 1 : of === only) mask[row] = 1;
    }
  }
}

function among(
  column: Uint32Array,
  rows: number,
  spans: readonly { readonly from: number; readonly to: number }[],
  mask: Uint8Array,
): void {
  mask.fill(0, 0, rows);
  for (const { from, to } of spans) {
    for (let row = 0; row < rows; row++) {
      const value = column[row] ?? 0;
      if (value >= from && value <= to) mask[row] = 1;
    }
  }
}

function interfaces(
  { role, interfaces: wanted }: Extract<FlowPredicate, { type: 'interface' }>,
  block: FlowBlock,
  mask: Uint8Array,
): void {
  const { rows } = block;
  const of = wanted.filter(({ exporter }) => exporter === undefined || exporter === block.exporter);
  const spans = of.map(({ index }) => ({ from: index, to: index }));
  mask.fill(0, 0, rows);
  if (role !== 'out_interface') among(block.inInterface, rows, spans, mask);
  if (role === 'in_interface') return;
  const own = new Uint8Array(rows);
  among(block.outInterface, rows, spans, own);
  for (let row = 0; row < rows; row++) mask[row] = (mask[row] ?? 0) | (own[row] ?? 0);
}

function compare(column: Float64Array, rows: number, by: string, value: number, mask: Uint8Array): void {
  for (let row = 0; row < rows; row++) {
    const own = column[row] ?? 0;
    const fits =
      by === '>'
        ? own > value
        : by === '>='
          ? own >= value
          : by === '<'
            ? own < value
            : by === '<='
              ? own <= value
              : by === '='
                ? own === value
                : own !== value;
    mask[row] = fits ? 1 : 0;
  }
}
