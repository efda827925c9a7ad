#!/usr/bin/env node
// The `linewarden` command in a checkout: builds what is stale, then is the built command line.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { endWithNpm } from './end-with-npm.mjs';
import { ensureNode } from './node-version.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
endWithNpm();
await ensureNode(root);

const cli = path.join(root, 'out/main/cli.js');
// Where only the built files are, there is nothing to build with.
if (existsSync(path.join(root, 'electron/cli.ts'))) {
  const { build } = await import('./build.mjs');
  if (!build()) process.exit(1);
}
process.argv[1] = cli;
await import(pathToFileURL(cli).href);
