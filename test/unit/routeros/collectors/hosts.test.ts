// ARP, static DNS, kid control and containers.
import { describe, expect, it } from 'vitest';
import { arpCollector } from '../../../../electron/engine/collectors/routeros/collectors/arp/index.ts';
import { needsMet } from '../../../../electron/engine/collectors/routeros/collectors/collector.ts';
import { containerCollector } from '../../../../electron/engine/collectors/routeros/collectors/container/index.ts';
import { dnsStaticCollector } from '../../../../electron/engine/collectors/routeros/collectors/dns-static/index.ts';
import {
  kidControlAssignedCollector,
  kidControlDynamicCollector,
} from '../../../../electron/engine/collectors/routeros/collectors/kid-control/index.ts';
import { run } from './harness.ts';

describe('arp', () => {
  it('counts entries, and those that were answered; only these are hosts', async () => {
    const { lines, observations } = await run(arpCollector, {
      '/ip/arp': [
        { address: '10.0.0.5', 'mac-address': 'AA:BB:CC:00:00:05', interface: 'bridge', complete: 'true' },
        { address: '10.0.0.6', interface: 'bridge', complete: 'false' },
        { address: '10.1.0.2', 'mac-address': 'AA:BB:CC:00:00:06', interface: 'ether1', comment: 'uplink' },
        { address: '10.1.0.3', 'mac-address': 'AA:BB:CC:00:00:07', interface: 'ether1', disabled: 'true' },
      ],
    });
    expect(lines).toEqual([
      'linewarden_routeros_arp_entries{interface="bridge"} 2',
      'linewarden_routeros_arp_entries{interface="ether1"} 2',
      'linewarden_routeros_arp_complete_entries{interface="bridge"} 1',
      'linewarden_routeros_arp_complete_entries{interface="ether1"} 1',
    ]);
    expect(observations).toEqual([
      {
        kind: 'hosts',
        source: 'arp',
        rows: [
          { address: '10.0.0.5', mac: 'AA:BB:CC:00:00:05', interface: 'bridge' },
          { address: '10.1.0.2', mac: 'AA:BB:CC:00:00:06', comment: 'uplink', interface: 'ether1' },
        ],
      },
    ]);
  });

  it('an empty table is nothing', async () => {
    expect((await run(arpCollector, { '/ip/arp': [] })).lines).toEqual([]);
  });
});

describe('dns_static', () => {
  it('tells names of addresses, without other records and those that are switched off', async () => {
    const { observations, lines } = await run(dnsStaticCollector, {
      '/ip/dns/static': [
        { name: 'nas.lan', address: '10.0.0.9', ttl: '1d' },
        { name: 'old.lan', address: '10.0.0.8', disabled: 'true' },
        { name: 'www.lan', cname: 'nas.lan', type: 'CNAME' },
        { regexp: '.*ads.*', address: '127.0.0.1' },
      ],
    });
    expect(lines).toEqual([]);
    expect(observations).toEqual([
      { kind: 'static-names', source: 'dns', rows: [{ address: '10.0.0.9', name: 'nas.lan' }] },
    ]);
  });

  it('a block list of 60,000 names is counted, told, and not read', async () => {
    const { asked, warning, observations } = await run(dnsStaticCollector, { '/ip/dns/static': 60_000 });
    expect(asked).toEqual(['/ip/dns/static/print =count-only=']);
    expect(warning?.message).toBe('60000 static DNS records are too many to be read for names; at most 5000 are.');
    expect(observations).toEqual([]);
  });
});

describe('kid control', () => {
  const given = {
    name: 'tablet',
    'mac-address': 'AA:BB:CC:00:00:31',
    user: 'Tim',
    'ip-address': '10.0.0.31',
    'bytes-down': '900',
    'bytes-up': '80',
    'rate-up': '1200',
    'rate-down': '3.4Mbps',
    'idle-time': '5s',
    disabled: 'false',
  };
  const seen = { name: '', 'mac-address': 'AA:BB:CC:00:00:32', user: '', 'bytes-down': '1' };
  const answers = { '/ip/kid-control/device': [given, seen], '/ip/dhcp-server/lease': [] };

  it('tells devices that somebody was given apart from those that were merely seen', async () => {
    const labels = 'name="tablet",dhcp_name="AA:BB:CC:00:00:31",mac_address="AA:BB:CC:00:00:31",user="Tim"';
    expect((await run(kidControlAssignedCollector, answers)).lines).toEqual([
      `mktxp_kid_control_device_info{${labels},ip_address="10.0.0.31",disabled="false"} 1`,
      `mktxp_kid_control_device_bytes_down_total{${labels}} 900`,
      `mktxp_kid_control_device_bytes_up_total{${labels}} 80`,
      `mktxp_kid_control_device_rate_up{${labels}} 1200`,
      `mktxp_kid_control_device_rate_down{${labels}} 3400000`,
      `mktxp_kid_control_device_idle_time{${labels}} 5`,
    ]);
    const other = 'name="",dhcp_name="AA:BB:CC:00:00:32",mac_address="AA:BB:CC:00:00:32",user=""';
    expect((await run(kidControlDynamicCollector, answers)).lines).toEqual([
      `mktxp_kid_control_device_info{${other},ip_address="",disabled=""} 1`,
      `mktxp_kid_control_device_bytes_down_total{${other}} 1`,
    ]);
  });
});

describe('container', () => {
  it('is an info each; before 7.20 the image is called tag', async () => {
    const { lines } = await run(containerCollector, {
      '/container': [
        { name: 'dns', repo: 'pihole:latest', os: 'linux', arch: 'arm64', status: 'running' },
        { name: 'web', tag: 'nginx:1', os: 'linux', arch: 'arm64', status: 'stopped' },
      ],
    });
    expect(lines).toEqual([
      'mktxp_container_info{name="dns",repo="pihole:latest",os="linux",arch="arm64",status="running"} 1',
      'mktxp_container_info{name="web",repo="nginx:1",os="linux",arch="arm64",status="stopped"} 1',
    ]);
  });

  it('needs v7 and the package', () => {
    expect(needsMet(containerCollector.needs, { version: '7.15.3', packages: ['routeros'] })).toBe(false);
    expect(needsMet(containerCollector.needs, { version: '7.15.3', packages: ['routeros', 'container'] })).toBe(true);
    expect(needsMet(containerCollector.needs, { version: '6.49.17', packages: ['container'] })).toBe(false);
  });
});
