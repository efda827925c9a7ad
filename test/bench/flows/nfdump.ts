// nfdump beside the store: the same flows sent to nfcapd as NetFlow v5, and its answers' CPU time.
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { end, sleep } from '../processes.ts';
import type { MadeFlow } from './population.ts';

const PORT = Number(process.env['BENCH_NFCAPD_PORT'] ?? 25_155);
const RECORDS = 30;
const HEADER_BYTES = 24;
const RECORD_BYTES = 48;
/** What may wait in the socket: less than what any system gives it. */
const MAX_WAITING_BYTES = 64 * 1024;
const FIRST_EPHEMERAL = 20_000;

export type Nfdump = {
  readonly flows: number;
  readonly bytes: number;
  /** CPU milliseconds of the whole program. */
  ask(args: readonly string[]): number;
  close(): void;
};

export const hasNfdump = (): boolean =>
  process.platform === 'linux' && ['nfdump', 'nfcapd'].every((name) => spawnSync(name, ['-V']).status === 0);

/** Throws when nfcapd did not get all of them. */
export async function toNfdump(count: number, next: () => MadeFlow): Promise<Nfdump> {
  const dir = mkdtempSync(path.join(tmpdir(), 'nfcapd-'));
  const nfcapd = spawn('nfcapd', ['-w', dir, '-b', '127.0.0.1', '-p', `${PORT}`, '-t', '3600', '-B', '4000000', '-y'], {
    stdio: 'ignore',
  });
  try {
    await until(() => waitingBytes() !== undefined);
    await send(count, next);
    await until(() => waitingBytes() === 0);
    await sleep(500);
  } finally {
    await end(nfcapd);
  }
  const close = (): void => rmSync(dir, { recursive: true, force: true });
  const files = readdirSync(dir).filter((name) => /^nfcapd\.\d+$/.test(name));
  const told = files.map((name) => spawnSync('nfdump', ['-I', '-r', path.join(dir, name)]).stdout.toString());
  const sumOf = (what: string): number =>
    told.reduce((sum, text) => sum + Number(new RegExp(`^${what}: (\\d+)`, 'm').exec(text)?.[1] ?? 0), 0);
  if (sumOf('Flows') !== count) {
    close();
    throw new Error(`nfcapd stored ${sumOf('Flows')} of ${count} flows`);
  }
  return {
    flows: sumOf('Flows'),
    bytes: sumOf('Bytes'),
    ask(args) {
      const childBefore = childCpuMs();
      const outcome = spawnSync('nfdump', ['-R', dir, '-q', ...args]);
      if (outcome.status !== 0) throw new Error(`nfdump failed: ${outcome.stderr.toString()}`);
      return childCpuMs() - childBefore;
    },
    close,
  };
}

/** Of the children that have ended, in ticks of 10 ms. */
function childCpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

async function send(count: number, next: () => MadeFlow): Promise<void> {
  const socket = createSocket('udp4');
  const nowMs = Date.now();
  for (let sent = 0; sent < count;) {
    const records = Math.min(RECORDS, count - sent);
    const packet = Buffer.alloc(HEADER_BYTES + records * RECORD_BYTES);
    packet.writeUInt16BE(5, 0);
    packet.writeUInt16BE(records, 2);
    packet.writeUInt32BE(3_600_000, 4);
    packet.writeUInt32BE(Math.floor(nowMs / 1_000), 8);
    packet.writeUInt32BE(sent, 16);
    for (let i = 0; i < records; i++) writeRecord(packet, HEADER_BYTES + i * RECORD_BYTES, next(), sent + i);
    await new Promise<void>((resolve, reject) => {
      socket.send(packet, PORT, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)));
    });
    sent += records;
    if (sent % (RECORDS * 16) === 0) {
      while ((waitingBytes() ?? 0) > MAX_WAITING_BYTES) await sleep(1);
    }
  }
  socket.close();
}

function writeRecord(packet: Buffer, at: number, flow: MadeFlow, index: number): void {
  const ephemeral = FIRST_EPHEMERAL + (index % 40_000);
  const hasPorts = flow.protocol === 6 || flow.protocol === 17;
  packet.writeUInt32BE(flow.isReply ? flow.remote : flow.host, at);
  packet.writeUInt32BE(flow.isReply ? flow.host : flow.remote, at + 4);
  packet.writeUInt16BE(flow.isReply ? 1 : flow.inside, at + 12);
  packet.writeUInt16BE(flow.isReply ? flow.inside : 1, at + 14);
  packet.writeUInt32BE(flow.packets, at + 16);
  packet.writeUInt32BE(flow.bytes, at + 20);
  packet.writeUInt32BE(3_590_000, at + 24);
  packet.writeUInt32BE(3_599_000, at + 28);
  packet.writeUInt16BE(hasPorts ? (flow.isReply ? flow.service : ephemeral) : 0, at + 32);
  packet.writeUInt16BE(hasPorts && flow.isReply ? ephemeral : flow.service, at + 34);
  packet.writeUInt8(flow.protocol, at + 38);
  packet.writeUInt8(flow.dscp << 2, at + 39);
}

/** In nfcapd's socket; undefined before there is one. */
function waitingBytes(): number | undefined {
  const port = PORT.toString(16).toUpperCase().padStart(4, '0');
  for (const line of readFileSync('/proc/net/udp', 'utf8').split('\n')) {
    const [, local, , , queues] = line.trim().split(/\s+/);
    if (local?.endsWith(`:${port}`) === true) return Number.parseInt(queues?.split(':')[1] ?? '0', 16);
  }
  return undefined;
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    if (holds()) return;
    await sleep(20);
  }
  throw new Error('nfcapd does not listen');
}
