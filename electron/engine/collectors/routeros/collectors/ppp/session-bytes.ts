// The bytes of PPP sessions: /ppp/active has none, the interface that each session makes has.
import type { Row } from '../../client/index.ts';
import { parseNumber } from '../../values.ts';
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

/** As the router calls the interface that a session makes. */
const usual = (row: Row): string => `<${row.get('service') ?? ''}-${row.get('name') ?? ''}>`;

/** Nothing more is read of a router without sessions; only where a name is not the usual one, the bindings are too. */
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
  const bound = await boundInterfaces(
    session,
    active.filter((row) => !interfaces.has(usual(row))),
  );
  return (row) => {
    const name = interfaces.has(usual(row))
      ? usual(row)
      : bound.get(key(row.get('service') ?? '', row.get('name') ?? ''));
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

/** Interface by service and user, of the services of these sessions. */
async function boundInterfaces(session: RouterSession, sessions: readonly Row[]): Promise<Map<string, string>> {
  const bound = new Map<string, string>();
  const services = new Set(sessions.map((row) => row.get('service') ?? '').filter((service) => SERVICES.has(service)));
  for (const service of services) {
    const rows = await session
      .print(`/interface/${service}-server`, { proplist: ['name', 'user'] })
      .catch(noSuchCommand);
    for (const row of rows) {
      const user = row.get('user');
      const name = row.get('name');
      if (user !== undefined && name !== undefined) bound.set(key(service, user), name);
    }
  }
  return bound;
}
