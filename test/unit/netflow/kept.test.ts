// What outlives a restart of ours: templates, sampling, names; and senders that are not to be stored.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { allowList } from '../../../electron/engine/collectors/netflow/allow-list.ts';
import { Keeper } from '../../../electron/engine/collectors/netflow/keeper.ts';
import { loadKept, parseKept, saveKept } from '../../../electron/engine/collectors/netflow/kept-file.ts';
import {
  Bytes,
  type FieldSpec,
  ipfixMessage,
  ipfixOptions,
  ipfixTemplates,
  ipfixWithdrawal,
  set,
  v9Options,
  v9Packet,
  v9Templates,
} from '../../lab/flows/wire.ts';
import { Collect, EXPORTER, NOW_MS, NOW_S } from './collect.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'kept-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const file = path.join(dir, 'flow-templates.json');

it('is written again a minute later when it could not be', async () => {
  const errors: unknown[] = [];
  const folder = path.join(dir, 'later');
  const kept = path.join(folder, 'flow-templates.json');
  const { decoder } = new Collect({});
  const keeper = new Keeper(kept, decoder, NOW_MS, (error) => errors.push(error));
  await keeper.last(NOW_MS);
  expect(errors).toMatchObject([{ code: 'ENOENT' }]);
  mkdirSync(folder);
  keeper.tick(NOW_MS + 59_999);
  keeper.tick(NOW_MS + 60_000);
  await vi.waitFor(() => expect(readFileSync(kept, 'utf8')).toBe('{"format":1,"exporters":[]}'));
  expect(errors).toHaveLength(1);
});

const FIELDS: readonly FieldSpec[] = [
  [11, 2],
  [1, 4],
  [2, 4],
  [10, 2],
];
const record = (port: number, bytes: number, packets = 1, inInterface = 3) =>
  new Bytes().uint(port, 2).uint(bytes, 4).uint(packets, 4).uint(inInterface, 2).done();
const ipfix = (sets: Uint8Array[], sequence = 0) => ipfixMessage({ exportSeconds: NOW_S, sequence, domain: 7 }, sets);
const v9 = (sets: Uint8Array[], { sequence = 0, uptimeMs = 100_000, atS = NOW_S } = {}) =>
  v9Packet({ count: 1, uptimeMs, unixSeconds: atS, sequence, sourceId: 7 }, sets);

const restarted = async (before: Collect, nowMs = NOW_MS): Promise<Collect> => {
  await saveKept(file, before.decoder.keep());
  return new Collect({ kept: loadKept(file, nowMs) });
};

const told = (collect: Collect) => {
  const names = collect.decoder.exporters.get(EXPORTER)?.names;
  return [names?.interfaces(), names?.applications()];
};

describe('over a restart', () => {
  it('the first packet is understood, and scaled, without a new template', async () => {
    const before = new Collect().send(
      ipfix([
        ipfixTemplates({ id: 256, fields: FIELDS }),
        ipfixOptions({ id: 300, scope: [[149, 4]], fields: [[34, 4]] }),
        set(300, new Bytes().uint(7, 4).uint(100, 4).done()),
        set(256, record(443, 1_000)),
      ]),
    );
    expect(before.rows).toMatchObject([{ dstPort: 443, bytes: 100_000 }]);
    const after = await restarted(before);
    expect(after.send(ipfix([set(256, record(80, 500))], 9)).rows).toMatchObject([{ dstPort: 80, bytes: 50_000 }]);
  });

  it('enterprise fields and both forms of options templates are as they were', async () => {
    const scope: FieldSpec[] = [[2, 4]];
    const before = new Collect()
      .send(
        ipfix([
          ipfixTemplates({
            id: 256,
            fields: [
              [11, 2],
              [99, 3, 14_988],
              [1, 4],
            ],
          }),
        ]),
      )
      .send(v9([v9Templates({ id: 257, fields: FIELDS }), v9Options({ id: 301, scope, fields: [[34, 4]] })]))
      .send(v9([set(257, record(443, 1_000))], { sequence: 1 }));
    const after = await restarted(before);
    after
      .send(ipfix([set(256, new Bytes().uint(22, 2).uint(0, 3).uint(90, 4).done())]))
      // Sampling of interface 3, by the options template of the run before.
      .send(v9([set(301, new Bytes().uint(3, 4).uint(10, 4).done())], { sequence: 2 }))
      .send(v9([set(257, record(443, 1_000))], { sequence: 3 }));
    expect(after.rows.map(({ dstPort, bytes }) => [dstPort, bytes])).toEqual([
      [22, 90],
      [443, 10_000],
    ]);
  });

  it('a template of before the exporter itself was restarted is not believed', async () => {
    const before = new Collect().send(v9([v9Templates({ id: 256, fields: FIELDS }), set(256, record(443, 1_000))]));
    const after = await restarted(before);
    // An hour later, with an uptime of ten seconds.
    after.send(v9([set(256, record(80, 500))], { uptimeMs: 10_000, atS: NOW_S + 3_600 }), {
      nowMs: NOW_MS + 3_600_000,
    });
    expect(after.rows).toEqual([]);
    const same = await restarted(before);
    same.send(v9([set(256, record(80, 500))], { uptimeMs: 3_700_000, atS: NOW_S + 3_600 }), {
      nowMs: NOW_MS + 3_600_000,
    });
    expect(same.rows).toMatchObject([{ dstPort: 80, bytes: 500 }]);
  });

  it('what nobody used for a week is left out, and so are withdrawn templates', async () => {
    const before = new Collect().send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS }), set(256, record(443, 1))]));
    before.send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS }), set(256, record(443, 1_000))], 1));
    expect(loadKept(file, NOW_MS)).not.toEqual([]);
    await saveKept(file, before.decoder.keep());
    expect(loadKept(file, NOW_MS + 8 * 86_400_000)).toEqual([]);
    before.send(ipfix([ipfixWithdrawal(256)], 2));
    expect(before.decoder.keep()).toEqual([]);
  });

  it('what was kept stays kept while its exporter is silent', async () => {
    const before = new Collect().send(
      ipfix([ipfixTemplates({ id: 256, fields: FIELDS }), set(256, record(443, 1_000))]),
    );
    const silent = await restarted(before);
    const after = await restarted(silent);
    expect(after.send(ipfix([set(256, record(80, 500))], 9)).rows).toMatchObject([{ dstPort: 80 }]);
  });

  it('names of interfaces and applications are kept too', async () => {
    const before = new Collect().send(
      ipfix([
        ipfixOptions({
          id: 300,
          scope: [[10, 4]],
          fields: [
            [82, 8],
            [83, 12],
          ],
        }),
        ipfixOptions({ id: 301, scope: [[95, 4]], fields: [[96, 0xffff]] }),
        set(300, new Bytes().uint(3, 4).raw(Buffer.from('ether3\0\0')).raw(Buffer.from('to the barn\0')).done()),
        set(301, new Bytes().uint(0x0d00_01c5, 4).variable(Buffer.from('youtube')).done()),
        ipfixTemplates({ id: 256, fields: FIELDS }),
        set(256, record(443, 1_000)),
      ]),
    );
    const expected = [[{ index: 3, name: 'ether3', comment: 'to the barn' }], [{ id: 0x0d00_01c5, name: 'youtube' }]];
    expect(told(before)).toEqual(expected);
    const after = await restarted(before);
    after.send(ipfix([set(256, record(80, 500))], 9));
    expect(told(after)).toEqual(expected);
  });

  it.each([
    { name: 'no JSON', text: '{"format":1,' },
    { name: 'another format', text: '{"format":2,"exporters":[]}' },
    { name: 'nothing', text: '' },
  ])('a file with $name in it is as good as none', ({ text }) => {
    writeFileSync(file, text);
    expect(loadKept(file, NOW_MS)).toEqual([]);
  });

  it('entries that are damaged are left out, and the others read', async () => {
    const before = new Collect().send(
      ipfix([ipfixTemplates({ id: 256, fields: FIELDS }), set(256, record(443, 1_000))]),
    );
    await saveKept(file, before.decoder.keep());
    const root = JSON.parse(readFileSync(file, 'utf8')) as { exporters: unknown[] };
    root.exporters.unshift(null, 5, { address: 7 }, { address: '192.0.2.9', domains: [{ version: 9, id: -1 }] });
    expect(parseKept(JSON.stringify(root), NOW_MS).map(({ address }) => address)).toEqual([EXPORTER]);
    const cut = JSON.stringify(root).replace(/"layout":"..../, '"layout":"');
    const collect = new Collect({ kept: parseKept(cut, NOW_MS) });
    expect(collect.send(ipfix([set(256, record(80, 500))], 9)).rows).toEqual([]);
  });
});

describe('an allow-list', () => {
  const message = ipfix([ipfixTemplates({ id: 256, fields: FIELDS }), set(256, record(443, 1_000))]);

  it('has everybody else listed, and not read', () => {
    const collect = new Collect({ isAllowed: allowList(['192.0.2.0/28', '2001:db8::1']) });
    for (const address of ['192.0.2.1', '2001:db8::1', '192.0.2.16', '192.0.2.16', '2001:db8::2']) {
      collect.send(message, { address });
    }
    expect([...collect.decoder.exporters.keys()]).toEqual(['192.0.2.1', '2001:db8::1']);
    expect(collect.rows).toHaveLength(2);
    expect(collect.decoder.notAllowed.map(({ address, packets }) => [address, packets])).toEqual([
      ['192.0.2.16', 2],
      ['2001:db8::2', 1],
    ]);
  });

  it('lists no more than 200, the latest', () => {
    const collect = new Collect({ isAllowed: allowList(['192.0.2.1']) });
    for (let i = 0; i < 1_000; i++) collect.send(message, { address: `198.51.${i >> 8}.${i & 255}` });
    expect(collect.decoder.notAllowed).toHaveLength(200);
    expect(collect.decoder.notAllowed.at(-1)).toMatchObject({ address: '198.51.3.231' });
  });

  it('that is empty lets everybody in', () => {
    expect(allowList([])).toBeUndefined();
  });
});

describe('a record that its interface cannot carry', () => {
  // 100 Mbit/s carry 750 MB in a minute; twice that is given for inexact times.
  const fast = ipfix([ipfixTemplates({ id: 256, fields: FIELDS }), set(256, record(443, 1_600_000_000, 2_000_000))]);

  it('is taken out, counted, and told as the last one', () => {
    const collect = new Collect();
    collect.decoder.setSpeeds(new Map([[EXPORTER, new Map([[3, 100_000_000]])]]));
    collect.send(fast);
    expect(collect.rows).toEqual([]);
    expect(collect.counts().dropped).toEqual({ too_fast: 1 });
    expect(collect.decoder.exporters.get(EXPORTER)?.lastQuarantined).toMatchObject({
      reason: 'too_fast',
      bytes: 1_600_000_000,
      inInterface: 3,
    });
  });

  it.each([
    { name: 'the speed is not known', speeds: new Map<number, number>() },
    { name: 'it is another interface', speeds: new Map([[4, 1_000]]) },
    { name: 'the interface is fast enough', speeds: new Map([[3, 1_000_000_000]]) },
  ])('is counted where $name', ({ speeds }) => {
    const collect = new Collect();
    collect.decoder.setSpeeds(new Map([[EXPORTER, speeds]]));
    expect(collect.send(fast).rows).toHaveLength(1);
  });
});
