// The templates of all exporters, bounded per exporter and in total, least recently used out first.
import type { Domain, Exporter } from './exporter.ts';
import { sameLayout, type Template } from './template.ts';

export type StoredTemplate = {
  readonly template: Template;
  readonly exporter: Exporter;
  readonly domain: Domain;
  readonly key: number;
  /** Source port of the packet that brought it. */
  port: number;
  /** Serial number of that packet. */
  packet: number;
  usedMs: number;
};

export type TemplateLimits = {
  readonly maxTemplatesPerExporter: number;
  readonly maxTemplates: number;
  readonly templateIdleMs: number;
};

/** Two processes disagree about a template id only if the first was heard this recently. */
const TIEBREAK_MS = 300_000;
/** How often a template in use moves to the young end of the LRU order. */
const TOUCH_MS = 1_000;

const plainKey = (id: number): number => id;
const portKey = (id: number, port: number): number => id + (port + 1) * 65_536;

export class TemplateCache {
  readonly #limits: TemplateLimits;
  /** Oldest use first. */
  readonly #order = new Set<StoredTemplate>();
  /** Goes up when a template comes, changes or goes; not with a refresh. */
  revision = 0;

  constructor(limits: TemplateLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#order.size;
  }

  find(domain: Domain, id: number, port: number, nowMs: number): Template | undefined {
    const stored = domain.templates.get(portKey(id, port)) ?? domain.templates.get(plainKey(id));
    if (stored === undefined) return undefined;
    if (this.#isFromBeforeRestart(stored)) {
      this.#delete(stored);
      return undefined;
    }
    if (nowMs - stored.usedMs >= TOUCH_MS) this.#touch(stored, nowMs);
    return stored.template;
  }

  store(
    exporter: Exporter,
    domain: Domain,
    template: Template,
    port: number,
    source: { packet: number; nowMs: number },
  ): void {
    domain.lastTemplatePacket = source.packet;
    const own = domain.templates.get(portKey(template.id, port));
    const plain = domain.templates.get(plainKey(template.id));
    const conflict =
      plain !== undefined &&
      plain.port !== port &&
      source.nowMs - plain.usedMs < TIEBREAK_MS &&
      !sameLayout(plain.template, template);
    const existing = own ?? (conflict ? undefined : plain);
    if (existing !== undefined && sameLayout(existing.template, template)) {
      existing.port = port;
      existing.packet = source.packet;
      this.#touch(existing, source.nowMs);
      return;
    }
    if (existing !== undefined) this.#delete(existing);
    if (exporter.templates.size >= this.#limits.maxTemplatesPerExporter) this.#deleteOldest(exporter.templates);
    if (this.#order.size >= this.#limits.maxTemplates) this.#deleteOldest(this.#order);
    const key = conflict || own !== undefined ? portKey(template.id, port) : plainKey(template.id);
    const stored = { template, exporter, domain, key, port, packet: source.packet, usedMs: source.nowMs };
    domain.templates.set(key, stored);
    exporter.templates.add(stored);
    this.#order.add(stored);
    this.revision++;
  }

  withdraw(domain: Domain, id: number, port: number): void {
    const stored = domain.templates.get(portKey(id, port)) ?? domain.templates.get(plainKey(id));
    if (stored !== undefined) this.#delete(stored);
  }

  withdrawAll(domain: Domain, options: boolean): void {
    for (const stored of domain.templates.values()) if (stored.template.options === options) this.#delete(stored);
  }

  forget(domain: Domain): void {
    for (const stored of domain.templates.values()) this.#delete(stored);
  }

  /** Drops templates that were neither used nor refreshed for the idle time. */
  expire(nowMs: number): void {
    for (const stored of this.#order) {
      if (nowMs - stored.usedMs < this.#limits.templateIdleMs) return;
      this.#delete(stored);
    }
  }

  /** After a restart the old templates serve until new ones come; then those that did not come again are gone. */
  #isFromBeforeRestart({ domain, port, packet }: StoredTemplate): boolean {
    return (
      packet < domain.restartPacket && port === domain.restartPort && domain.lastTemplatePacket >= domain.restartPacket
    );
  }

  #touch(stored: StoredTemplate, nowMs: number): void {
    stored.usedMs = nowMs;
    this.#order.delete(stored);
    this.#order.add(stored);
    stored.exporter.templates.delete(stored);
    stored.exporter.templates.add(stored);
  }

  #deleteOldest(order: ReadonlySet<StoredTemplate>): void {
    const oldest = order.values().next().value;
    if (oldest !== undefined) this.#delete(oldest);
  }

  #delete(stored: StoredTemplate): void {
    stored.domain.templates.delete(stored.key);
    stored.exporter.templates.delete(stored);
    this.#order.delete(stored);
    this.revision++;
  }
}
