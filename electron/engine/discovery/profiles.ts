// Credential profiles: a user, how to connect, and a password that stays in the secret store.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { profileSchema } from '../../../shared/contract/index.ts';
import type { Profile, ProfileForm } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { SecretStore } from '../secrets/index.ts';
import type { StateStore } from '../store/state/index.ts';

const KEY = 'discovery.profiles';
const MAX_PROFILES = 100;

const passwordName = (id: string): string => `profile/${id}/password`;

export interface Profiles {
  /** By name. */
  list(): Profile[];
  /** Adds one, or changes the one of that id; without a password in the form the one that is kept stays. */
  save(form: ProfileForm): Promise<Profile>;
  /** Whether there was one. Routers that were added with it keep their own copy of the password. */
  remove(id: string): Promise<boolean>;
  /** With the password, for a login; never for the window. Throws LW_PROFILE_GONE or LW_SECRETS_MISSING. */
  credentials(id: string): Promise<{ readonly profile: Profile; readonly password: string }>;
}

const byName = (profiles: readonly Profile[]): Profile[] =>
  profiles.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));

export function createProfiles(options: {
  readonly settings: StateStore['settings'];
  readonly secrets: Pick<SecretStore, 'get' | 'set' | 'delete'>;
}): Profiles {
  const { settings, secrets } = options;
  const list = (): Profile[] => {
    const stored = z.array(z.unknown()).safeParse(settings.get(KEY));
    // One that this version cannot read is left out, and gone with the next change.
    return (stored.data ?? []).flatMap((one) => {
      const profile = profileSchema.safeParse(one);
      return profile.success ? [profile.data] : [];
    });
  };
  return {
    list: () => byName(list()),
    async save({ password, id: given, ...form }) {
      const all = list();
      const known = all.find(({ id }) => id === given);
      if (given !== undefined && known === undefined) throw gone();
      if (all.some(({ id, name }) => name === form.name && id !== given)) {
        throw new LinewardenError('LW_PROFILE_NAME_TAKEN', `There is already a profile called ${form.name}.`, {
          hint: 'Choose another name.',
        });
      }
      if (known === undefined && all.length >= MAX_PROFILES) {
        throw new LinewardenError('LW_PROFILE_TOO_MANY', `There are ${MAX_PROFILES} profiles already.`, {
          hint: 'Remove one that is not used any more.',
        });
      }
      const profile: Profile = { ...form, id: given ?? randomUUID() };
      // The password first: a profile without one would only produce failed logins.
      if (password !== undefined || known === undefined) await secrets.set(passwordName(profile.id), password ?? '');
      // Read again: another change may have come while the password was sealed.
      settings.set(KEY, [...list().filter(({ id }) => id !== profile.id), profile]);
      return profile;
    },
    async remove(id) {
      const all = list();
      if (all.every((one) => one.id !== id)) return false;
      settings.set(
        KEY,
        all.filter((one) => one.id !== id),
      );
      await secrets.delete(passwordName(id));
      return true;
    },
    async credentials(id) {
      const profile = list().find((one) => one.id === id);
      if (profile === undefined) throw gone();
      const password = await secrets.get(passwordName(id));
      if (password !== undefined) return { profile, password };
      throw new LinewardenError(
        'LW_SECRETS_MISSING',
        `The password of the profile ${profile.name} is not stored here.`,
        {
          hint: 'Enter it again under Settings, Profiles.',
        },
      );
    },
  };
}

const gone = (): LinewardenError =>
  new LinewardenError('LW_PROFILE_GONE', 'This profile was removed meanwhile.', { hint: 'Choose another one.' });
