// Remote write messages as other programs send them, and deliberately otherwise: a small protobuf writer of the tests' own.
import { compress } from 'snappyjs';
import { LinewardenError } from '../../shared/model/errors.ts';

export const STALE_BITS = 0x7ff0_0000_0000_0002n;

export function varint(value: number | bigint): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Buffer.from(bytes);
}

export const field = (number: number, wireType: number, ...body: Buffer[]): Buffer =>
  Buffer.concat([varint(number * 8 + wireType), ...body]);

export function bytesField(number: number, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body as string);
  return field(number, 2, varint(bytes.length), bytes);
}

export function double(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  if (typeof value === 'bigint') bytes.writeBigUInt64LE(value);
  else bytes.writeDoubleLE(value);
  return bytes;
}

export const label = (name: string, value: string): Buffer =>
  bytesField(1, Buffer.concat([bytesField(1, name), bytesField(2, value)]));

/** A value as bits where its bit pattern matters. */
export type Point = readonly [timeMs: number | bigint, value: number | bigint];

export const sample = ([timeMs, value]: Point): Buffer =>
  bytesField(2, Buffer.concat([field(1, 1, double(value)), field(2, 0, varint(timeMs))]));

export const series = (
  labels: readonly (readonly [string, string])[],
  points: readonly Point[],
  ...others: Buffer[]
): Buffer =>
  bytesField(
    1,
    Buffer.concat([...labels.map(([name, value]) => label(name, value)), ...points.map(sample), ...others]),
  );

export const metadata = (type: number, name: string, help: string, unit = ''): Buffer =>
  bytesField(
    3,
    Buffer.concat([field(1, 0, varint(type)), bytesField(2, name), bytesField(4, help), bytesField(5, unit)]),
  );

export const snappy = (...parts: readonly Buffer[]): Buffer<ArrayBuffer> => Buffer.from(compress(Buffer.concat(parts)));

/** The code of the refusal that `read` ends with; '' without one. */
export function refusalOf(read: () => unknown): string {
  try {
    read();
    return '';
  } catch (error) {
    if (error instanceof LinewardenError) return error.code;
    throw error;
  }
}
