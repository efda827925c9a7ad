// Takes what webhooks are sent, by the path that they are sent to.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export type HookAlert = {
  readonly status: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
};

export type Hook = {
  readonly version: string;
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly receiver: string;
  readonly status: string;
  readonly alerts: HookAlert[];
  readonly groupLabels: Record<string, string>;
  readonly commonLabels: Record<string, string>;
  readonly commonAnnotations: Record<string, string>;
  readonly externalURL: string;
};

export type Webhooks = {
  readonly url: string;
  /** In the order in which they came. */
  readonly received: { readonly path: string; readonly atMs: number; readonly hook: Hook }[];
  stop(): Promise<void>;
};

export async function takeWebhooks(): Promise<Webhooks> {
  const received: Webhooks['received'] = [];
  const server = createServer((request, response) => {
    void json(request).then((hook) => {
      received.push({ path: request.url ?? '', atMs: Date.now(), hook: hook as Hook });
      response.writeHead(200).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
