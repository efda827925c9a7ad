import { describe, expect, it } from 'vitest';
import { identityCollector } from '../../../../electron/engine/collectors/routeros/collectors/identity/index.ts';
import { run } from './harness.ts';

describe('identity', () => {
  it('is an info metric with the name', async () => {
    const { lines, facts } = await run(identityCollector, { '/system/identity': [{ name: 'core' }] });
    expect(lines).toEqual(['mktxp_system_identity_info{name="core"} 1']);
    expect(facts).toEqual({ identity: 'core' });
  });

  it('is nothing when the answer is empty', async () => {
    expect((await run(identityCollector, { '/system/identity': [] })).lines).toEqual([]);
  });
});
