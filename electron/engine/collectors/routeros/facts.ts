// What is known of a router: shown on its page, and what collectors decide by.
import { cleanText } from '../../observations/index.ts';
import type { Row } from './client/index.ts';

export type RouterFacts = {
  readonly identity?: string;
  readonly boardName?: string;
  readonly model?: string;
  readonly version?: string;
  readonly architecture?: string;
  readonly serial?: string;
  readonly firmware?: string;
  readonly uptimeSeconds?: number;
  /** Names of the installed, enabled packages; undefined when they could not be read. */
  readonly packages?: readonly string[];
  /** What Ethernet links negotiated, by interface. */
  readonly linkSpeedsBps?: ReadonlyMap<string, number>;
  /** Commands that do not take several interfaces at once. */
  readonly oneByOne?: readonly string[];
};

export type Fact = { readonly name: string; readonly value: string };

function uptimeText(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
}

/** The facts in reading order; what is unknown is left out. */
export function factList(facts: RouterFacts): Fact[] {
  const { uptimeSeconds } = facts;
  const list: [string, string | undefined][] = [
    ['identity', facts.identity],
    ['model', facts.model ?? facts.boardName],
    ['version', facts.version],
    ['uptime', uptimeSeconds === undefined ? undefined : uptimeText(uptimeSeconds)],
    ['serial', facts.serial],
    ['architecture', facts.architecture],
    ['firmware', facts.firmware],
  ];
  return list.flatMap(([name, text]) => {
    const value = cleanText(text ?? '');
    return value === '' ? [] : [{ name, value }];
  });
}

/** A record with the undefined entries left out, so that what is unknown does not overwrite what is known. */
export function known(facts: { readonly [K in keyof RouterFacts]: RouterFacts[K] | undefined }): RouterFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

export const routerboardFacts = (row: Row | undefined): RouterFacts =>
  known({ model: row?.get('model'), serial: row?.get('serial-number'), firmware: row?.get('current-firmware') });

export const packageFacts = (rows: readonly Row[]): RouterFacts => ({
  packages: rows.flatMap((row) => (row.get('disabled') === 'true' ? [] : [row.get('name') ?? ''])),
});
