// PPP and hotspot sessions, and PPP's accounts.
import { describe, expect, it } from 'vitest';
import { hotspotCollector } from '../../../../electron/engine/collectors/routeros/collectors/hotspot/index.ts';
import {
  pppCollector,
  pppProfilesCollector,
} from '../../../../electron/engine/collectors/routeros/collectors/ppp/index.ts';
import { run } from './harness.ts';

const active = {
  '.id': '*80000001',
  name: 'anna',
  service: 'pppoe',
  'caller-id': 'AA:BB:CC:00:00:01',
  address: '10.9.0.2',
  uptime: '2h3m4s',
  encoding: '',
  'session-id': '0x81500001',
  radius: 'false',
};

describe('ppp', () => {
  it('bytes come from the interface of the session, seen from the customer', async () => {
    const { lines, observations, asked } = await run(pppCollector, {
      '/ppp/active': [active],
      '/interface': [{ name: '<pppoe-anna>', type: 'pppoe-in', 'rx-byte': '100', 'tx-byte': '2000' }],
    });
    expect(asked).toEqual([
      '/ppp/active/print',
      '/interface/print ?type=pppoe-in ?type=l2tp-in ?type=pptp-in ?type=sstp-in ?type=ovpn-in ?type=ppp-in ?#| ?#| ?#| ?#| ?#|',
    ]);
    const labels = 'user="anna",service="pppoe",interface="<pppoe-anna>"';
    expect(lines).toEqual([
      'linewarden_routeros_ppp_active_sessions{service="pppoe"} 1',
      `linewarden_routeros_ppp_session_info{${labels},address="10.9.0.2",caller_id="AA:BB:CC:00:00:01"} 1`,
      `linewarden_routeros_ppp_session_uptime_seconds{${labels}} 7384`,
      `linewarden_routeros_ppp_session_upload_bytes_total{${labels}} 100`,
      `linewarden_routeros_ppp_session_download_bytes_total{${labels}} 2000`,
    ]);
    expect(observations).toEqual([
      {
        kind: 'sessions',
        source: 'ppp',
        rows: [
          {
            name: 'anna',
            isUp: true,
            address: '10.9.0.2',
            service: 'pppoe',
            callerId: 'AA:BB:CC:00:00:01',
            interface: '<pppoe-anna>',
            uptimeSeconds: 7_384,
            rxBytes: 2_000,
            txBytes: 100,
          },
        ],
      },
    ]);
  });

  it('an interface that somebody made for the user is found by its binding', async () => {
    const { lines, asked } = await run(pppCollector, {
      '/ppp/active': [{ ...active, service: 'l2tp' }],
      '/interface': [{ name: 'vpn-anna', 'rx-byte': '1', 'tx-byte': '2' }],
      '/interface/l2tp-server': [{ name: 'vpn-anna', user: 'anna' }],
    });
    expect(asked.at(-1)).toBe('/interface/l2tp-server/print');
    expect(lines).toContain(
      'linewarden_routeros_ppp_session_download_bytes_total{user="anna",service="l2tp",interface="vpn-anna"} 2',
    );
  });

  it.each([
    ['pppoe', 'remote-address', 'AA:BB:CC:00:00:02', 'aa:bb:cc:00:00:01'],
    ['l2tp', 'client-address', '203.0.113.2', '203.0.113.1'],
    // Both behind one address: the one that lasts as long.
    ['ovpn', 'client-address', '203.0.113.1', '203.0.113.1'],
  ])('two %s sessions of one user have the bytes of their own interfaces', async (service, from, later, first) => {
    const { lines } = await run(pppCollector, {
      '/ppp/active': [
        { ...active, service, 'caller-id': later, uptime: '5m' },
        { ...active, service, 'caller-id': first.toUpperCase(), uptime: '2h' },
      ],
      '/interface': [
        { name: `<${service}-anna>`, 'rx-byte': '1', 'tx-byte': '10' },
        { name: `<${service}-anna-1>`, 'rx-byte': '2', 'tx-byte': '20' },
      ],
      [`/interface/${service}-server`]: [
        { name: `<${service}-anna>`, user: 'anna', [from]: first, uptime: '2h1s' },
        { name: `<${service}-anna-1>`, user: 'anna', [from]: later, uptime: '5m1s' },
        { name: `<${service}-ben>`, user: 'ben', [from]: later, uptime: '5m' },
      ],
    });
    const values = (name: string): string[] => lines.filter((line) => line.startsWith(name));
    expect(values('linewarden_routeros_ppp_session_download_bytes_total')).toEqual([
      `linewarden_routeros_ppp_session_download_bytes_total{user="anna",service="${service}",interface="<${service}-anna-1>"} 20`,
      `linewarden_routeros_ppp_session_download_bytes_total{user="anna",service="${service}",interface="<${service}-anna>"} 10`,
    ]);
    expect(values('linewarden_routeros_ppp_session_uptime_seconds').map((line) => line.split(' ').at(-1))).toEqual([
      '300',
      '7200',
    ]);
  });

  it('two sessions of one user that the router does not tell apart have no bytes rather than those of one', async () => {
    const { lines } = await run(pppCollector, {
      '/ppp/active': [active, active],
      '/interface': [{ name: '<pppoe-anna>', 'rx-byte': '1', 'tx-byte': '10' }],
    });
    expect(lines.filter((line) => line.includes('bytes'))).toEqual([]);
  });

  it('a session without an interface or a service that is no menu still is one', async () => {
    const odd = { name: 'x', service: '../../system', uptime: '1s' };
    const { lines, asked, error } = await run(pppCollector, { '/ppp/active': [odd], '/interface': [] });
    expect([error, asked.length]).toEqual([undefined, 2]);
    expect(lines).toContain(
      'linewarden_routeros_ppp_session_uptime_seconds{user="x",service="../../system",interface=""} 1',
    );
  });

  it('nobody connected: no interface is read, and the sessions that were are told to be over', async () => {
    const { lines, observations, asked } = await run(pppCollector, { '/ppp/active': [] });
    expect([lines, asked]).toEqual([[], ['/ppp/active/print']]);
    expect(observations).toEqual([{ kind: 'sessions', source: 'ppp', rows: [] }]);
    expect((await run(pppCollector, {})).isAbsent).toBe(true);
  });
});

describe('ppp_profiles', () => {
  it('tells profile and comment of each account, and never a password', async () => {
    const secrets = [
      { name: 'anna', password: 'hunter2', profile: 'gold', comment: 'Mill street 4', service: 'pppoe' },
      { name: 'ben', password: 'hunter3', profile: 'default' },
      { password: 'hunter4' },
    ];
    const { lines, observations } = await run(pppProfilesCollector, { '/ppp/secret': secrets });
    expect(lines).toEqual([]);
    expect(observations).toEqual([
      {
        kind: 'profiles',
        source: 'ppp',
        rows: [
          { user: 'anna', profile: 'gold', comment: 'Mill street 4' },
          { user: 'ben', profile: 'default' },
        ],
      },
    ]);
    expect(JSON.stringify(observations)).not.toContain('hunter');
  });
});

describe('hotspot', () => {
  it('tells guests; bytes are seen from the guest', async () => {
    const { lines, observations } = await run(hotspotCollector, {
      '/ip/hotspot/active': [
        {
          server: 'hotspot1',
          user: 'room-12',
          address: '10.5.0.9',
          'mac-address': 'AA:BB:CC:00:00:09',
          uptime: '10m',
          'bytes-in': '1000',
          'bytes-out': '50000',
        },
      ],
    });
    const labels = 'user="room-12",server="hotspot1",mac_address="AA:BB:CC:00:00:09"';
    expect(lines).toEqual([
      'linewarden_routeros_hotspot_active_sessions{server="hotspot1"} 1',
      `linewarden_routeros_hotspot_session_info{${labels},address="10.5.0.9"} 1`,
      `linewarden_routeros_hotspot_session_uptime_seconds{${labels}} 600`,
      `linewarden_routeros_hotspot_session_upload_bytes_total{${labels}} 1000`,
      `linewarden_routeros_hotspot_session_download_bytes_total{${labels}} 50000`,
    ]);
    expect(observations[0]).toEqual({
      kind: 'sessions',
      source: 'hotspot',
      rows: [
        {
          name: 'room-12',
          isUp: true,
          address: '10.5.0.9',
          service: 'hotspot',
          callerId: 'AA:BB:CC:00:00:09',
          uptimeSeconds: 600,
          rxBytes: 50_000,
          txBytes: 1_000,
        },
      ],
    });
  });

  it('without the package or guests it is nothing', async () => {
    expect((await run(hotspotCollector, {})).isAbsent).toBe(true);
    expect((await run(hotspotCollector, { '/ip/hotspot/active': [] })).lines).toEqual([]);
  });
});
