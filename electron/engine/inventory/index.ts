// Devices, their interfaces and their presence.
export type * from './presence-sink.ts';
export { createDeviceEvents } from './device-events.ts';
export type { DeviceEvents } from './device-events.ts';
export type { DeviceDefinition } from './device.ts';
export { createInventory } from './inventory.ts';
export type { Inventory, InventoryOptions } from './inventory.ts';
export type { PresenceLimit, PresenceType } from './presence.ts';
export { clockTime, spokenDuration } from './words.ts';
