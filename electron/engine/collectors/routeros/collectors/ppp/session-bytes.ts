// The bytes of PPP sessions: /ppp/active has none, the interface that each session makes has.
import type { Row } from '../../client/index.ts';
import { parseDurationSeconds, parseNumber } from '../../values.ts';
import { noSuchCommand, type RouterSession } from '../collector.ts';

export type SessionBytes = {
  /** Such as `<pppoe-anna>`, or the name of a binding that somebody made for the user. */
  readonly interface: string;
  /** Seen from the customer: what the router received is uploaded. */
  readonly uploadBytes?: number;
  readonly downloadBytes?: number;
};

export type BytesOf = (active: Row) => SessionBytes | undefined;

/** Of interfaces, those that a session can have: pppoe-in, l2tp-in, pptp-in, sstp-in, ovpn-in, ppp-in. */
const SERVER_TYPES = ['pppoe-in', 'l2tp-in', 'pptp-in', 'sstp-in', 'ovpn-in', 'ppp-in'];
const SERVICES = new Set(['pppoe', 'l2tp', 'pptp', 'sstp', 'ovpn', 'ppp']);

const key = (service: string, user: string): string => `${service}\n${user}`;
const keyOf = (row: Row): string => key(row.get('service') ?? '', row.get('name') ?? '');

/** As the router calls the interface that a session makes. */
const usual = (row: Row): string => `<${row.get('service') ?? ''}-${row.get('name') ?? ''}>`;

/** The interface that a session made, as the router's table of a service tells it. */
type Bound = { readonly name: string; readonly caller: string; readonly uptimeSeconds: number };

/**
 * Nothing more is read of a router without sessions. Only where a name is not the usual one, or a user is connected more
 * than once (the second has `<l2tp-anna-1>`), the services' own tables are read, which say whose each interface is.
 */
export async function sessionBytes(session: RouterSession, active: readonly Row[]): Promise<BytesOf> {
  if (active.length === 0) return () => undefined;
  const interfaces = new Map<string, Row>();
  const queries = SERVER_TYPES.map((type) => `type=${type}`);
  for (const row of await session.print('/interface', {
    proplist: ['name', 'rx-byte', 'tx-byte'],
    queries: [...queries, ...queries.slice(1).map(() => '#|')],
  })) {
    const name = row.get('name');
    if (name !== undefined) interfaces.set(name, row);
  }
  const names = new Map<Row, string>();
  const others: (readonly Row[])[] = [];
  for (const alike of Map.groupBy(active, keyOf).values()) {
    const [only] = alike;
    if (only !== undefined && alike.length === 1 && interfaces.has(usual(only))) names.set(only, usual(only));
    else others.push(alike);
  }
  const bound = await boundInterfaces(session, others.flat());
  for (const alike of others) assign(alike, bound.get(keyOf(alike[0] ?? new Map())) ?? [], names);
  return (row) => {
    const name = names.get(row);
    const found = name === undefined ? undefined : interfaces.get(name);
    if (name === undefined || found === undefined) return undefined;
    const uploadBytes = parseNumber(found.get('rx-byte'));
    const downloadBytes = parseNumber(found.get('tx-byte'));
    return {
      interface: name,
      ...(uploadBytes !== undefined && { uploadBytes }),
      ...(downloadBytes !== undefined && { downloadBytes }),
    };
  };
}

/** Several sessions of one user are told apart by where they come from, and else by how long they last. */
function assign(sessions: readonly Row[], bound: readonly Bound[], names: Map<Row, string>): void {
  const free = new Set(bound);
  for (const row of sessions) {
    const caller = (row.get('caller-id') ?? '').toUpperCase();
    const uptime = parseDurationSeconds(row.get('uptime')) ?? 0;
    const isElsewhere = (each: Bound): number => Number(each.caller !== caller);
    const away = (each: Bound): number => Math.abs(each.uptimeSeconds - uptime);
    const [best] = [...free].toSorted((a, b) => isElsewhere(a) - isElsewhere(b) || away(a) - away(b));
    if (best === undefined) return;
    free.delete(best);
    names.set(row, best.name);
  }
}

/** Interfaces by service and user, of the services of these sessions. */
async function boundInterfaces(session: RouterSession, sessions: readonly Row[]): Promise<Map<string, Bound[]>> {
  const bound = new Map<string, Bound[]>();
  const services = new Set(sessions.map((row) => row.get('service') ?? '').filter((service) => SERVICES.has(service)));
  for (const service of services) {
    const rows = await session
      .print(`/interface/${service}-server`, {
        proplist: ['name', 'user', 'remote-address', 'client-address', 'uptime'],
      })
      .catch(noSuchCommand);
    for (const row of rows) {
      const user = row.get('user');
      const name = row.get('name');
      if (user === undefined || name === undefined) continue;
      // A MAC address with PPPoE, an IP address with the others.
      const caller = (row.get('remote-address') ?? row.get('client-address') ?? '').toUpperCase();
      const uptimeSeconds = parseDurationSeconds(row.get('uptime')) ?? 0;
      const ofUser = bound.get(key(service, user)) ?? [];
      ofUser.push({ name, caller, uptimeSeconds });
      bound.set(key(service, user), ofUser);
    }
  }
  return bound;
}
