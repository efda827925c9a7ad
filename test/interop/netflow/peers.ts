// softflowd, pmacct's nfprobe, nfcapd and nfdump as test peers: found, started on ports of their own, always stopped.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PEER_TIMEOUT_MS = 15_000;
const TRANSFER_STEP_BYTES = 20_000;
const NOISE_DATAGRAMS = 600;

function findProgram(name: string): string | undefined {
  for (const dir of [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/bin', '/usr/local/bin']) {
    try {
      accessSync(path.join(dir, name), constants.X_OK);
      return path.join(dir, name);
    } catch {
      // Not there.
    }
  }
  return undefined;
}

/** undefined: all is there. */
export function missing(programs: readonly string[], needs: { root: boolean }): string | undefined {
  const absent = programs.filter((program) => findProgram(program) === undefined);
  if (absent.length > 0) return `${absent.join(', ')} not installed`;
  return needs.root && process.getuid?.() !== 0 ? 'capturing needs root' : undefined;
}

export const pause = (durationMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, durationMs));

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), PEER_TIMEOUT_MS);
  await exit;
  clearTimeout(timer);
}

/** A UDP port that is free now, for programs that cannot choose one themselves. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

export type NfdumpTotals = { flows: number; packets: number; bytes: number };

/** nfcapd on a port; `totals` stops it and asks nfdump what it has stored. */
export async function startNfcapd(): Promise<{
  port: number;
  totals(): Promise<NfdumpTotals>;
  /** The largest by nfdump's statistic (srcip, ip, proto, ...), as its value with bytes and packets; after `totals`. */
  top(statistic: string, rows: number): Promise<(readonly [string, number, number])[]>;
  /** The largest by source, destination and protocol; after `totals`. */
  conversations(rows: number): Promise<(readonly [string, number, number])[]>;
  stop(): Promise<void>;
}> {
  const port = await freeUdpPort();
  const dir = await mkdtemp(path.join(tmpdir(), 'nfcapd-'));
  const child = spawn(findProgram('nfcapd') ?? '', ['-b', '127.0.0.1', '-p', String(port), '-w', dir, '-t', '3600']);
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (text: Buffer) => {
      if (text.toString().includes('Startup')) resolve();
    });
    child.once('exit', () => reject(new Error('nfcapd ended while starting')));
    setTimeout(() => reject(new Error('nfcapd did not start')), PEER_TIMEOUT_MS).unref();
  });
  await ready;
  const stop = async (): Promise<void> => {
    await ended(child, 'SIGTERM');
    await rm(dir, { recursive: true, force: true });
  };
  const nfdump = async (...args: string[]): Promise<string> => {
    const [file = ''] = (await readdir(dir)).filter((name) => name.startsWith('nfcapd.2'));
    const { stdout } = await run(findProgram('nfdump') ?? '', [...args, '-r', path.join(dir, file)], {
      timeout: PEER_TIMEOUT_MS,
    });
    return stdout;
  };
  return {
    port,
    stop,
    async top(statistic, rows) {
      const csv = await nfdump('-s', `${statistic}/bytes`, '-n', String(rows), '-o', 'csv');
      // ts,te,td,pr,val,fl,flP,pkt,pktP,byt,...
      const cells = csv.split('\n').map((line) => line.split(','));
      return cells
        .slice(
          1,
          cells.findIndex(([first]) => first === '' || first === 'Summary'),
        )
        .map((row) => [row[4] ?? '', Number(row[9]), Number(row[7])] as const);
    },
    async conversations(rows) {
      const format = ['-N', '-q', '-6', '-o', 'fmt:%sa,%da,%pr,%byt,%pkt'];
      const told = await nfdump('-A', 'srcip,dstip,proto', '-s', 'record/bytes', '-n', String(rows), ...format);
      return told.split('\n').flatMap((line) => {
        const [src = '', dst = '', protocol = '', bytes, packets] = line.split(',').map((cell) => cell.trim());
        return dst === '' ? [] : [[`${src} ${dst} ${protocol}`, Number(bytes), Number(packets)] as const];
      });
    },
    async totals() {
      await ended(child, 'SIGTERM');
      const stdout = await nfdump('-I');
      const value = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(stdout)?.[1]);
      return { flows: value('Flows'), packets: value('Packets'), bytes: value('Bytes') };
    },
  };
}

/**
 * softflowd on the loopback interface; `expire` makes it export every flow that it tracks. It gets no filter, so
 * that any traffic moves its capture on.
 */
export async function startSoftflowd(options: {
  version: 5 | 9 | 10;
  port: number;
  /** Both directions of a flow in one record (RFC 5103). */
  isBidirectional?: boolean;
  filter?: string;
}): Promise<{ packetsSeen(): Promise<number>; expire(): Promise<void>; stop(): Promise<void> }> {
  const dir = await mkdtemp(path.join(tmpdir(), 'softflowd-'));
  const control = path.join(dir, 'ctl');
  const child = spawn(findProgram('softflowd') ?? '', [
    '-d',
    '-i',
    'lo',
    '-n',
    `127.0.0.1:${options.port}`,
    '-v',
    String(options.version),
    '-p',
    path.join(dir, 'pid'),
    '-c',
    control,
    ...(options.isBidirectional === true ? ['-b'] : []),
    ...(options.filter === undefined ? [] : [options.filter]),
  ]);
  const command = async (name: string): Promise<string> => {
    const { stdout } = await run(findProgram('softflowctl') ?? '', ['-c', control, name], { timeout: PEER_TIMEOUT_MS });
    return stdout;
  };
  const packetsSeen = async (): Promise<number> =>
    Number(/Packets processed: (\d+)/.exec(await command('statistics'))?.[1]);
  const deadlineMs = Date.now() + PEER_TIMEOUT_MS;
  for (;;) {
    try {
      await packetsSeen();
      break;
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
      await pause(50);
    }
  }
  return {
    packetsSeen,
    async expire() {
      await command('expire-all');
    },
    async stop() {
      await ended(child, 'SIGTERM');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** pmacct's nfprobe on the loopback interface, for what the filter names; it exports when it is stopped. */
export async function startNfprobe(options: {
  version: 5 | 9 | 10;
  port: number;
  filter: string;
}): Promise<{ stop(): Promise<void> }> {
  const dir = await mkdtemp(path.join(tmpdir(), 'nfprobe-'));
  const config = path.join(dir, 'pmacctd.conf');
  const lines = [
    'daemonize: false',
    'pcap_interface: lo',
    `pcap_filter: ${options.filter}`,
    'plugins: nfprobe',
    `nfprobe_receiver: 127.0.0.1:${options.port}`,
    `nfprobe_version: ${options.version}`,
    'nfprobe_timeouts: expint=1:tcp.fin=1:tcp.rst=1:general=1',
    'aggregate: src_host, dst_host, src_port, dst_port, proto, tos, tcpflags',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  const child = spawn(findProgram('pmacctd') ?? '', ['-f', config]);
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    const listen = (text: Buffer): void => {
      said += text.toString();
      if (said.includes('Exporting flows to')) resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', () => reject(new Error(`pmacctd ended while starting: ${said}`)));
    setTimeout(() => reject(new Error(`pmacctd did not start: ${said}`)), PEER_TIMEOUT_MS).unref();
  });
  await ready;
  return {
    async stop() {
      await ended(child, 'SIGINT');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Sends so many bytes over TCP; resolves with the port once the receiver has them all and both sides are closed. */
export async function transfer(bytes: number, onPort = 0, fromPort = 0): Promise<number> {
  let received = 0;
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    socket.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(onPort, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = connect({ port, host: '127.0.0.1', ...(fromPort > 0 && { localPort: fromPort }) });
  const closed = new Promise<void>((resolve, reject) => {
    client.once('error', reject);
    client.once('close', () => resolve());
  });
  client.resume();
  // In small steps, so that the capture keeps up.
  for (let left = bytes; left > 0; left -= TRANSFER_STEP_BYTES) {
    client.write(Buffer.alloc(Math.min(left, TRANSFER_STEP_BYTES), 0x61));
    await pause(5);
  }
  client.end();
  await closed;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (received !== bytes) throw new Error(`sent ${bytes} bytes, ${received} arrived`);
  return port;
}

/**
 * Datagrams to nobody in particular: the capture hands packets over in blocks, and softflowd sees the last ones of a
 * transfer only once others have filled their block.
 */
export async function noise(): Promise<void> {
  const sink = createSocket('udp4');
  await new Promise<void>((resolve) => sink.bind(0, '127.0.0.1', resolve));
  const { port } = sink.address();
  for (let i = 0; i < NOISE_DATAGRAMS; i++) {
    sink.send(Buffer.alloc(8_000), port, '127.0.0.1');
    if (i % 20 === 0) await pause(2);
  }
  await new Promise<void>((resolve) => sink.close(() => resolve()));
}

/** Hands each datagram to the handler and passes it on to these ports, so that two collectors see the same packets. */
export async function startRelay(
  ports: readonly number[],
  onPacket?: (packet: Buffer) => void,
): Promise<{ port: number; stop(): Promise<void> }> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  socket.on('message', (packet) => {
    onPacket?.(packet);
    for (const port of ports) socket.send(packet, port, '127.0.0.1');
  });
  return {
    port: socket.address().port,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
