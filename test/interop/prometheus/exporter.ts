// A small exporter whose values all change with each scrape, and whose series come and go.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

const SERIES = 400;
/** A series that is there for so many scrapes, then not for as many. */
const COMES_AND_GOES = 12;

export type Exporter = { readonly target: string; stop(): Promise<void> };

export async function startExporter(): Promise<Exporter> {
  let scrapes = 0;
  const server = createServer((_request, response) => {
    scrapes++;
    const lines = ['# HELP load_total Work done.', '# TYPE load_total counter'];
    for (let n = 0; n < SERIES; n++) {
      // Every now and then one begins anew.
      const since = scrapes % (150 + n);
      lines.push(`load_total{n="${n}",shape="${'x'.repeat(n % 40)}"} ${since * (n + 1)}`);
    }
    lines.push('# TYPE depth gauge');
    for (const [n, value] of [Math.sin(scrapes), 1 / scrapes, 1e21 * scrapes, -0, 5e-324].entries()) {
      lines.push(`depth{n="${n}"} ${value}`);
    }
    lines.push(`depth{n="nan"} NaN`, `depth{n="inf"} ${scrapes % 2 === 0 ? '+Inf' : '-Inf'}`);
    if (Math.floor(scrapes / COMES_AND_GOES) % 2 === 0) lines.push(`visitor{n="1"} ${scrapes}`);
    response.setHeader('Content-Type', 'text/plain; version=0.0.4');
    response.end(`${lines.join('\n')}\n`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    target: `127.0.0.1:${port}`,
    async stop() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
