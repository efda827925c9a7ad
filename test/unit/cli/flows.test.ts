// What the command says of an engine whose answer it cannot use.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { askEngine } from '../../../electron/cli/flows.ts';
import { flowQuestionSchema } from '../../../shared/model/flow-question.ts';

const question = flowQuestionSchema.parse({ startMs: 0, endMs: 60_000, by: ['host'] });
let server: Server | undefined;
const dir = mkdtempSync(path.join(tmpdir(), 'flows-cli-'));
const token = path.join(dir, 'token');
writeFileSync(token, 'x');

afterEach(() => {
  vi.unstubAllGlobals();
  server?.close();
  server = undefined;
  rmSync(dir, { recursive: true, force: true });
});

it('tells of another version', async () => {
  server = createServer((_, response) => response.end('{"status":"success","data":{"rows":7}}'));
  await new Promise<void>((resolve) => {
    server?.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await expect(askEngine(`http://127.0.0.1:${port}`, token, question)).rejects.toMatchObject({
    code: 'LW_CLI_OTHER_VERSION',
    message: `the engine at http://127.0.0.1:${port} answers as another version does`,
  });
});

it.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'LW_CLI_CERTIFICATE'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'LW_CLI_CERTIFICATE'],
  ['ECONNREFUSED', 'LW_CLI_NO_ENGINE'],
])('tells a certificate that is not trusted from an engine that does not answer: %s', async (code, told) => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'flows-cli-')), 'token');
  writeFileSync(file, 'x');
  vi.stubGlobal('fetch', () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })),
  );
  await expect(askEngine('https://engine.test', file, question)).rejects.toMatchObject({ code: told });
});
