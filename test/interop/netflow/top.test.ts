// The same packets to a served engine and to nfcapd: what `linewarden flows` and nfdump say of them is equal to the byte.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowAnswerSchema } from '../../../shared/model/flow-question.ts';
import type { FlowAnswer } from '../../../shared/model/flow-question.ts';
import { startFlowExporter } from '../../lab/flows/index.ts';
import { cliFile, nodeBinary, startServe } from '../../support/serve.ts';
import { because } from './both.ts';
import { freeUdpPort, missing, pause, startNfcapd, startRelay } from './peers.ts';

const run = promisify(execFile);
const skip = missing(['nfcapd', 'nfdump'], { root: false });
const SENDING_MS = 2_000;

describe.skipIf(skip !== undefined)(`the largest, beside nfdump${because(skip)}`, () => {
  let dataDir = '';
  let nfcapd: Awaited<ReturnType<typeof startNfcapd>>;
  let sent = { bytes: 0, records: 0 };

  const linewarden = async (by: string): Promise<FlowAnswer> => {
    const args = ['flows', 'top', '--by', by, '--limit', '1000', '--last', '1d', '--step', '1h', '--format', 'json'];
    const { stdout } = await run(nodeBinary(), [cliFile, ...args, '--data-dir', dataDir], { maxBuffer: 64 << 20 });
    return flowAnswerSchema.parse(JSON.parse(stdout));
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'linewarden-top-'));
    const port = await freeUdpPort();
    const served = await startServe({
      dataDir,
      config: `netflow: {listen: ['127.0.0.1:${port}']}\nhost: {enabled: false}\n`,
    });
    nfcapd = await startNfcapd();
    const relay = await startRelay([port, nfcapd.port]);
    const exporter = await startFlowExporter({
      version: 9,
      host: '127.0.0.1',
      port: relay.port,
      flowsPerSecond: 2_000,
      seed: 5,
    });
    await pause(SENDING_MS);
    await exporter.stop();
    await pause(500);
    await relay.stop();
    sent = { bytes: exporter.sent.bytes, records: exporter.sent.records };
    // What is open is stored at the end.
    await served.stop();
  }, 60_000);

  afterAll(async () => {
    await nfcapd?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('counts all that was sent', async () => {
    const totals = await nfcapd.totals();
    expect(totals).toMatchObject({ flows: sent.records, bytes: sent.bytes });
    expect(sent.records).toBeGreaterThan(1_000);
    const { total, isExact } = await linewarden('exporter');
    expect([total.bytes, total.packets]).toEqual([totals.bytes, totals.packets]);
    expect(isExact).toBe(true);
  });

  type Counted = readonly [string, number, number];
  const words = (all: readonly Counted[]): string[] => all.map((one) => one.join(' ').toLowerCase()).toSorted();

  it.each([
    ['src', 'srcip'],
    ['dst', 'dstip'],
    ['host', 'ip'],
    ['in_interface', 'inif'],
    ['out_interface', 'outif'],
    ['protocol', 'proto'],
  ])('by %s as nfdump has it by %s', async (by, statistic) => {
    const { rows } = await linewarden(by);
    const theirs = await nfcapd.top(statistic, 1_000);
    // Of an interface its number alone.
    const ours = rows.map(({ keys: [key], bytes, packets }): Counted => [
      key?.value.replace(/^.*\//, '') ?? '',
      bytes,
      packets,
    ]);
    expect(theirs.length).toBeGreaterThan(1);
    expect(words(ours)).toEqual(words(theirs));
    expect(ours.slice(0, 10).map(([, bytes]) => bytes)).toEqual(theirs.slice(0, 10).map(([, bytes]) => bytes));
  });

  it('by source, destination and protocol as nfdump aggregates records', async () => {
    const { rows } = await linewarden('src,dst,protocol');
    const theirs = await nfcapd.conversations(10);
    const ours = rows
      .slice(0, 10)
      .map(({ keys, bytes, packets }): Counted => [keys.map(({ value }) => value).join(' '), bytes, packets]);
    expect(theirs).toHaveLength(10);
    expect(words(ours)).toEqual(words(theirs));
  });
});
