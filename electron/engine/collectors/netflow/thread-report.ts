// What the flow thread tells of its exporters at each flush.
import type { FlowConversations } from './conversations/index.ts';
import type { Exporter, FlowDecoder } from './decoder/index.ts';
import type { ExporterTotals, WaitingSender } from './messages.ts';
import type { FlowTotals } from './totals/index.ts';

/** Told to the operator who sets an exporter up; forged addresses may make very many. */
const MAX_WAITING = 100;

export class ThreadReport {
  readonly #decoder: FlowDecoder;
  readonly #totals: FlowTotals;
  readonly #conversations: FlowConversations;
  /** By exporter: names are told when they change only. */
  #toldRevisions = new WeakMap<Exporter, number>();

  constructor(decoder: FlowDecoder, totals: FlowTotals, conversations: FlowConversations) {
    this.#decoder = decoder;
    this.#totals = totals;
    this.#conversations = conversations;
  }

  exporters(): ExporterTotals[] {
    return this.#decoder.proven().map((exporter) => ({
      address: exporter.address,
      versions: [...exporter.versions].map(([version, counts]) => ({ version, ...counts })),
      dropped: [...exporter.dropped],
      ignored: [...exporter.ignored],
      lost: [...exporter.lost],
      templates: exporter.templates.size,
      fields: fieldsOf(exporter),
      samplingRatio: exporter.samplingRatio,
      lastPacketMs: exporter.lastPacketMs,
      lastTemplateMs: exporter.lastTemplateMs,
      clockAheadMs: exporter.clockAheadMs,
      restarts: exporter.restarts,
      waitingPackets: exporter.pending.length,
      overflowed: this.#conversations.overflowed(exporter),
      quarantined: exporter.lastQuarantined,
      names: this.#changedNames(exporter),
      interfaces: this.#totals.interfaces(exporter),
      rows: this.#totals.flush(exporter),
    }));
  }

  waiting(): WaitingSender[] {
    return this.#decoder.waiting().slice(-MAX_WAITING).map(waitingSender);
  }

  #changedNames(exporter: Exporter): ExporterTotals['names'] {
    const { names } = exporter;
    if (names.revision === (this.#toldRevisions.get(exporter) ?? 0)) return undefined;
    this.#toldRevisions.set(exporter, names.revision);
    return { interfaces: names.interfaces(), applications: names.applications() };
  }
}

const fieldsOf = ({ templates }: Exporter): number => {
  let most = 0;
  for (const { template } of templates) if (!template.options) most = Math.max(most, template.fields.length);
  return most;
};

const waitingSender = ({
  address,
  versions,
  templates,
  pending,
  firstPacketMs,
  lastPacketMs,
}: Exporter): WaitingSender => ({
  address,
  versions: [...versions.keys()],
  templates: templates.size,
  waitingPackets: pending.length,
  firstPacketMs,
  lastPacketMs,
});
