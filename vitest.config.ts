import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Importing the real 'electron' from Node starts a download of its binary.
const alias = { electron: path.resolve(import.meta.dirname, 'test/fakes/electron.ts') };

const project = (name: string, testTimeout = 5_000) => ({
  resolve: { alias },
  test: {
    name,
    environment: 'node' as const,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: Math.max(testTimeout, 10_000),
    typecheck: { enabled: false },
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 15_000),
      project('integration', 60_000),
      project('interop', 90_000),
      project('packaging', 90_000),
    ],
  },
});
