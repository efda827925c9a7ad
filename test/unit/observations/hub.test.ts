// The hub keeps what each device told last, and no listener spoils it for another.
import { describe, expect, it, vi } from 'vitest';
import { createObservationHub, type Observed } from '../../../electron/engine/observations/index.ts';

const hosts = (address: string) => ({ kind: 'hosts', source: 'dhcp', rows: [{ address }] }) as const;

describe('the observation hub', () => {
  it('keeps the latest of each device, kind and source until the device is forgotten', () => {
    const hub = createObservationHub(() => {});
    hub.publish('core', 1, hosts('10.0.0.5'));
    hub.publish('core', 2, hosts('10.0.0.6'));
    hub.publish('core', 2, { kind: 'hosts', source: 'arp', rows: [{ address: '10.0.0.7' }] });
    hub.publish('tower', 3, hosts('10.0.1.5'));
    expect(hub.latest('hosts').map(({ observation }) => observation.rows[0]?.address)).toEqual([
      '10.0.0.6',
      '10.0.0.7',
      '10.0.1.5',
    ]);
    hub.forget('core');
    expect(hub.latest('hosts').map(({ deviceId }) => deviceId)).toEqual(['tower']);
    expect(hub.latest('neighbours')).toEqual([]);
  });

  it('tells each listener of its kind, also when another one throws', () => {
    const errors: unknown[] = [];
    const hub = createObservationHub((error) => errors.push(error));
    const told = vi.fn<(observed: Observed<'hosts'>) => void>();
    hub.subscribe('hosts', () => {
      throw new Error('broken');
    });
    const end = hub.subscribe('hosts', told);
    hub.publish('core', 1, hosts('10.0.0.5'));
    hub.publish('core', 1, { kind: 'static-names', source: 'dns', rows: [] });
    end();
    hub.publish('core', 2, hosts('10.0.0.6'));
    expect(told.mock.calls).toEqual([[{ deviceId: 'core', atMs: 1, observation: hosts('10.0.0.5') }]]);
    expect(errors).toEqual([new Error('broken'), new Error('broken')]);
  });

  it('takes no more rows than a small network has', () => {
    const hub = createObservationHub(() => {});
    const rows = Array.from({ length: 50_001 }, (_, i) => ({ address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}` }));
    hub.publish('core', 1, { kind: 'hosts', source: 'arp', rows });
    expect(hub.latest('hosts')[0]?.observation.rows).toHaveLength(50_000);
  });
});
