// Found machines and profiles of the fake engine.
import type {
  AddFound,
  AddProgress,
  FoundDevice,
  FoundList,
  Profile,
  ProfileForm,
} from '../../../shared/contract/index.ts';

const MINUTE = 60_000;

const found = (nowMs: number): FoundDevice[] => {
  const seen = (by: string, source: FoundDevice['seenBy'][number]['source'], place: string, agoMs: number) => ({
    deviceId: by === 'This computer' ? 'host' : by,
    by,
    source,
    interface: place,
    atMs: nowMs - agoMs,
  });
  const base = { identity: '', platform: '', version: '', board: '', ignored: false, firstSeenMs: nowMs - 90 * MINUTE };
  return [
    {
      ...base,
      id: 'mac 74:4D:28:91:0D:2F',
      kind: 'mikrotik',
      name: 'chapel-road',
      identity: 'chapel-road',
      platform: 'MikroTik',
      version: '7.15.3 (stable) 2024-07-24 10:39:01',
      board: 'RBD52G-5HacD2HnD',
      macs: ['74:4D:28:91:0D:2F'],
      addresses: ['10.0.0.7', 'fe80::764d:28ff:fe91:d2f'],
      seenBy: [seen('This computer', 'mndp', 'bridge/ether2', 20_000), seen('core', 'neighbor', 'ether3', 40_000)],
      lastSeenMs: nowMs - 20_000,
    },
    {
      ...base,
      id: 'mac 48:A9:8A:10:00:01',
      kind: 'mikrotik',
      name: 'MikroTik',
      identity: 'MikroTik',
      platform: 'MikroTik',
      version: '6.49.10 (long-term)',
      board: 'RB750Gr3',
      macs: ['48:A9:8A:10:00:01'],
      addresses: ['10.0.0.31'],
      seenBy: [seen('core', 'neighbor', 'ether7', MINUTE)],
      lastSeenMs: nowMs - MINUTE,
    },
    {
      ...base,
      id: 'mac 24:A4:3C:00:00:09',
      kind: 'neighbour',
      name: 'UBNT-roof',
      identity: 'UBNT-roof',
      platform: 'LiteBeam',
      macs: ['24:A4:3C:00:00:09'],
      addresses: ['10.0.0.40'],
      seenBy: [seen('core', 'neighbor', 'ether9', 3 * MINUTE)],
      lastSeenMs: nowMs - 3 * MINUTE,
    },
    {
      ...base,
      id: 'mac 3C:22:FB:00:00:01',
      kind: 'host',
      name: 'annas-laptop',
      macs: ['3C:22:FB:00:00:01'],
      addresses: ['10.0.1.23'],
      seenBy: [seen('core', 'dhcp', 'bridge', 5 * MINUTE)],
      lastSeenMs: nowMs - 5 * MINUTE,
    },
  ];
};

export function createFakeDiscovery() {
  const ignored = new Set<string>();
  let profiles: Profile[] = [
    { id: 'p1', name: 'Field routers', username: 'monitor', tls: 'pin-first', port: 8729, intervalMs: 15_000 },
  ];
  return {
    list(wanted: { hosts: boolean; ignored: boolean }): FoundList {
      const all = found(Date.now()).map((one) => ({ ...one, ignored: ignored.has(one.id) }));
      return {
        entries: all.filter((one) => (one.ignored ? wanted.ignored : one.kind !== 'host' || wanted.hosts)),
        counts: {
          devices: all.filter((one) => !one.ignored && one.kind !== 'host').length,
          hosts: all.filter((one) => !one.ignored && one.kind === 'host').length,
          ignored: ignored.size,
        },
        left: 0,
        mndp: { listening: '0.0.0.0:5678', problem: null, canSearch: true },
        lastSearchMs: null,
      };
    },
    search: () => ({ sentTo: 2 }),
    setIgnored(ids: readonly string[], isIgnored: boolean): Record<string, never> {
      for (const id of ids) {
        if (isIgnored) ignored.add(id);
        else ignored.delete(id);
      }
      return {};
    },
    async *add({ ids }: AddFound): AsyncGenerator<AddProgress> {
      for (const [i, id] of ids.entries()) {
        yield { id, state: 'testing', address: '10.0.0.7' };
        await new Promise((resolve) => setTimeout(resolve, 800));
        yield i % 2 === 0
          ? { id, state: 'added', deviceId: 'core', warnings: [] }
          : {
              id,
              state: 'failed',
              code: 'LW_ROUTEROS_LOGIN_FAILED',
              message: 'The login as monitor on 10.0.0.31:8729 was refused: "invalid user name or password (6)".',
              hint: 'Check user name and password.',
            };
      }
    },
    profiles: {
      list: (): Profile[] => profiles,
      save({ password: _password, id = `p${profiles.length + 1}`, ...form }: ProfileForm): Profile {
        const saved = { ...form, id };
        profiles = [...profiles.filter((one) => one.id !== id), saved];
        return saved;
      },
      remove(id: string): { removed: boolean } {
        profiles = profiles.filter((one) => one.id !== id);
        return { removed: true };
      },
    },
  };
}
