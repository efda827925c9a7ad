// A fake engine for work on the window: node test/fakes/engine/main.ts --port 22000 [--empty] [--token TOKEN] [--window DIR]
// Serves out/renderer and speaks the contract over /rpc with a network that moves but does not exist.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { createFakeRouter } from './router.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '22000' },
    empty: { type: 'boolean', default: false },
    token: { type: 'string', default: 'fake' },
    window: { type: 'string', default: path.resolve(import.meta.dirname, '../../../out/renderer') },
  },
});
const ROOT = path.resolve(values.window);
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

const server = createServer((request, response) => {
  const name = new URL(request.url ?? '/', 'http://localhost').pathname;
  const file = path.join(ROOT, name === '/' ? 'index.html' : name);
  if (!file.startsWith(ROOT)) return void response.writeHead(404).end();
  readFile(file).then(
    (body) =>
      response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' }).end(body),
    () => response.writeHead(404).end(),
  );
});

const handler = new RPCHandler(createFakeRouter({ empty: values.empty }));
const sockets = new WebSocketServer({ server, path: '/rpc' });
sockets.on('connection', (socket) => {
  socket.once('message', (data) => {
    // ws hands a text message over as a Buffer.
    const first: unknown = JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '{}');
    if (typeof first !== 'object' || first === null || !('token' in first) || first.token !== values.token) {
      socket.close(4401, 'bad token');
      return;
    }
    void handler.upgrade(socket);
    socket.send('{"ok":true}');
  });
});

server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : values.port;
  process.stdout.write(`ready http://127.0.0.1:${port}/#token=${values.token}\n`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
