// What the shell remembers between starts: the window's place and how it closes. A broken file means the defaults.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { shellSettingsSchema } from '../../shared/model/shell-messages.ts';

const boundsSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(320).max(32_767),
  height: z.number().int().min(240).max(32_767),
});

const storedSchema = shellSettingsSchema.extend({
  bounds: boundsSchema.nullable(),
  maximized: z.boolean(),
  /** Whether it was once explained that the closed window is still watching. */
  trayExplained: z.boolean(),
});

export type Bounds = z.infer<typeof boundsSchema>;
export type StoredSettings = z.infer<typeof storedSchema>;

// A monitor that stops watching when its window closes would fail its owner silently.
const DEFAULTS: StoredSettings = { closeToTray: true, bounds: null, maximized: false, trayExplained: false };

export type Settings = {
  get(): StoredSettings;
  change(change: Partial<StoredSettings>): StoredSettings;
};

export function openSettings(file: string, onProblem: (message: string) => void): Settings {
  let current = read(file);
  return {
    get: () => current,
    change: (change) => {
      current = { ...current, ...change };
      try {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(`${file}.new`, JSON.stringify(current), { mode: 0o600 });
        renameSync(`${file}.new`, file);
      } catch (error) {
        // Forgetting where the window was is no reason to stop.
        onProblem(`The window's settings could not be kept: ${String(error)}`);
      }
      return current;
    },
  };
}

function read(file: string): StoredSettings {
  try {
    const stored: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const parsed = storedSchema.partial().safeParse(stored);
    return parsed.success ? storedSchema.parse({ ...DEFAULTS, ...parsed.data }) : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}
