import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownMetric } from '../../../electron/engine/api/rpc/explore/own-metrics.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const sources = globSync('electron/engine/collectors/routeros/**/*.ts', { cwd: root });
const names = new Set(
  sources.flatMap((file) => readFileSync(path.join(root, file), 'utf8').match(/linewarden_routeros_[a-z_]+/g) ?? []),
);
const page = readFileSync(path.join(root, 'docs/routeros-metrics.md'), 'utf8');

describe("routers' metrics that MKTXP has no name for", () => {
  it('are found', () => {
    expect(names.size).toBeGreaterThan(20);
  });

  it.each([...names])('%s is explained where queries are written, as what it is', (name) => {
    const told = ownMetric(name);
    expect(told?.help).toMatch(/\.$/);
    expect(told?.type).toBe(name.endsWith('_total') ? 'counter' : 'gauge');
  });

  it.each([...names])('%s is on the page about routers', (name) => {
    // The page writes names that begin alike as `…_rest`.
    const shortened = [...page.matchAll(/`…(_[a-z_]+)`/g)].some(([, rest = '']) => name.endsWith(rest));
    expect(page.includes(`\`${name}\``) || shortened).toBe(true);
  });
});
