// Keeps the compiled code of the program beside its data, so that the next start does not compile it again.
import { readdirSync, rmSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import path from 'node:path';
import { VERSION } from '../../shared/model/version.ts';

/**
 * For this process and the threads that it starts; to be called before what is to be cached is imported. Not in the
 * system's folder for such things, where others could put code for us.
 */
export function useCodeCache(dataDir: string): void {
  const folder = path.join(dataDir, 'cache');
  const own = `code-${VERSION}`;
  try {
    for (const name of readdirSync(folder)) {
      if (name.startsWith('code-') && name !== own) rmSync(path.join(folder, name), { recursive: true, force: true });
    }
  } catch {
    // There is none yet.
  }
  const { directory } = enableCompileCache(path.join(folder, own));
  // Threads have it from here.
  if (directory !== undefined) process.env['NODE_COMPILE_CACHE'] = path.join(folder, own);
}

/** Writes what was compiled so far: a process that is killed writes nothing. */
export const keepCompiledCode = (): void => flushCompileCache();
