// Names: what addresses and interfaces are called, by whoever knows best.
export type { InterfaceName } from './interfaces.ts';
export { type AddressName, type NamedDevice, type Names, createNames } from './names.ts';
export { type NamesSection, namesSectionSchema } from './section.ts';
