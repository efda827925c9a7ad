// Which of RouterOS's two generations a router is of.
import type { RouterFacts } from '../facts.ts';
import { majorVersion } from '../values.ts';

/** A router whose version is not known is taken for one of today. */
export const isBefore7 = ({ version }: RouterFacts): boolean => (majorVersion(version ?? '') ?? 7) < 7;

/** Whether a v7 is older than this minor version, such as 13 for 7.13. */
export function isV7Before(minor: number, { version }: RouterFacts): boolean {
  const match = /^7\.(\d+)/.exec(version ?? '');
  return match !== null && Number(match[1]) < minor;
}
