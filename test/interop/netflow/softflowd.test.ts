// softflowd, a real exporter, measures real traffic on loopback; nfcapd and nfdump, a real collector, see the same packets.
import { afterEach, describe, expect, it } from 'vitest';
import { startFlowExporter } from '../../lab/flows/index.ts';
import { until } from '../../unit/netflow/recording.ts';
import { because, ourTotals, settled, startBoth } from './both.ts';
import { freeUdpPort, missing, noise, pause, startSoftflowd, transfer } from './peers.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const skipSoftflowd = missing(['softflowd', 'softflowctl', 'nfcapd', 'nfdump'], { root: true });

describe.skipIf(skipSoftflowd !== undefined)(`softflowd on loopback${because(skipSoftflowd)}`, () => {
  it.each([5, 9, 10] as const)(
    'version %i: a TCP transfer appears under its port, and nfdump agrees',
    async (version) => {
      const { store, nfcapd, relay } = await startBoth(cleanups);
      const softflowd = await startSoftflowd({ version, port: relay.port });
      cleanups.push(() => softflowd.stop());
      await pause(300);
      const payload = 1_234_567;
      const dstPort = await transfer(payload);
      await noise();
      await pause(500);
      expect(await softflowd.packetsSeen()).toBeGreaterThan(10);
      await softflowd.expire();

      const of = (metric: string, port: number) =>
        store.last(`edge_ipfix_${metric}_total{dst_port="${port}",exporter="127.0.0.1",protocol="tcp"}`);
      await until('the transfer is stored', () => of('bytes', dstPort) !== undefined);
      await softflowd.stop();
      await settled(store);
      const bytes = of('bytes', dstPort) ?? 0;
      const packets = of('packets', dstPort) ?? 0;
      // Beside the payload, each packet has an IP and a TCP header of 20 bytes each, and up to 40 of options.
      expect(bytes).toBeGreaterThanOrEqual(payload + packets * 40);
      expect(bytes).toBeLessThanOrEqual(payload + packets * 80);
      expect(of('flows', dstPort)).toBe(1);
      expect(store.total('linewarden_flow_dropped_total')).toBe(0);
      expect(store.total('linewarden_flow_lost_total')).toBe(0);
      expect(await nfcapd.totals()).toEqual(ourTotals(store));
    },
  );

  it('both directions in one IPFIX record (RFC 5103): the answers are a row of their own, and nfdump agrees', async () => {
    const { store, nfcapd, relay } = await startBoth(cleanups);
    const [port, fromPort] = [await freeUdpPort(), await freeUdpPort()];
    const softflowd = await startSoftflowd({ version: 10, port: relay.port, isBidirectional: true });
    cleanups.push(() => softflowd.stop());
    await pause(300);
    await transfer(400_000, port, fromPort);
    await noise();
    await pause(500);
    expect(await softflowd.packetsSeen()).toBeGreaterThan(10);
    await softflowd.expire();
    await until('the transfer is stored', () => ourTotals(store).bytes > 400_000);
    await softflowd.stop();
    await settled(store);
    const tcp = (metric: string, dstPort: number): number =>
      store.last(`edge_ipfix_${metric}_total{dst_port="${dstPort}",exporter="127.0.0.1",protocol="tcp"}`) ?? 0;
    const [sentBytes, sent] = [tcp('bytes', port), tcp('packets', port)];
    expect(sentBytes).toBeGreaterThanOrEqual(400_000 + sent * 40);
    expect(sentBytes).toBeLessThanOrEqual(400_000 + sent * 80);
    // The answers are acknowledgements: headers and nothing else.
    const [answerBytes, answers] = [tcp('bytes', fromPort), tcp('packets', fromPort)];
    expect(answers).toBeGreaterThan(3);
    expect(answerBytes).toBeGreaterThanOrEqual(answers * 40);
    expect(answerBytes).toBeLessThanOrEqual(answers * 80);
    expect(store.total('linewarden_flow_dropped_total')).toBe(0);
    // nfdump counts each direction as a flow of its own.
    const { bytes, packets } = ourTotals(store);
    expect(await nfcapd.totals()).toMatchObject({ bytes, packets });
  });
});

const skipNfcapd = missing(['nfcapd', 'nfdump'], { root: false });

describe.skipIf(skipNfcapd !== undefined)(`nfdump and the simulated exporter${because(skipNfcapd)}`, () => {
  it.each([5, 9, 10] as const)('version %i: both collectors agree with what was sent', async (version) => {
    const { store, nfcapd, relay } = await startBoth(cleanups);
    const exporter = await startFlowExporter({
      version,
      host: '127.0.0.1',
      port: relay.port,
      flowsPerSecond: 3_000,
      seed: 5,
    });
    await until('2000 records are sent', () => exporter.sent.records >= 2_000);
    await exporter.stop();
    await until('all is stored', () => ourTotals(store).flows === exporter.sent.records);
    const { records, flowPackets, bytes } = exporter.sent;
    expect(ourTotals(store)).toEqual({ flows: records, packets: flowPackets, bytes });
    expect(await nfcapd.totals()).toEqual({ flows: records, packets: flowPackets, bytes });
  });
});
