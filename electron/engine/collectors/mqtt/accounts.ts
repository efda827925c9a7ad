// Who may connect to the embedded broker and publish for which edge; only hashes of passwords are held.
import { createHash, timingSafeEqual } from 'node:crypto';
import { readConfigured } from './endpoint.ts';
import type { BrokerSection } from './section.ts';

/** `edgeId` '*' stands for every edge. */
export type Identity = { readonly username: string; readonly edgeId: string; readonly maySubscribe: boolean };

export type Accounts = {
  /** Undefined where the login is refused. */
  login(username: string | undefined, password: Uint8Array | undefined): Identity | undefined;
};

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

const ANYBODY: Identity = { username: '', edgeId: '*', maySubscribe: true };
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/** Reads the password files; rejects with LW_MQTT_FILE. */
export async function loadAccounts(section: BrokerSection, baseDir: string): Promise<Accounts> {
  const known = new Map<string, { readonly hash: Buffer; readonly identity: Identity }>();
  for (const { username, password, password_file: file, sha256: hex, edge_id: edgeId, subscribe } of section.accounts) {
    const hash =
      hex === undefined
        ? sha256(
            file === undefined ? (password ?? '') : withoutLineEnd(await readConfigured(baseDir, file, 'password')),
          )
        : Buffer.from(hex, 'hex');
    known.set(username, { hash, identity: { username, edgeId: edgeId ?? username, maySubscribe: subscribe } });
  }
  const isOpen = section.anonymous ?? (known.size === 0 && LOOPBACK.test(section.listen.host));
  const nobody = sha256('');
  return {
    login(username, password) {
      if (username === undefined || username === '') return isOpen ? ANYBODY : undefined;
      const account = known.get(username);
      // The same work for a name that nobody has.
      const isRight = timingSafeEqual(sha256(password ?? ''), account?.hash ?? nobody);
      return isRight && password !== undefined && password.length > 0 ? account?.identity : undefined;
    },
  };
}

const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, '');

/** An edge may ask only for what is under its own id. `isWord`: whether a level of a topic is a word that all edges have. */
export function mayRead(
  { edgeId, maySubscribe }: Identity,
  filter: string,
  isWord: (level: string) => boolean = () => false,
): boolean {
  if (filter.startsWith('$')) return false;
  if (maySubscribe || edgeId === '*') return true;
  if (isWord(edgeId)) return false;
  const levels = filter.split('/');
  // The id must stand before anything that stands for more than one thing.
  const own = levels.indexOf(edgeId);
  return own >= 0 && levels.slice(0, own).every((level) => level !== '+' && level !== '#');
}
