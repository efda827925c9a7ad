import { describe, expect, it } from 'vitest';
import {
  firewallCollector,
  ipv6FirewallCollector,
} from '../../../../electron/engine/collectors/routeros/collectors/firewall/index.ts';
import { run } from './harness.ts';

describe('firewall', () => {
  it('gives the bytes of each rule that matched, in four tables', async () => {
    const rule = { chain: 'input', action: 'drop', bytes: '840', packets: '10', comment: 'drop invalid', log: 'true' };
    const { lines, asked } = await run(firewallCollector, {
      '/ip/firewall/filter': [rule, { chain: 'forward', action: 'fasttrack-connection', bytes: '99' }],
      '/ip/firewall/raw': [{ ...rule, chain: 'prerouting', log: 'false' }],
      '/ip/firewall/nat': [{ chain: 'srcnat', action: 'masquerade', bytes: '7', comment: 'out' }],
      '/ip/firewall/mangle': [{ chain: 'forward', action: 'change-mss', bytes: '0' }, { chain: 'forward' }],
    });
    expect(asked[0]).toBe('/ip/firewall/filter/print =stats=');
    expect(lines).toEqual([
      'mktxp_firewall_filter_total{name="| input | drop | drop invalid",log="1"} 840',
      'mktxp_firewall_filter_total{name="| forward | fasttrack-connection | ",log="0"} 99',
      'mktxp_firewall_raw_total{name="| prerouting | drop | drop invalid",log="0"} 840',
      'mktxp_firewall_nat_total{name="| srcnat | masquerade | out",log="0"} 7',
    ]);
  });

  it('rules that look the same are one series', async () => {
    const rule = { chain: 'input', action: 'accept', bytes: '10' };
    const { lines } = await run(firewallCollector, { '/ip/firewall/filter': [rule, { ...rule, bytes: '32' }] });
    expect(lines).toEqual(['mktxp_firewall_filter_total{name="| input | accept | ",log="0"} 42']);
  });

  it('IPv6 has names of its own; v6 has no raw and nat for it', async () => {
    const { lines, isAbsent } = await run(ipv6FirewallCollector, {
      '/ipv6/firewall/filter': [{ chain: 'input', action: 'drop', bytes: '1' }],
      '/ipv6/firewall/mangle': [],
    });
    expect(lines).toEqual(['mktxp_firewall_filter_ipv6_total{name="| input | drop | ",log="0"} 1']);
    expect(isAbsent).toBe(false);
  });

  it('is not on a router without the package', async () => {
    expect(await run(ipv6FirewallCollector, {})).toMatchObject({ lines: [], error: undefined, isAbsent: true });
  });
});
