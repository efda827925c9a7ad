// Keys of answers as a person reads them, each with the filter that selects it alone.
import type { FlowKey, FlowKeyValue } from '../../../shared/model/flow-question.ts';
import type { AddressName } from '../names/index.ts';
import type { RawKey } from '../store/flows/index.ts';
import type { NumberedCustomers } from './customers.ts';
import { deviceAt } from './exporters.ts';
import { addressText, quoteText, serviceText } from './filter/index.ts';
import { dscpName, icmpName, portName, protocolName } from './filter/words.ts';
import type { FlowSurroundings } from './surroundings.ts';

type Around = Pick<FlowSurroundings, 'names' | 'exporters' | 'devices' | 'deviceOfExporter'>;
/** Protocols whose service is a port. */
const HAS_PORTS = new Set([6, 17, 33, 132, 136]);

/** @param exporter the router that tells of the row, where that is one of its keys: its names go first */
export type Labeller = (kind: FlowKey, raw: RawKey, exporter?: string) => FlowKeyValue;

/** Keys of one row. */
export function labelKeys(label: Labeller, by: readonly FlowKey[], keys: readonly RawKey[]): FlowKeyValue[] {
  const teller = keys.find((key) => key.kind === 'exporter' || key.kind === 'interface')?.exporter;
  return keys.map((key, index) => label(by[index] ?? 'host', key, teller));
}

/** @param near whose names go first where a row does not tell its router: the exporter that was asked about */
export function createLabeller(
  around: Around,
  customers: NumberedCustomers | undefined,
  near: string | undefined,
): Labeller {
  let exporting: ReadonlySet<string> | undefined;
  const tellers = () =>
    (exporting ??= new Set(around.exporters().map((address) => deviceAt(around, address)?.id ?? address)));
  const addressOf = (words: readonly [number, number, number, number], from: string | undefined) => {
    const text = addressText(words);
    // An exporter that tells no addresses.
    if (text === '::') return { text, label: 'address not told', detail: text, deviceId: null };
    const named = around.names.nameOf(text, from);
    const names = named === undefined ? [] : namesAmong(named, tellers());
    // Two sites with one private network: the row may be of both.
    if (names.length > 1) return { text, label: text, detail: names.join(' or '), deviceId: null };
    const label = names[0] ?? text;
    const deviceId = named?.source === 'device' ? named.deviceId : null;
    return { text, label, detail: label === text ? '' : text, deviceId };
  };
  /** How many customers have a name; counted when one is first told. */
  let namesakes: Map<string, number> | undefined;
  const isAlone = (name: string): boolean => {
    if (namesakes === undefined) {
      namesakes = new Map();
      for (const one of customers?.list ?? []) {
        const lower = one.name.toLowerCase();
        namesakes.set(lower, (namesakes.get(lower) ?? 0) + 1);
      }
    }
    return namesakes.get(name.toLowerCase()) === 1;
  };
  return (kind, raw, exporter) => {
    const from = exporter === undefined ? near : (deviceAt(around, exporter)?.id ?? exporter);
    const address = (words: readonly [number, number, number, number]) => addressOf(words, from);
    switch (raw.kind) {
      case 'address': {
        const { text, label, detail, deviceId } = address(raw.words);
        return { kind, value: text, label, detail, deviceId, filter: `${kind} = ${text}` };
      }
      case 'conversation': {
        const [client, server] = [address(raw.client), address(raw.server)];
        const { label, value, filter } = serviceWords(raw.protocol, raw.service);
        return {
          kind,
          value: `${client.text} ${server.text} ${value}`,
          label: `${client.label} → ${server.label} ${label}`,
          detail: `${client.text} → ${server.text} ${value}`,
          deviceId: null,
          filter: `client = ${client.text} and server = ${server.text} and ${filter}`,
        };
      }
      case 'service':
        return { kind, deviceId: null, ...serviceWords(raw.protocol, raw.service) };
      case 'number':
        return { kind, deviceId: null, ...numberWords(kind, raw.value) };
      case 'exporter': {
        const device = deviceAt(around, raw.exporter);
        const filter = `exporter = ${quoteText(raw.exporter)}`;
        return {
          kind,
          value: raw.exporter,
          label: device?.name ?? raw.exporter,
          detail: device === undefined ? '' : raw.exporter,
          deviceId: device?.id ?? null,
          filter,
        };
      }
      case 'interface': {
        const device = deviceAt(around, raw.exporter);
        const name = around.names.interfaceName(device?.id ?? raw.exporter, raw.index);
        // Traffic of the router itself has no interface on one side.
        const label = name ?? (raw.index === 0 ? 'router itself' : `interface ${raw.index}`);
        return {
          kind,
          value: `${raw.exporter}/${raw.index}`,
          label,
          detail: device?.name ?? raw.exporter,
          deviceId: device?.id ?? null,
          filter: `exporter = ${quoteText(raw.exporter)} and ${kind} = ${raw.index}`,
        };
      }
      case 'owner': {
        const owner = customers?.list[raw.number];
        if (owner === undefined)
          return { kind, value: '', label: 'no customer', detail: '', deviceId: null, filter: 'subscriber = ""' };
        return {
          kind,
          value: owner.key,
          label: owner.name,
          detail: owner.tier,
          deviceId: owner.deviceId,
          filter: `subscriber = ${quoteText(isAlone(owner.name) ? owner.name : owner.key)}`,
        };
      }
      case 'tier': {
        const tier = customers?.tiers[raw.number] ?? '';
        return {
          kind,
          value: tier,
          label: tier === '' ? 'no tier' : tier,
          detail: '',
          deviceId: null,
          filter: `tier = ${quoteText(tier)}`,
        };
      }
    }
  };
}

/** Who sends no flows has nothing to do with a row, unless nobody else has a name for it. */
function namesAmong(named: AddressName, tellers: ReadonlySet<string>): string[] {
  if (named.elsewhere.length === 0) return [named.name];
  const all = [named, ...named.elsewhere];
  const telling = all.filter(({ deviceId }) => tellers.has(deviceId));
  return [...new Set((telling.length === 0 ? all : telling).map(({ name }) => name))];
}

function serviceWords(protocol: number, service: number): Pick<FlowKeyValue, 'value' | 'label' | 'detail' | 'filter'> {
  const of = protocolName(protocol) ?? String(protocol);
  const filter = `service = ${serviceText({ protocol, from: service, to: service })}`;
  if (!HAS_PORTS.has(protocol)) {
    const isIcmp = protocol === 1 || protocol === 58;
    const name = protocol === 1 ? icmpName(service) : undefined;
    if (isIcmp)
      return { value: `${of}/${service}`, label: name ?? `${of} ${service >> 8}/${service & 255}`, detail: of, filter };
    return { value: `${of}/${service}`, label: of, detail: '', filter };
  }
  const name = portName(service);
  const value = `${of}/${service}`;
  return { value, label: name ?? value, detail: name === undefined ? '' : value, filter };
}

function numberWords(kind: FlowKey, value: number): Pick<FlowKeyValue, 'value' | 'label' | 'detail' | 'filter'> {
  const text = String(value);
  if (kind === 'protocol') {
    const name = protocolName(value) ?? text;
    return { value: text, label: name, detail: name === text ? '' : text, filter: `proto = ${name}` };
  }
  if (kind === 'dscp') {
    const name = dscpName(value) ?? text;
    return { value: text, label: name, detail: name === text ? '' : text, filter: `dscp = ${name}` };
  }
  return { value: text, label: value === 0 ? 'untagged' : text, detail: '', filter: `${kind} = ${text}` };
}
