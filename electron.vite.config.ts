import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const at = (...parts: string[]) => path.resolve(import.meta.dirname, ...parts);

// Every thread and every program of the main side is an entry of its own, side by side in out/main,
// so that `threadEntry()` finds a thread's file next to the caller's whether packed or not.
export default defineConfig({
  main: {
    build: {
      rolldownOptions: {
        input: {
          main: at('electron/main/main.ts'),
          engine: at('electron/engine/utility.ts'),
          cli: at('electron/cli.ts'),
          'metrics-writer': at('electron/engine/store/metrics/writer-thread.ts'),
          'metrics-reader': at('electron/engine/store/metrics/reader-thread.ts'),
          'flow-thread': at('electron/engine/collectors/netflow/flow-thread.ts'),
          'lab-thread': at('test/lab/lab-thread.ts'),
        },
        output: { chunkFileNames: '[name].js', entryFileNames: '[name].js' },
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
    build: { rolldownOptions: { input: { index: at('renderer/index.html') } } },
  },
});
