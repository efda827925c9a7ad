// The config as it may be shown: without comments, and without what could be a secret.
import { parse, stringify } from 'yaml';

/** Keys whose value is a secret; those that name a file do not hold one. */
const SECRET_KEY = /(?:^|_)(?:password|passphrase|secret|token|key|credentials|sha256|api_?key|auth)$/i;
const USER_INFO = /\/\/[^/\s@]+@/g;
const HIDDEN = '<secret>';

/** Whoever knows where a webhook or a chat takes messages can write there. */
const SECRET_URL_SECTIONS: ReadonlySet<string> = new Set(['alertmanager', 'heartbeat']);
const SECRET_URL_KEY = /^(?:url|api_url|webhook_url|\w+_api_url|\w+_webhook_url)$/;

/** YAML text in, YAML text out; text that is no YAML gives nothing. */
export const redactConfig = (text: string): string => redactText(text, false);

/** The same for a configuration of Alertmanager's. */
export const redactRouting = (text: string): string => redactText(text, true);

function redactText(text: string, isRouting: boolean): string {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    return '';
  }
  return value === null || value === undefined ? '' : stringify(redacted(value, isRouting));
}

function redacted(value: unknown, isRouting: boolean): unknown {
  if (typeof value === 'string') return value.replaceAll(USER_INFO, `//${HIDDEN}@`);
  if (Array.isArray(value)) return value.map((each) => redacted(each, isRouting));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => {
      if (key === 'headers' && isSection(inner)) return [key, allHidden(inner as object)];
      const isSecret = SECRET_KEY.test(key) || (isRouting && SECRET_URL_KEY.test(key));
      return [key, isSecret && !isSection(inner) ? HIDDEN : redacted(inner, isRouting || SECRET_URL_SECTIONS.has(key))];
    }),
  );
}

/** Whatever a header is called, it may be a key. */
const allHidden = (headers: object): object => Object.fromEntries(Object.keys(headers).map((name) => [name, HIDDEN]));

/** Such as `basic_auth`, whose own keys say what is secret. */
const isSection = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
