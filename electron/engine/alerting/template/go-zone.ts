// Time zones of Go's time.Time: the offset and the abbreviation that hold at a moment.

export type Zone = {
  /** What holds at this moment of Unix time. */
  readonly at: (unixMs: number) => { readonly offsetMinutes: number; readonly name: string };
};

export const UTC: Zone = { at: () => ({ offsetMinutes: 0, name: 'UTC' }) };

/** By its name in the IANA database; undefined where there is none. */
export function zoneNamed(name: string): Zone | undefined {
  if (name === '' || name === 'UTC') return UTC;
  if (!/^[\w+-]+(?:\/[\w+-]+)*$/.test(name)) return undefined;
  try {
    const offset = formatter(name, 'en-US', 'longOffset');
    return { at: (unixMs) => zoneAt(name, offset, unixMs) };
  } catch {
    return undefined;
  }
}

const formatter = (timeZone: string, locale: string, timeZoneName: 'longOffset' | 'short') =>
  new Intl.DateTimeFormat(locale, { timeZone, timeZoneName });

/** Each knows the abbreviations of its own part of the world only. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA'] as const;

function zoneAt(name: string, offset: Intl.DateTimeFormat, unixMs: number): ReturnType<Zone['at']> {
  const text = part(offset, unixMs);
  const match = /^GMT([+-])(\d\d):(\d\d)/.exec(text);
  const minutes = match === null ? 0 : Number(match[2]) * 60 + Number(match[3]);
  const offsetMinutes = match?.[1] === '-' ? -minutes : minutes;
  const abbreviation = LOCALES.map((locale) => part(formatter(name, locale, 'short'), unixMs)).find(
    (each) => /^[A-Z]+$/.test(each) && (each !== 'GMT' || offsetMinutes === 0),
  );
  // As in the database for zones without an abbreviation: "+04", "-0330".
  const bare = `${match?.[1] ?? '+'}${match?.[2] ?? '00'}${match?.[3] === '00' ? '' : (match?.[3] ?? '')}`;
  return { offsetMinutes, name: abbreviation ?? bare };
}

const part = (format: Intl.DateTimeFormat, unixMs: number): string =>
  format.formatToParts(unixMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
