// The interfaces of a router or a host: the queries of the table and the rows made of their answers.
import type { DeviceKind, Graph, Vector } from '../../shared/contract/index.ts';
import { NO_VIRTUAL_DEVICES } from './host.ts';
import { quoted, select } from './selector.ts';
import { rateOf } from './step.ts';
import type { RateContext } from './step.ts';

export type InterfaceRow = {
  readonly name: string;
  readonly comment: string;
  readonly type: string;
  readonly state: 'up' | 'down' | 'disabled' | 'unknown';
  readonly inBps: number | null;
  readonly outBps: number | null;
  /** Errors and drops, both ways, within the last hour. */
  readonly errors: number | null;
  readonly speedMbps: number | null;
  readonly mtu: number | null;
  /** Of the last hour, bits/s. */
  readonly spark: readonly (number | null)[];
  readonly outSpark: readonly (number | null)[];
};

const FIELDS = ['in', 'out', 'up', 'disabled', 'errors', 'speed', 'mtu', 'type', 'comment'] as const;
export type InterfaceField = (typeof FIELDS)[number];
export type InterfaceQueries = Partial<Record<InterfaceField, string>>;

/** The label that names an interface. */
export const interfaceLabel = (kind: DeviceKind): 'device' | 'interface' | 'name' =>
  kind === 'host' ? 'device' : kind === 'edge' ? 'interface' : 'name';

export const interfaceMatcher = (kind: DeviceKind, name: string): string => `${interfaceLabel(kind)}=${quoted(name)}`;

export function interfaceQueries(kind: DeviceKind, selector: string, rate: RateContext): InterfaceQueries {
  if (kind === 'host') {
    const metric = (name: string): string => select(name, selector, NO_VIRTUAL_DEVICES);
    const increase = (name: string): string => `increase(${metric(name)}[1h])`;
    return {
      in: `8 * ${rateOf(metric('node_network_receive_bytes_total'), rate)}`,
      out: `8 * ${rateOf(metric('node_network_transmit_bytes_total'), rate)}`,
      up: metric('node_network_up'),
      errors: `${increase('node_network_receive_errs_total')} + ${increase('node_network_transmit_errs_total')}`,
      speed: `${metric('node_network_speed_bytes')} * 8 / 1000000`,
      mtu: metric('node_network_mtu_bytes'),
    };
  }
  if (kind === 'edge') {
    const metric = (what: string): string => select(`edge_interface_${what}`, selector);
    return {
      in: `8 * ${rateOf(metric('rx_bytes_total'), rate)}`,
      out: `8 * ${rateOf(metric('tx_bytes_total'), rate)}`,
      up: metric('up'),
      errors: ['rx_errors', 'tx_errors', 'drops'].map((what) => `increase(${metric(`${what}_total`)}[1h])`).join(' + '),
    };
  }
  const metric = (name: string): string => select(name, selector);
  const increase = (name: string): string => `increase(${metric(name)}[1h])`;
  return {
    in: `8 * ${rateOf(metric('mktxp_interface_rx_byte_total'), rate)}`,
    out: `8 * ${rateOf(metric('mktxp_interface_tx_byte_total'), rate)}`,
    up: metric('mktxp_interface_running'),
    disabled: metric('mktxp_interface_disabled'),
    errors: ['rx_error', 'tx_error', 'rx_drop', 'tx_drop']
      .map((what) => increase(`mktxp_interface_${what}_total`))
      .join(' + '),
    // Mbit/s, as MKTXP translates RouterOS's "1Gbps".
    speed: metric('mktxp_interface_rate'),
    mtu: metric('mktxp_interface_actual_mtu'),
    type: metric('mktxp_interface_type_info'),
    comment: metric('mktxp_interface_comment_info'),
  };
}

export type InterfaceAnswers = Partial<Record<InterfaceField, Vector>>;

export function interfaceRows(
  kind: DeviceKind,
  answers: InterfaceAnswers,
  traffic: { readonly in: Graph | undefined; readonly out: Graph | undefined },
): InterfaceRow[] {
  const nameLabel = interfaceLabel(kind);
  const byName = new Map<string, Partial<Record<InterfaceField, { value: number; labels: Record<string, string> }>>>();
  for (const field of FIELDS) {
    for (const { labels, value } of answers[field]?.samples ?? []) {
      const name = labels[nameLabel];
      if (name === undefined || name === '') continue;
      const row = byName.get(name) ?? {};
      row[field] = { value, labels };
      byName.set(name, row);
    }
  }
  const sparksOf = (graph: Graph | undefined) =>
    new Map(graph?.series.map((series) => [series.labels[nameLabel], series.values]));
  const sparks = sparksOf(traffic.in);
  const outSparks = sparksOf(traffic.out);
  return [...byName].map(([name, fields]) => {
    const up = fields.up?.value;
    const state = fields.disabled?.value === 1 ? 'disabled' : up === undefined ? 'unknown' : up === 1 ? 'up' : 'down';
    const speed = fields.speed?.value;
    return {
      name,
      comment: fields.comment?.labels['comment'] ?? '',
      type: fields.type?.labels['type'] ?? '',
      state,
      inBps: fields.in?.value ?? null,
      outBps: fields.out?.value ?? null,
      errors: fields.errors === undefined ? null : Math.round(fields.errors.value),
      speedMbps: speed !== undefined && speed > 0 ? speed : null,
      mtu: fields.mtu?.value ?? null,
      spark: sparks.get(name) ?? [],
      outSpark: outSparks.get(name) ?? [],
    };
  });
}
