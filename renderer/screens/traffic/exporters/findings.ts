// What is to be said of an exporter, the worst first: one sentence each and what mends it.
import type { DeviceState, ExporterHealth, FlowExporters } from '../../../../shared/contract/index.ts';
import { formatSeconds, formatSpan, formatValue, plural, significant } from '../../../../shared/units/index.ts';

export type ExporterFinding = {
  readonly level: 'failed' | 'warning' | 'note';
  readonly text: string;
  readonly hint: string;
  readonly commands?: readonly string[];
};

/** An exporter sends at least each active time-out, a minute as recommended. */
const SILENT_MS = 180_000;
/** The headers' times have a resolution of a second, and packets wait on the way. */
const CLOCK_MS = 5_000;
const LOSS_PERCENT = 0.1;
/** Counters count headers of the link that flows do not. */
const LEAST_COVERAGE = 85;
const MOST_COVERAGE = 115;
/** Routers refresh templates each minute as recommended; half an hour is RouterOS's default. */
const OLD_TEMPLATE_MS = 45 * 60_000;

const percent = (value: number): string => `${significant(value)} %`;

const CLOCK_COMMANDS = ['/system ntp client set enabled=yes', '/system ntp client servers add address=pool.ntp.org'];
const REFRESH_COMMANDS = ['/ip traffic-flow target set [find] v9-template-refresh=20 v9-template-timeout=1m'];

export function findingsOf(exporter: ExporterHealth, nowMs: number): ExporterFinding[] {
  const findings: ExporterFinding[] = [];
  const router = (commands: readonly string[]): Pick<ExporterFinding, 'commands'> =>
    exporter.isRouter ? { commands } : {};
  const silentMs = nowMs - exporter.lastPacketMs;
  if (silentMs > SILENT_MS) {
    findings.push({
      level: 'failed',
      text: `Nothing has come for ${formatSpan(silentMs)}.`,
      hint: 'Is it reachable, and is its flow export still switched on and sent to this machine?',
    });
  }
  if (exporter.waitingPackets > 0) {
    findings.push({
      level: 'warning',
      text: `${plural(exporter.waitingPackets, 'packet')} cannot be read yet: the template has not come.`,
      hint: 'Exporters repeat their templates seldom; let this one do so each minute.',
      ...router(REFRESH_COMMANDS),
    });
  }
  if (exporter.lossPercent !== null && exporter.lossPercent >= LOSS_PERCENT) {
    findings.push({
      level: 'warning',
      text: `${percent(exporter.lossPercent)} of its ${exporter.lostUnit === 'packets' ? 'packets' : 'flow records'} were lost in the last quarter of an hour.`,
      hint: 'They were sent and never read. If this machine dropped packets too (see below), a bigger receive buffer helps; else they were lost on the way.',
    });
  }
  const { coverage } = exporter;
  if (coverage?.percent != null && coverage.percent < LEAST_COVERAGE) {
    findings.push({
      level: 'warning',
      text: `Its flows tell of ${percent(coverage.percent)} of what its interfaces took in.`,
      hint:
        exporter.samplingRatio > 1
          ? 'It samples: set the real factor under netflow.sampling in linewarden.yml if it tells a wrong one.'
          : 'Traffic that hardware forwards (bridge or L3 offload) never reaches the flow export: that is the usual reason. Or not all interfaces are exported.',
    });
  }
  if (coverage?.percent != null && coverage.percent > MOST_COVERAGE) {
    findings.push({
      level: 'warning',
      text: `Its flows tell of ${percent(coverage.percent)} of what its interfaces took in.`,
      hint: 'More than there was: is this machine entered twice as a target, or is the sampling factor too high? After a start, flows that began long before also count.',
    });
  }
  if (Math.abs(exporter.clockAheadMs) > CLOCK_MS) {
    findings.push({
      level: 'warning',
      text: `Its clock is ${formatSeconds(Math.abs(exporter.clockAheadMs) / 1_000)} ${exporter.clockAheadMs > 0 ? 'ahead' : 'behind'}.`,
      hint: 'Beyond ten minutes the time of arrival counts instead of its own. Let it ask a time server.',
      ...router(CLOCK_COMMANDS),
    });
  }
  if (exporter.quarantinedLately > 0) {
    findings.push({
      level: 'warning',
      text: `${plural(exporter.quarantinedLately, 'record')} with impossible counters ${exporter.quarantinedLately === 1 ? 'was' : 'were'} left out in the last quarter of an hour.`,
      hint: quarantineWords(exporter),
    });
  }
  if (exporter.overflowedLately > 0) {
    findings.push({
      level: 'warning',
      text: `${plural(exporter.overflowedLately, 'flow')} of the last quarter of an hour ${exporter.overflowedLately === 1 ? 'is' : 'are'} stored without addresses.`,
      hint: 'More conversations in a minute than are stored of one exporter: the rest is summed by interface and service. netflow.max_conversations in linewarden.yml allows more; a scan or an attack needs no more.',
    });
  }
  if (exporter.lastTemplateMs !== null && nowMs - exporter.lastTemplateMs > OLD_TEMPLATE_MS) {
    findings.push({
      level: 'note',
      text: `Its last template came ${formatSpan(nowMs - exporter.lastTemplateMs)} ago.`,
      hint: 'Should it change, flows are misread until the next one; let it repeat them each minute.',
      ...router(REFRESH_COMMANDS),
    });
  }
  const unread = exporter.dropped.filter(({ reason }) => !['implausible', 'too_fast', 'no_template'].includes(reason));
  const count = unread.reduce((sum, one) => sum + one.count, 0);
  if (count > 0) {
    findings.push({
      level: 'note',
      text: `${plural(count, 'part')} of its packets could not be read since the start.`,
      hint: unread.map(({ reason, count: of }) => `${REASON_WORDS[reason] ?? reason}: ${of}`).join('; '),
    });
  }
  return findings;
}

const REASON_WORDS: Readonly<Record<string, string>> = {
  unknown_version: 'packets of no known version',
  truncated: 'cut short',
  bad_length: 'a wrong length',
  bad_set_length: 'a set with a wrong length',
  reserved_set: 'a set of a reserved kind',
  bad_template: 'a template that cannot be',
  bad_record: 'records that do not fit their template',
  exporter_limit: 'too many exporters',
  internal: 'a fault of this program',
};

function quarantineWords({ quarantined }: ExporterHealth): string {
  if (quarantined === null) return '';
  const { bytes, packets, durationMs, reason } = quarantined;
  const told = `The last: ${formatValue(bytes, 'bytes')} in ${formatValue(packets, 'count')} packets over ${formatSeconds(durationMs / 1_000)}, ${quarantined.interface}`;
  return reason === 'too_fast' ? `${told}: more than that port can carry.` : `${told}: no packets are of such a size.`;
}

export function stateOf(findings: readonly ExporterFinding[]): DeviceState {
  if (findings.some(({ level }) => level === 'failed')) return 'offline';
  return findings.some(({ level }) => level === 'warning') ? 'degraded' : 'online';
}

/** One sentence for all. */
export function summaryOf(all: FlowExporters, states: readonly DeviceState[]): string {
  const { length } = all.exporters;
  if (length === 0) return 'No exporter has told of any flow yet';
  const silent = states.filter((state) => state === 'offline').length;
  const troubled = states.filter((state) => state === 'degraded').length;
  const parts = [
    silent > 0 && `${silent} silent`,
    troubled > 0 && `${troubled} to look at`,
    all.waiting.length > 0 && `${plural(all.waiting.length, 'sender')} without a template`,
    all.notAllowed.length > 0 && `${all.notAllowed.length} not allowed`,
  ].filter((part) => part !== false);
  const what = plural(length, 'exporter');
  return parts.length === 0
    ? length === 1
      ? 'The one exporter does well'
      : `All ${what} do well`
    : `${what}: ${parts.join(', ')}`;
}
