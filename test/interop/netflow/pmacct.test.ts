// nfprobe of pmacct, another real exporter, measures real traffic on loopback; nfcapd and nfdump see the same packets.
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../unit/netflow/recording.ts';
import { because, ourTotals, settled, startBoth } from './both.ts';
import { freeUdpPort, missing, pause, startNfprobe, transfer } from './peers.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const skip = missing(['pmacctd', 'nfcapd', 'nfdump'], { root: true });

describe.skipIf(skip !== undefined)(`nfprobe on loopback${because(skip)}`, () => {
  it.each([5, 9, 10] as const)('version %i: a TCP transfer is counted as nfdump counts it', async (version) => {
    const { store, nfcapd, relay } = await startBoth(cleanups);
    const port = await freeUdpPort();
    const nfprobe = await startNfprobe({ version, port: relay.port, filter: `tcp and port ${port}` });
    cleanups.push(() => nfprobe.stop());
    await pause(500);
    const payload = 600_000;
    await transfer(payload, port);
    await pause(1_000);
    // It exports what it has when it ends.
    await nfprobe.stop();
    await until('the transfer is stored', () => ourTotals(store).bytes > payload);
    await settled(store);
    const ours = ourTotals(store);
    expect(ours.flows).toBe(2);
    expect(ours.bytes).toBeGreaterThanOrEqual(payload + ours.packets * 40);
    expect(ours.bytes).toBeLessThanOrEqual(payload + ours.packets * 80);
    expect(store.total('linewarden_flow_dropped_total')).toBe(0);
    expect(store.total('linewarden_flow_lost_total')).toBe(0);
    expect(await nfcapd.totals()).toEqual(ours);
  });
});
