// The router's own name.
import type { Collector } from '../collector.ts';

export const identityCollector: Collector = {
  name: 'identity',
  mktxpName: 'IdentityCollector',
  reads: 'its name',
  enabled: 'always',
  async collect(session, { learn }) {
    const [row] = await session.print('/system/identity');
    const name = row?.get('name');
    if (name === undefined) return [];
    learn({ identity: name });
    return [{ name: 'mktxp_system_identity_info', labels: { name }, value: 1 }];
  },
};
