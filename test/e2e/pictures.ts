// Screenshots that a run keeps, in test-results/screens: one a screen and theme.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';

const dir = path.resolve(import.meta.dirname, '../../test-results/screens');

/** Takes the screen in both themes and leaves the page in the dark one. */
export async function takeBoth(page: Page, name: string): Promise<void> {
  mkdirSync(dir, { recursive: true });
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.mouse.move(0, 0);
    // The graphs take their colours anew at the next frame.
    await page.waitForTimeout(400);
    await page.screenshot({ path: path.join(dir, `${name}-${theme}.png`) });
  }
}

/** Everything that the page said of itself that it should not: errors, and refusals of the content security policy. */
export function watchConsole(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || /content security policy/i.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}
