// Who may send as a client, and by which keys: those of the config, and those that the window made.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { digest, KeyRing, type MadeKey, newKey, readStoredKeys, type StoredKey } from '../../keys/index.ts';
import { DEFAULT_TYPE, type PushSection } from './section.ts';

export type PushClient = {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly keys: readonly StoredKey[];
  /** From the config or the sample network: read-only. */
  readonly provisioned: boolean;
  readonly sample: boolean;
  readonly createdMs: number;
};

/** A client that the window made, as it is kept. */
export type ClientRow = { readonly id: string; readonly record: unknown };

export type ClientRows = {
  clients(): readonly ClientRow[];
  saveClient(row: ClientRow): void;
  removeClient(id: string): void;
};

export type SampleClient = { readonly id: string; readonly name: string; readonly type: string; readonly key: string };

export type KeyVerdict = 'right' | 'wrong' | 'of another';

export const KEY_PREFIX = 'lwp_';
const MAX_CLIENTS = 10_000;
const MAX_ID = 128;

export class PushClients {
  readonly #rows: ClientRows;
  #provided = new Map<string, PushClient>();
  #sample = new Map<string, PushClient>();
  readonly #own = new Map<string, PushClient>();
  /** Whose key has this hash; a hash tells nothing of what is compared with it. */
  #owners = new Map<string, string>();

  constructor(rows: ClientRows) {
    this.#rows = rows;
    for (const { id, record } of rows.clients()) this.#own.set(id, clientOf(id, record));
    this.#index();
  }

  /** The clients of the config. Throws LW_PUSH_KEY_FILE. */
  provide(section: PushSection, baseDir: string): void {
    const clients = section.clients.map((client): PushClient => {
      const { id, name = id, type, key, key_file: file, sha256 } = client;
      const hash =
        sha256?.toLowerCase() ?? digest(key ?? readKeyFile(path.resolve(baseDir, file ?? ''))).toString('hex');
      const stored = { id: 'config', sha256: hash, hint: '', createdMs: 0, validUntilMs: null };
      return { id, name, type, keys: [stored], provisioned: true, sample: false, createdMs: 0 };
    });
    this.#provided = new Map(clients.map((client) => [client.id, client]));
    this.#index();
  }

  /** Those of the sample network, with keys that nobody keeps. */
  setSample(clients: readonly SampleClient[]): void {
    const made = clients.map(({ id, name, type, key }): PushClient => {
      const stored = { id: 'sample', sha256: digest(key).toString('hex'), hint: '', createdMs: 0, validUntilMs: null };
      return { id, name, type, keys: [stored], provisioned: true, sample: true, createdMs: 0 };
    });
    this.#sample = new Map(made.map((client) => [client.id, client]));
    this.#index();
  }

  get size(): number {
    return this.list().length;
  }

  /** Where more than one name it, the config's holds, then the window's. */
  get(id: string): PushClient | undefined {
    return this.#provided.get(id) ?? this.#own.get(id) ?? this.#sample.get(id);
  }

  list(): PushClient[] {
    return [...new Map([...this.#sample, ...this.#own, ...this.#provided]).values()].toSorted((a, b) =>
      a.id < b.id ? -1 : 1,
    );
  }

  check(id: string, offered: string, nowMs: number): KeyVerdict {
    const hash = digest(offered);
    const client = this.get(id);
    // Of nobody's key: an unknown client takes as long as a wrong key.
    const ring = new KeyRing(client?.keys ?? NOBODY);
    if (ring.holds(hash, nowMs) && client !== undefined) return 'right';
    const owner = this.get(this.#owners.get(hash.toString('hex')) ?? '');
    return owner !== undefined && new KeyRing(owner.keys).holds(hash, nowMs) ? 'of another' : 'wrong';
  }

  /** Throws LW_PUSH_CLIENT_ID, LW_PUSH_CLIENT_TAKEN, LW_PUSH_CLIENT_LIMIT. */
  add(form: { readonly id: string; readonly name?: string; readonly type?: string }, nowMs: number): MadeKey {
    const { id } = form;
    if (id.length > MAX_ID || !/^[^\s/?#%\p{Cc}]+$/u.test(id)) {
      throw new LinewardenError('LW_PUSH_CLIENT_ID', 'A client id is one word without /, ?, # and %.');
    }
    if (this.get(id) !== undefined) {
      throw new LinewardenError('LW_PUSH_CLIENT_TAKEN', `There is already a client ${JSON.stringify(id)}.`, {
        hint: 'Choose another id, or rotate the key of that client.',
      });
    }
    if (this.#own.size >= MAX_CLIENTS) {
      throw new LinewardenError('LW_PUSH_CLIENT_LIMIT', `At most ${MAX_CLIENTS} clients can be made here.`);
    }
    const made = newKey(KEY_PREFIX, nowMs);
    const { name = '', type = '' } = form;
    this.#save({
      id,
      name: name === '' ? id : name,
      type: type === '' ? DEFAULT_TYPE : type,
      keys: [made.stored],
      provisioned: false,
      sample: false,
      createdMs: nowMs,
    });
    return made;
  }

  /** A new key beside the present ones, which hold for `overlapMs` more. */
  rotate(id: string, overlapMs: number, nowMs: number): MadeKey {
    const client = this.#editable(id);
    const made = newKey(KEY_PREFIX, nowMs);
    this.#save({ ...client, keys: new KeyRing(client.keys).rotated(made, overlapMs).keys });
    return made;
  }

  revoke(id: string, keyId: string): void {
    const client = this.#editable(id);
    this.#save({ ...client, keys: new KeyRing(client.keys).without(keyId).keys });
  }

  remove(id: string): void {
    this.#editable(id);
    this.#own.delete(id);
    this.#index();
    this.#rows.removeClient(id);
  }

  #editable(id: string): PushClient {
    if (this.#provided.has(id)) {
      throw new LinewardenError('LW_PUSH_CLIENT_PROVISIONED', `The client ${id} comes from the config file.`, {
        hint: 'Change its key there, then reload.',
      });
    }
    const client = this.#own.get(id);
    if (client === undefined) throw new LinewardenError('LW_PUSH_CLIENT_GONE', 'This client was removed meanwhile.');
    return client;
  }

  #save(client: PushClient): void {
    const { id, name, type, keys, createdMs } = client;
    // First where it lasts: a key that is shown must be one that holds after a restart.
    this.#rows.saveClient({ id, record: { name, type, keys, createdMs } });
    this.#own.set(id, client);
    this.#index();
  }

  #index(): void {
    this.#owners = new Map(this.list().flatMap(({ id, keys }) => keys.map(({ sha256 }) => [sha256, id] as const)));
  }
}

const NOBODY: readonly StoredKey[] = [newKey('', 0).stored];

function clientOf(id: string, record: unknown): PushClient {
  const { name, type, keys, createdMs } = (record ?? {}) as Partial<Record<string, unknown>>;
  return {
    id,
    name: typeof name === 'string' ? name : id,
    type: typeof type === 'string' ? type : DEFAULT_TYPE,
    keys: readStoredKeys(keys),
    provisioned: false,
    sample: false,
    createdMs: typeof createdMs === 'number' ? createdMs : 0,
  };
}

function readKeyFile(file: string): string {
  const hint = 'Put the key into it, as one word.';
  let key: string;
  try {
    key = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new LinewardenError('LW_PUSH_KEY_FILE', `${file}: the client's key cannot be read`, { hint, cause: error });
  }
  if (key !== '' && !/\s/.test(key)) return key;
  throw new LinewardenError('LW_PUSH_KEY_FILE', `${file}: the client's key must be one word`, { hint });
}
