// What one area of a simulated router answers, and how its records are written.
import type { SimulatedDevice } from '../device.ts';
import type { Properties, Word } from '../wire.ts';

/** Rows of each menu's print; undefined where this router does not have the menu. */
export type Menus = Readonly<Record<string, (device: SimulatedDevice) => readonly Properties[] | undefined>>;

/** Answers of commands other than print, such as `/interface/ethernet/monitor`; undefined as above. */
export type Commands = Readonly<
  Record<string, (device: SimulatedDevice, words: readonly string[]) => readonly Properties[] | undefined>
>;

/** A record without the properties that are undefined. */
export const record = (properties: Readonly<Record<string, Word | undefined>>): Properties =>
  new Map(Object.entries(properties).filter((entry): entry is [string, Word] => entry[1] !== undefined));

export const bool = (value: boolean): string => (value ? 'true' : 'false');
export const id = (index: number): string => `*${index.toString(16).toUpperCase()}`;

/** What `=name=value` of a command says; '' when it is not there. */
export const argument = (words: readonly string[], name: string): string =>
  words.find((word) => word.startsWith(`=${name}=`))?.slice(name.length + 2) ?? '';
