import { describe, expect, it } from 'vitest';
import { OversizedCutter } from '../../../electron/engine/collectors/mqtt/oversized.ts';

/** PUBLISH with QoS 1 to "a/b", packet id 7, and so many bytes of payload: written by the specification's figure 3.1.1. */
const publish = (payload: number): Buffer => {
  const size = 2 + 3 + 2 + payload;
  const length = size < 128 ? [size] : size < 16_384 ? [(size & 127) | 128, size >> 7] : [];
  return Buffer.from([0x32, ...length, 0, 3, 0x61, 0x2f, 0x62, 0, 7, ...Array<number>(payload).fill(0x78)]);
};
const pingresp = Buffer.from([0xd0, 0x00]);

const through = (cutter: OversizedCutter, bytes: Buffer, step: number): Buffer | undefined => {
  const passed: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    const pieces = cutter.pass(bytes.subarray(at, at + step));
    if (pieces === undefined) return undefined;
    passed.push(...pieces);
  }
  return Buffer.concat(passed);
};

describe('messages that are too large', () => {
  it('go on with topic and id and the mark for a payload, however the bytes arrive; all else is untouched', () => {
    const bytes = Buffer.concat([publish(20), publish(5_000), pingresp, publish(300), publish(1)]);
    for (const step of [1, 2, 3, 7, 64, 100_000]) {
      const cutter = new OversizedCutter(200);
      const cut = Buffer.from([0x32, 39, 0, 3, 0x61, 0x2f, 0x62, 0, 7, ...cutter.mark]);
      expect(through(cutter, bytes, step)).toEqual(Buffer.concat([publish(20), cut, pingresp, cut, publish(1)]));
    }
  });

  it('end the connection where no message can be made of them', () => {
    // A SUBACK of 300 bytes; a length of five bytes; a topic that is longer than its packet.
    const topic = Buffer.concat([Buffer.from([0x32, 0xac, 0x02, 0xff, 0xff]), Buffer.alloc(298)]);
    for (const bytes of [Buffer.from([0x90, 0xac, 0x02]), Buffer.from([0x30, 128, 128, 128, 128, 1]), topic]) {
      expect(through(new OversizedCutter(200), bytes, 1)).toBeUndefined();
    }
  });
});
