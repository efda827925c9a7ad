// Builds the window alone, for work on it against the fake engine; releases are built by electron-vite.
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '../../../renderer'),
  base: './',
  plugins: [react()],
  build: { outDir: path.resolve(import.meta.dirname, '../../../out/renderer'), emptyOutDir: true },
});
