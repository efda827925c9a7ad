// Exporters by whatever they are called: address, id of their device, or its name.
import type { FlowDevice, FlowSurroundings } from './surroundings.ts';
import { addressText, addressWords } from './filter/index.ts';

type Known = Pick<FlowSurroundings, 'exporters' | 'devices' | 'deviceOfExporter'>;

export function deviceAt(known: Known, address: string): FlowDevice | undefined {
  const id = known.deviceOfExporter(address);
  return known.devices().find((device) => device.id === id);
}

/** The addresses of an exporter; empty where nobody is called so. An address is itself, known or not. */
export function exporterAddresses(known: Known, text: string): string[] {
  const words = addressWords(text);
  if (words !== undefined) return [addressText(words)];
  const wanted = text.toLowerCase();
  const ids = new Set(
    known
      .devices()
      .filter(({ id, name }) => id === text || name.toLowerCase() === wanted)
      .map(({ id }) => id),
  );
  if (ids.size === 0) return [];
  const own = known.devices().flatMap(({ id, address }) => (ids.has(id) && addressWords(address) ? [address] : []));
  return [...new Set([...known.exporters().filter((address) => ids.has(known.deviceOfExporter(address))), ...own])];
}
