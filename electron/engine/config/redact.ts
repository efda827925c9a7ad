// The config as it may be shown: without comments, and without what could be a secret.
import { parse, stringify } from 'yaml';

/** Keys whose value is a secret; those that name a file do not hold one. */
const SECRET_KEY = /(?:^|_)(?:password|passphrase|secret|token|key|credentials|sha256|api_?key|auth)$/i;
const USER_INFO = /\/\/[^/\s@]+@/g;
const HIDDEN = '<secret>';

/** YAML text in, YAML text out; text that is no YAML gives nothing. */
export function redactConfig(text: string): string {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    return '';
  }
  return value === null || value === undefined ? '' : stringify(redacted(value));
}

function redacted(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(USER_INFO, `//${HIDDEN}@`);
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET_KEY.test(key) && !isSection(inner) ? HIDDEN : redacted(inner),
    ]),
  );
}

/** Such as `basic_auth` or `headers`, whose own keys say what is secret. */
const isSection = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
