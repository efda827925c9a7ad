import { availableParallelism } from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Importing the real 'electron' from Node starts a download of its binary.
const fake = (name: string): string => path.resolve(import.meta.dirname, `test/fakes/${name}.ts`);
const alias = { electron: fake('electron'), 'fast-check': fake('fast-check') };

// The engine's threads run from source in tests: their stripped and compiled form is kept, or each start would pay for it again.
process.env['NODE_COMPILE_CACHE'] ??= path.resolve(import.meta.dirname, 'node_modules/.cache/node-compile');

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
    // Most of them wait for threads, sockets and children as long as they compute.
    maxWorkers: Math.max(2, availableParallelism()),
    // Node strips types in WebAssembly. With several threads doing so, V8 at times frees a wrapper's code twice when it
    // replaces the wrapper by an optimised one (SIGSEGV in WasmEngine::FreeDeadCode): in tests it keeps the first one.
    execArgv: ['--wasm-wrapper-tiering-budget=2000000000'],
    projects: [
      project('unit', 15_000),
      project('integration', 60_000),
      project('interop', 90_000),
      project('packaging', 90_000),
    ],
  },
});
