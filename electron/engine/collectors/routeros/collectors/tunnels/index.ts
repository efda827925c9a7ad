// EoIP, GRE and IPIP tunnels: their ends, and the packet size that fits through.
import type { Sample } from '../../samples.ts';
import { parseBoolean, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { labelsOf, measure } from '../rows.ts';

type Kind = { readonly name: string; readonly mktxpName: string; readonly ends: readonly string[] };

const tunnel = ({ name, mktxpName, ends }: Kind): Collector => ({
  name,
  mktxpName,
  reads: `its ${name === 'eoip' ? 'EoIP' : name.toUpperCase()} tunnels: their ends and MTU`,
  enabled: 'off',
  defaultIntervalMs: 60_000,
  async collect(session) {
    const rows = await session
      .print(`/interface/${name}`, { proplist: [...ends, 'mtu', 'actual-mtu', 'running'] })
      .catch(noSuchCommand);
    return rows.flatMap((row): Sample[] => [
      ...measure(row, labelsOf(row, [...ends, 'mtu']), [['mktxp_interface_mtu', 'actual-mtu', parseNumber]]),
      // MKTXP tells the actual MTU under this name too.
      ...(name === 'eoip'
        ? measure(row, labelsOf(row, ends), [['mktxp_interface_l2mtu', 'actual-mtu', parseNumber]])
        : []),
      ...measure(row, { name: row.get('name') ?? '', kind: name }, [
        ['linewarden_routeros_tunnel_running', 'running', parseBoolean],
      ]),
    ]);
  },
});

const ENDS = ['name', 'local-address', 'remote-address'];

export const eoipCollector = tunnel({ name: 'eoip', mktxpName: 'EOIPCollector', ends: [...ENDS, 'tunnel-id'] });
export const greCollector = tunnel({ name: 'gre', mktxpName: 'GRECollector', ends: ENDS });
export const ipipCollector = tunnel({ name: 'ipip', mktxpName: 'IPIPCollector', ends: ENDS });
