// Numbers with units in filters: 1MB, 64 KiB, 2.5k.

const UNITS: readonly (readonly [string, number])[] = [
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['Ki', 1024],
  ['Mi', 1024 ** 2],
  ['Gi', 1024 ** 3],
  ['Ti', 1024 ** 4],
];
const FACTOR = new Map(UNITS.map(([name, factor]) => [name.toLowerCase(), factor]));

/** A unit that may stand apart from its number, such as the KiB of `64 KiB`. */
export const isUnit = (word: string): boolean => /^(?:[kmgt]i?)?b$|^[kmgt]i?$/i.test(word);

/** Undefined for what is no number with a unit that fits; bytes alone may end with a B. */
export function quantityOf(text: string, isBytes: boolean): number | undefined {
  const [, number = '', prefix = '', unit = ''] = /^(\d{1,18}(?:\.\d{1,9})?)(?:([kmgt]i?))?(b)?$/i.exec(text) ?? [];
  if (number === '' || (unit !== '' && !isBytes)) return undefined;
  const value = Math.round(Number(number) * (prefix === '' ? 1 : (FACTOR.get(prefix.toLowerCase()) ?? Number.NaN)));
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The shortest exact text. */
export function quantityText(value: number, isBytes: boolean): string {
  const unit = isBytes ? 'B' : '';
  const texts = UNITS.filter(([, factor]) => value >= factor && value % factor === 0).map(
    ([name, factor]) => `${value / factor}${name === 'k' && isBytes ? 'k' : name}${unit}`,
  );
  return texts.reduce((best, text) => (text.length <= best.length ? text : best), String(value));
}
