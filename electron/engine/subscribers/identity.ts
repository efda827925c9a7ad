// Who a session belongs to: the same customer over reconnects, other routers, and the several menus that name it.
import type { Observation } from '../observations/index.ts';

export type SessionSource = Extract<Observation, { kind: 'sessions' }>['source'];

/** A user name is an account: whichever router it signs in at, it is the same customer. */
export const isAccount = (source: SessionSource): boolean => source === 'ppp' || source === 'hotspot';

/** Whose bytes count where several menus of one router name the same customer: the first that has any. */
export const PRECEDENCE: Readonly<Record<SessionSource, number>> = { ppp: 0, hotspot: 1, wireguard: 2, queue: 3 };

const MAX_NAME = 128;
/** RouterOS's own queue or interface of a session: "<pppoe-alice>". */
const DYNAMIC = /^<(?:pppoe|pptp|l2tp|sstp|ovpn|ppp|hotspot)-(.+)>$/;
// oxlint-disable-next-line no-control-regex -- control characters are what has to go
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/**
 * A device's text as a label's value: one line, well-formed, not endless. Not `cleanText` of the observations, which draws
 * blanks together for the eye: two accounts that differ in blanks are two customers.
 */
export function accountText(text: string | undefined, most = MAX_NAME): string {
  if (text === undefined) return '';
  const short = text.length > 2 * most ? text.slice(0, 2 * most) : text;
  return short.replace(CONTROL, ' ').toWellFormed().trim().slice(0, most).toWellFormed();
}

/** The account that a queue of RouterOS's own making belongs to; undefined for a queue that somebody made. */
export const accountOfQueue = (queue: string): string | undefined => DYNAMIC.exec(queue)?.[1];

/**
 * An account is one customer on all routers of the network; what is named on one router only (a queue, a peer) is a
 * customer of that router. The sample network's customers are nobody's.
 */
export const accountKey = (name: string, isSample: boolean): string => `${isSample ? 'sample ' : ''}user ${name}`;
export const localKey = (deviceId: string, name: string, isSample: boolean): string =>
  `${isSample ? 'sample ' : ''}at ${JSON.stringify(deviceId)} ${name}`;
