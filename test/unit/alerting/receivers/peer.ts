// A receiver's other end: answers as it was told to, and keeps what it was sent.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReceiverContext } from '../../../../electron/engine/alerting/receivers/index.ts';
import { notificationTemplates } from '../../../../electron/engine/alerting/receivers/templates/index.ts';
import type { Logger } from '../../../../electron/engine/telemetry/index.ts';

export type Received = {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
};

export type PeerAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** It never answers. */
  readonly isSilent?: boolean;
};

export async function startPeer(answer: (received: Received, count: number) => PeerAnswer = () => ({})) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const { method, url, headers } = request;
      const one: Received = { method, path: url, headers, body: text === '' ? undefined : JSON.parse(text) };
      received.push(one);
      const { status = 200, headers: own = {}, body = '', isSilent = false } = answer(one, received.length);
      if (!isSilent) response.writeHead(status, own).end(body);
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    received,
    async stop() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

/** What receivers are handed, with the default templates; `logged` is what they wrote to the log. */
export function contextOf(overrides: Partial<ReceiverContext> = {}) {
  const logged: string[] = [];
  const log = (fields: unknown, text?: string): void => {
    logged.push(`${JSON.stringify(fields)} ${text ?? ''}`);
  };
  const logger = { warn: log, info: log, error: log, debug: log } as unknown as Logger;
  const context: ReceiverContext = {
    global: {},
    render: notificationTemplates([]),
    signal: new AbortController().signal,
    logger,
    publish: () => true,
    deviceOf: () => undefined,
    ...overrides,
  };
  return { context, logged };
}
