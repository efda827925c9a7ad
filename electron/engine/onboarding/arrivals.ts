// What has arrived of a router's flows, in words.
import type { Finding, FlowExporter, SetupCheck } from '../../../shared/contract/index.ts';
import { failed, note, ok, warning } from './findings.ts';

/** Flows as the collector knows them. */
export type FlowSight = {
  /** The port that is listened on; undefined: none. */
  port(): number | undefined;
  exporters(): FlowExporter[];
  /** Senders whose packets could not be read yet. */
  waiting(): readonly {
    readonly address: string;
    readonly versions: readonly number[];
    readonly lastPacketMs: number;
  }[];
};

/** Routers send each minute as they are told to; what is older was before. */
const RECENT_MS = 150_000;
const MAX_NAMED = 3;

const VERSION_WORDS: Readonly<Record<number, string>> = { 5: 'NetFlow v5', 9: 'NetFlow v9', 10: 'IPFIX' };
const versionWords = (versions: readonly number[]): string =>
  versions.map((version) => VERSION_WORDS[version] ?? `version ${version}`).join(' and ');

export const samplingWords = (ratio: number): string =>
  ratio === 1 ? 'sampling none' : `sampling 1 in ${Number(ratio.toFixed(2))}`;

const TEMPLATE_HINT =
  'The template comes with every 20th packet, or after 30 minutes: set v9-template-timeout=1m on the target, or wait.';

/** @param known whether an address belongs to a device that is watched already */
export function arrivals(
  addresses: readonly string[],
  sight: FlowSight,
  nowMs: number,
  known: (address: string) => boolean,
): SetupCheck {
  if (sight.port() === undefined) {
    return {
      isDone: false,
      findings: [failed('No flow port is open here.', 'Set netflow.listen in linewarden.yml, such as 0.0.0.0:2055.')],
    };
  }
  const isRecent = ({ lastPacketMs }: { readonly lastPacketMs: number }): boolean => nowMs - lastPacketMs < RECENT_MS;
  const exporters = sight.exporters().filter(isRecent);
  const own = exporters.filter(({ address }) => addresses.includes(address));
  const waiting = sight.waiting().filter(isRecent);
  const ownWaiting = waiting.filter(({ address }) => addresses.includes(address));
  const findings: Finding[] = [
    ...own.flatMap(exporterFindings),
    ...ownWaiting.map(({ address, versions }) =>
      failed(`Packets arrive from ${address} (${versionWords(versions)}), but no flow template yet.`, TEMPLATE_HINT),
    ),
  ];
  if (findings.length === 0) {
    findings.push(
      failed(
        `No flow packet has arrived from ${addresses[0] ?? 'the router'} in the last minutes.`,
        'It sends once there is traffic, the first time after a minute. A firewall on this machine may keep UDP out.',
      ),
    );
    const strangers = [...exporters, ...waiting].map(({ address }) => address).filter((address) => !known(address));
    if (strangers.length > 0) {
      const named = [...new Set(strangers)].slice(0, MAX_NAMED).join(', ');
      findings.push(
        note(
          `Flow packets do arrive from ${named}, which is no address of this router as far as is known.`,
          'If it is this router, give its target src-address, or watch it by that address.',
        ),
      );
    }
  }
  return { isDone: own.length > 0, findings };
}

function exporterFindings({ address, versions, fields, samplingRatio, flows, lost, packets }: FlowExporter): Finding[] {
  const what = [
    versionWords(versions),
    ...(fields === undefined || fields === 0 ? [] : [`${fields} fields`]),
    samplingWords(samplingRatio ?? 1),
  ];
  return [
    ok(`Flow packets arrive from ${address}: ${what.join(', ')}; ${flows} ${flows === 1 ? 'flow' : 'flows'} so far.`),
    ...(lost > 0 && packets > 0
      ? [warning(`${lost} were lost on the way.`, 'The network or this machine drops UDP packets under load.')]
      : []),
  ];
}
