// Simulated scrape targets: living counters and histograms over HTTP, that can be made to fail in each way there is.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createApp } from './app.ts';
import { writeExposition } from './families.ts';
import { createMutiMetroo } from './muti-metroo.ts';
import { createNode } from './node.ts';

export type ExporterKind = 'node' | 'app' | 'muti-metroo';

export type ExporterOptions = {
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  readonly kind: ExporterKind;
  readonly seed: number;
};

export type Exporter = {
  /** Where its metrics are. */
  readonly url: string;
  /** Requests answered or held so far. */
  readonly requests: number;
  stop(): Promise<void>;
  /** Down: connections are refused (the port stays its own), as when the program has ended. */
  setDown(isDown: boolean): Promise<void>;
  /** Hanging: takes requests and never answers. */
  setHang(hangs: boolean): void;
  /** A bad line in the middle of the answer. */
  setBadBody(isBad: boolean): void;
};

const KINDS = { node: createNode, app: createApp, 'muti-metroo': createMutiMetroo } as const;
const CONTENT_TYPES = {
  openMetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  text: 'text/plain; version=0.0.4; charset=utf-8',
} as const;

export async function startExporter(options: ExporterOptions): Promise<Exporter> {
  const families = KINDS[options.kind](options.seed);
  const startedMs = performance.now();
  const sockets = new Set<Socket>();
  let hangs = false;
  let isBad = false;
  let isDown = false;
  let requests = 0;

  const answer = (accept: string, encodings: string, response: ServerResponse): void => {
    const openMetrics = accept.includes('application/openmetrics-text');
    let text = writeExposition(families((performance.now() - startedMs) / 1000), openMetrics);
    if (isBad) {
      const middle = text.indexOf('\n', text.length >> 1) + 1;
      text = `${text.slice(0, middle)}this is not a sample\n${text.slice(middle)}`;
    }
    const gzip = encodings.includes('gzip');
    response.writeHead(200, {
      'content-type': openMetrics ? CONTENT_TYPES.openMetrics : CONTENT_TYPES.text,
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(gzip ? gzipSync(text) : text);
  };

  const server = createServer((request, response) => {
    requests++;
    if (hangs) return;
    if (request.url !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
      return;
    }
    answer(request.headers.accept ?? '', request.headers['accept-encoding'] ?? '', response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  const listen = async (port: number): Promise<number> => {
    server.listen(port, options.host);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };

  const port = await listen(options.port);
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}/metrics`,
    get requests() {
      return requests;
    },
    async stop() {
      if (isDown) return;
      isDown = true;
      await close();
    },
    async setDown(down) {
      if (down === isDown) return;
      isDown = down;
      if (down) await close();
      else await listen(port);
    },
    setHang(value) {
      hangs = value;
    },
    setBadBody(value) {
      isBad = value;
    },
  };
}
