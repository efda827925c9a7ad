import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const at = (...parts: string[]) => path.resolve(import.meta.dirname, ...parts);

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Licence comments keep their authors' names, escaped: the minifier's `charset` leaves comments alone. */
const asciiComments = {
  name: 'ascii-comments',
  generateBundle(_options: unknown, bundle: Record<string, { type: string; code?: string }>): void {
    for (const file of Object.values(bundle)) {
      if (file.code !== undefined) file.code = file.code.replaceAll(/[^\0-\x7f]/g, escapeUnit);
    }
  },
};

// Every thread and every program of the main side is an entry of its own, side by side in out/main,
// so that `threadEntry()` finds a thread's file next to the caller's whether packed or not.
export default defineConfig({
  main: {
    plugins: [asciiComments],
    build: {
      rolldownOptions: {
        input: {
          main: at('electron/main/main.ts'),
          engine: at('electron/engine/utility.ts'),
          cli: at('electron/cli.ts'),
          'metrics-writer': at('electron/engine/store/metrics/writer-thread.ts'),
          'metrics-reader': at('electron/engine/store/metrics/reader-thread.ts'),
          'flows-writer': at('electron/engine/store/flows/writer-thread.ts'),
          'flows-reader': at('electron/engine/store/flows/reader-thread.ts'),
          'flow-thread': at('electron/engine/collectors/netflow/flow-thread.ts'),
          'lab-thread': at('test/lab/lab-thread.ts'),
        },
        output: {
          chunkFileNames: '[name].js',
          entryFileNames: '[name].js',
          // A source is held in memory for as long as the program runs, at two bytes a character once one is not ASCII.
          minify: { compress: true, mangle: { keepNames: true }, codegen: true },
          charset: 'ascii',
        },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: at('electron/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    plugins: [react()],
    build: { minify: true, rolldownOptions: { input: { index: at('renderer/index.html') } } },
  },
});
