// Fields that several kinds of receivers share, as schema and as form.
import { z } from 'zod';
import type { ReceiverField } from './receiver-kind.ts';

/** Made when it is asked for first: a schema takes room, and most programs use one kind of receiver. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Go templates, for the most part; long ones are written in files. */
export const templateText = z.string().max(65_536);

export const secretText = z.string().min(1).max(65_536);

/** An address that may hold a key: what is wrong with it is told without it, by `addressProblem`. */
export const secretUrl = z.string().min(1).max(8_192);

export const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** A rule for a whole section, so that no error quotes the address itself. */
export function addressProblem(section: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const [value, file] = [section[key], section[`${key}_file`]];
  if (value !== undefined && file !== undefined) return `${key} or ${key}_file, not both`;
  return typeof value === 'string' && !isHttpUrl(value) ? `${key} to be an http or https URL` : undefined;
}

/** Says what `problemOf` finds, of the section as a whole. */
export const checked =
  <T>(problemOf: (section: T) => string | undefined) =>
  (section: T, context: z.RefinementCtx): void => {
    const message = problemOf(section);
    if (message !== undefined) context.addIssue({ code: 'custom', message, input: section });
  };

/** A text of the global section. */
export function globalText(global: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = global[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The host of an address that may be secret. */
export const hostOf = (url: string | undefined): string =>
  url !== undefined && URL.canParse(url) ? new URL(url).host : '';

export const sendResolvedField: ReceiverField = {
  name: 'send_resolved',
  label: 'Tell when it is over',
  type: 'boolean',
};

export const signInFields: readonly ReceiverField[] = [
  {
    name: 'http_config.authorization.credentials',
    label: 'Token',
    type: 'secret',
    help: 'Sent as "Authorization: Bearer ...". Leave it empty where none is asked for.',
  },
  { name: 'http_config.basic_auth.username', label: 'User name', type: 'text' },
  { name: 'http_config.basic_auth.password', label: 'Password', type: 'secret' },
];
