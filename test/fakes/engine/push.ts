// Clients and headends that push: some of the config, some of the window, one whose key was changed lately.
import type { PushKey, PushStatus } from '../../../shared/contract/index.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

export type FakePush = {
  status(): PushStatus;
  addClient(form: { id: string; name: string; type: string }): { key: string };
  rotateKey(id: string, overlapMs: number): { key: string };
  revokeKey(id: string, keyId: string): void;
  removeClient(id: string): void;
  rotateToken(overlapMs: number): { key: string };
  revokeToken(id: string): void;
};

export function createFakePush(isEmpty: boolean, now: () => number = Date.now): FakePush {
  let made = 0;
  const key = (createdMs: number, validUntilMs: number | null = null, hint = 'lwp_q3Zt'): PushKey => ({
    id: `key-${++made}`,
    hint,
    createdMs,
    validUntilMs,
  });
  const rotated = (keys: readonly PushKey[], overlapMs: number, hint: string): PushKey[] => [
    ...(overlapMs === 0
      ? []
      : keys.map((one) => ({ ...one, validUntilMs: Math.min(one.validUntilMs ?? Infinity, now() + overlapMs) }))),
    key(now(), null, hint),
  ];
  const seen = (minutes: number, deviceId: string) => ({ lastCheckInMs: now() - minutes * MINUTE, deviceId });
  const never = { lastCheckInMs: null, deviceId: null };
  let clients: PushStatus['clients'] = isEmpty
    ? []
    : [
        {
          id: 'c1',
          name: 'laptop-7',
          type: 'native',
          provisioned: true,
          sample: false,
          keys: [],
          ...seen(2, 'client/c1'),
        },
        {
          id: 'gw-mill',
          name: 'Mill street gateway',
          type: 'docker',
          provisioned: false,
          sample: false,
          keys: [key(now() - 40 * DAY)],
          ...seen(1, 'client/gw-mill'),
        },
        {
          id: 'gw-quay',
          name: 'Quay gateway',
          type: 'docker',
          provisioned: false,
          sample: false,
          keys: [key(now() - 90 * DAY, now() + 6 * DAY, 'lwp_h8Lm'), key(now() - DAY)],
          ...seen(190, 'client/gw-quay'),
        },
        {
          id: 'phone-ana',
          name: 'phone-ana',
          type: 'native',
          provisioned: false,
          sample: false,
          keys: [key(now() - 3_600_000)],
          ...never,
        },
      ];
  let tokens: PushKey[] = isEmpty ? [] : [key(now() - 12 * DAY, null, 'lwm_vR2x')];
  const headends: PushStatus['headends'] = isEmpty
    ? []
    : [
        {
          id: 'h1',
          name: 'headend-eu-1',
          region: 'eu',
          datacenter: 'fra1',
          provisioned: true,
          sample: false,
          ...seen(0.5, 'headend/h1'),
        },
        {
          id: 'h9',
          name: 'headend-lab',
          region: '',
          datacenter: '',
          provisioned: false,
          sample: false,
          ...seen(3, 'headend/h9'),
        },
      ];
  return {
    status: () => ({
      clients: [...clients],
      headends,
      jwt: isEmpty ? null : { algorithm: 'EdDSA', audience: 'linewarden' },
      acceptsNewHeadends: true,
      url: 'http://127.0.0.1:22000',
      metrics: { tokens: [...tokens], provided: isEmpty ? [] : ['file'] },
    }),
    addClient({ id, name, type }) {
      clients = [
        ...clients,
        {
          id,
          name: name || id,
          type: type || 'native',
          provisioned: false,
          sample: false,
          keys: [key(now(), null, 'lwp_Zk1w')],
          ...never,
        },
      ];
      return { key: 'lwp_Zk1wQm5uT0dYc2hMb3RzT2ZSYW5kb21uZXNz' };
    },
    rotateKey(id, overlapMs) {
      clients = clients.map((one) =>
        one.id === id ? { ...one, keys: rotated(one.keys, overlapMs, 'lwp_N9ew') } : one,
      );
      return { key: 'lwp_N9ewQm5uT0dYc2hMb3RzT2ZSYW5kb21uZXNz' };
    },
    revokeKey(id, keyId) {
      clients = clients.map((one) =>
        one.id === id ? { ...one, keys: one.keys.filter((each) => each.id !== keyId) } : one,
      );
    },
    removeClient(id) {
      clients = clients.filter((one) => one.id !== id);
    },
    rotateToken(overlapMs) {
      tokens = rotated(tokens, overlapMs, 'lwm_N9ew');
      return { key: 'lwm_N9ewQm5uT0dYc2hMb3RzT2ZSYW5kb21uZXNz' };
    },
    revokeToken(id) {
      tokens = tokens.filter((one) => one.id !== id);
    },
  };
}
