import { gzipSync } from 'node:zlib';
import { compress } from 'snappyjs';
import { describe, expect, it } from 'vitest';
import * as fc from '../../fakes/fast-check.ts';
import { FrameGuard } from '../../../electron/engine/collectors/mqtt/frame-guard.ts';
import { setUpIntake } from './doubles.ts';

const anyBytes = fc.uint8Array({ maxLength: 300 });
const anyText = fc.string({ maxLength: 200, unit: 'binary' });
const anyJson = fc.json({ maxDepth: 4 });
const anyValue = fc.oneof(fc.double(), fc.string(), fc.constant(null), fc.boolean(), fc.jsonValue({ maxDepth: 1 }));
const informLike = fc
  .record(
    {
      edge_id: anyValue,
      customer_id: anyValue,
      type: anyValue,
      wan_ip: anyValue,
      uptime: anyValue,
      cpu: anyValue,
      memory: anyValue,
      timestamp: anyValue,
      interfaces: fc.oneof(anyValue, fc.array(fc.record({ name: anyValue, up: anyValue, rx_bytes: anyValue }))),
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));
const payload = fc.oneof(
  anyBytes.map((bytes) => Buffer.from(bytes)),
  fc.oneof(anyText, anyJson, informLike).map((text) => Buffer.from(text)),
);
const wrapped = fc.oneof(
  payload,
  payload.map((bytes) => gzipSync(bytes)),
  payload.map((bytes) => Buffer.from(compress(bytes))),
);

describe('any payload', () => {
  it('settles: stored under its own edge, or refused and counted', async () => {
    const intake = setUpIntake();
    const { send, appender, account } = intake;
    await fc.assert(
      fc.asyncProperty(
        wrapped,
        fc.constantFrom('metrics', 'inform', 'keepalive'),
        fc.boolean(),
        async (bytes, kind, kept) => {
          await send(`edge/SN7/${kind}`, bytes, kept);
        },
      ),
      { numRuns: 1_500 },
    );
    expect(account.total).toBe(1_500);
    expect(account.refusedTotal).toBeGreaterThan(100);
    expect(appender.labels.length).toBeGreaterThan(20);
    expect(new Set(appender.labels.map((labels) => labels.get('edge_id')))).toEqual(new Set(['SN7']));
    // What some informs claim cannot be seen here: it is only that no edge but this one came to be.
    expect(intake.inventory.list().map(({ id }) => id)).toEqual(['edge/SN7']);
  });
});

const packet = (size: number): number[] => {
  const bytes = [0x30];
  let rest = size;
  do {
    bytes.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return [...bytes, ...Array.from({ length: size }, () => 0xff)];
};

describe('the guard of packet sizes', () => {
  it('sees each size, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (sizes, cuts) => {
          const bytes = Uint8Array.from(sizes.flatMap(packet));
          const guard = new FrameGuard(300);
          let passed = true;
          for (let at = 0, i = 0; at < bytes.length && passed; i++) {
            const cut = cuts[i % cuts.length]!;
            passed = guard.pass(bytes.subarray(at, at + cut));
            at += cut;
          }
          expect(passed).toBe(sizes.every((size) => size <= 300));
        },
      ),
    );
  });

  it('refuses a size of more than four bytes', () => {
    expect(new FrameGuard(2 ** 40).pass(Uint8Array.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]))).toBe(false);
  });
});
