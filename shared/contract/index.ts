// The one contract between engine and window, carried by a MessagePort in Electron and a WebSocket in a browser.
import { eventIterator } from '@orpc/contract';
import type { ContractRouterClient } from '@orpc/contract';
import { z } from 'zod';
import { base } from './base.ts';
import { devicesProcedures } from './device-procedures.ts';
import { flowsProcedures, namesProcedures } from './flow-procedures.ts';
import {
  alertListQuerySchema,
  alertSummarySchema,
  boardQuerySchema,
  boardSchema,
  historyQuerySchema,
  historySchema,
} from './alert-board.ts';
import {
  alertPageQuerySchema,
  alertPageSchema,
  heartbeatFormSchema,
  heartbeatSchema,
  maintenanceFormSchema,
  maintenancePreviewAnswerSchema,
  maintenancePreviewSchema,
  maintenanceWindowSchema,
  matchPreviewSchema,
  silenceFormSchema,
  silencePreviewSchema,
  silenceSchema,
} from './alerting.ts';
import { dashboardAnswerSchema, dashboardListSchema } from './dashboards.ts';
import {
  addFoundSchema,
  addProgressSchema,
  foundListSchema,
  foundQuerySchema,
  profileFormSchema,
  profileSchema,
} from './discovery.ts';
import {
  catalogueSchema,
  exploredGraphSchema,
  exploredTableSchema,
  metricLabelsSchema,
  queryCheckSchema,
  queryEstimateSchema,
} from './explore.ts';
import { mapPlaceSchema, mapRatesSchema, mapSchema, mapSetParentSchema } from './map.ts';
import {
  alertSchema,
  deviceSummarySchema,
  engineHealthSchema,
  graphSchema,
  notificationSchema,
  ruleSchema,
  systemInfoSchema,
  tickSchema,
  vectorSchema,
} from './schemas.ts';
import { mqttStatusSchema } from './mqtt.ts';
import { scrapeTargetsSchema } from './targets.ts';
import { senderNameSchema, unknownSendersSchema } from './senders.ts';
import {
  accessCheckSchema,
  flowsCheckSchema,
  setupArrivalsSchema,
  setupCheckSchema,
  setupFlowsSchema,
  setupMachineSchema,
  setupRouterSchema,
} from './onboarding.ts';
import { madeKeySchema, overlapMsSchema, pushClientFormSchema, pushStatusSchema } from './push.ts';
import { routeTraceQuerySchema, routeTraceSchema, routingShownSchema } from './routing.ts';
import { removeOwnRuleSchema, saveOwnRuleSchema } from './own-rules.ts';
import { rulePackChangeSchema, rulePackImportSchema, rulePackSchema } from './rule-packs.ts';
import {
  receiverFormSchema,
  receiverListSchema,
  receiverSchema,
  receiverTestAnswerSchema,
  receiverTestSchema,
} from './receivers.ts';
import {
  deletionPreviewSchema,
  deletionSchema,
  storageChangeSchema,
  storageReportSchema,
  storageStatusSchema,
} from './storage.ts';
import { remoteStatusSchema } from './remote.ts';
import { triedRuleSchema, tryRuleSchema } from './try-rule.ts';
import {
  MAX_TIER_RULES,
  subscriberDetailSchema,
  subscriberSettingsSchema,
  subscribersSchema,
  tierRuleSchema,
} from './subscribers.ts';

export type * from './alert-board.ts';
export type * from './alerting.ts';
export type * from './collectors.ts';
export type * from './device-events.ts';
export type * from './dashboards.ts';
export type * from './discovery.ts';
export type * from './explore.ts';
export type * from './flow-exporters.ts';
export type * from './flows.ts';
export type * from './map.ts';
export type * from './names.ts';
export type * from './onboarding.ts';
export type * from './own-rules.ts';
export type * from './push.ts';
export type * from './routing.ts';
export type * from './rule-packs.ts';
export type * from './receivers.ts';
export type * from './schemas.ts';
export type * from './mqtt.ts';
export type * from './senders.ts';
export type * from './targets.ts';
export type * from './setup.ts';
export type * from './remote.ts';
export type * from './storage.ts';
export type * from './traffic.ts';
export type * from './try-rule.ts';
export { MAX_LIVE_INTERFACES } from './traffic.ts';
export type * from './subscribers.ts';
export { collectorSwitchesSchema } from './collectors.ts';
export { profileFormSchema, profileSchema } from './discovery.ts';
export { MAX_MAP_POSITIONS, mapPositionSchema } from './map.ts';
export { nameSourceSchema } from './names.ts';
export { pushClientFormSchema } from './push.ts';
export { receiverFormSchema } from './receivers.ts';
export { deviceTypeSchema, routerFormSchema, targetFormSchema } from './schemas.ts';
export { senderKindSchema } from './senders.ts';
export { tierRuleSchema } from './subscribers.ts';

const MAX_QUERY = 16_384;
/** Of a metric or a label. */
const MAX_NAME = 1_024;

const query = z.string().min(1).max(MAX_QUERY);
const span = { startMs: z.number().int(), endMs: z.number().int() };
const stepMs = z.number().int().min(1);
/** At most as many series or rows are sent, the largest or first ones. */
const limit = (most: number) => z.number().int().min(1).max(most);

export const contract = {
  system: {
    info: base.output(systemInfoSchema),
    health: base.output(engineHealthSchema),
    /** Says what changed, at most twice a second; a slow page gets the latest, not a queue. */
    ticks: base.output(eventIterator(tickSchema)),
    notifications: base.output(eventIterator(notificationSchema)),
  },
  metrics: {
    range: base
      .input(
        z.object({
          query: z.string().min(1).max(MAX_QUERY),
          startMs: z.number().int(),
          endMs: z.number().int(),
          stepMs: z.number().int().min(1),
          /** How far back a step looks for a sample, ms; 5 minutes when absent. A live graph asks for less, so that gaps stay gaps. */
          lookbackMs: z.number().int().min(1_000).max(3_600_000).optional(),
        }),
      )
      .output(graphSchema),
    instant: base
      .input(z.object({ query: z.string().min(1).max(MAX_QUERY), timeMs: z.number().int().optional() }))
      .output(vectorSchema),
  },
  /** For the Explore screen: queries with all that is to be told about them, and what helps to write them. */
  explore: {
    /** Parses and checks; a query that is wrong is an answer here, not an error. */
    check: base.input(z.object({ query: z.string().max(MAX_QUERY) })).output(queryCheckSchema),
    format: base.input(z.object({ query })).output(z.object({ query: z.string() })),
    /** What `graph` would read of the store, without reading it. */
    estimate: base.input(z.object({ query, ...span, stepMs })).output(queryEstimateSchema),
    graph: base.input(z.object({ query, ...span, stepMs, limit: limit(10_000) })).output(exploredGraphSchema),
    table: base.input(z.object({ query, timeMs: z.number().int(), limit: limit(50_000) })).output(exploredTableSchema),
    /** Every metric with a sample in the time range. */
    metrics: base.input(z.object(span)).output(catalogueSchema),
    /** The labels of one metric, with how many series each of their values has. */
    metricLabels: base.input(z.object({ metric: z.string().min(1).max(MAX_NAME), ...span })).output(metricLabelsSchema),
    /** Label names of the series that an instant selector matches; of all, where it is empty. */
    labelNames: base
      .input(z.object({ selector: z.string().max(MAX_QUERY), ...span, limit: limit(10_000) }))
      .output(z.array(z.string())),
    labelValues: base
      .input(
        z.object({
          label: z.string().min(1).max(MAX_NAME),
          selector: z.string().max(MAX_QUERY),
          ...span,
          limit: limit(10_000),
        }),
      )
      .output(z.array(z.string())),
  },
  devices: devicesProcedures,
  /** The setup of a router: each check looks once and says what it sees. */
  onboarding: {
    /** This machine's addresses, that on the way to the router first, and its ports. */
    machine: base.input(z.object({ router: z.string().max(253) })).output(setupMachineSchema),
    checkAccess: base.input(setupRouterSchema).output(accessCheckSchema),
    checkFlows: base.input(setupFlowsSchema).output(flowsCheckSchema),
    /** What has arrived from these addresses, without asking the router again. */
    flowArrivals: base.input(setupArrivalsSchema).output(setupCheckSchema),
    checkLogs: base.input(setupFlowsSchema).output(setupCheckSchema),
  },
  flows: flowsProcedures,
  names: namesProcedures,
  discovery: {
    list: base.input(foundQuerySchema).output(foundListSchema),
    /** Asks all routers of this network to announce themselves; they are in the list some moments later. */
    search: base.output(z.object({ sentTo: z.number() })),
    setIgnored: base
      .input(z.object({ ids: z.array(z.string().min(1).max(256)).max(5_000), ignored: z.boolean() }))
      .output(z.object({})),
    /** Tests each with the profile and adds those that answer; a caller that goes away ends it. */
    add: base.input(addFoundSchema).output(eventIterator(addProgressSchema)),
  },
  /** Clients and headends that push their metrics, and the tokens of /metrics; keys are told once, when they are made. */
  push: {
    get: base.output(pushStatusSchema),
    addClient: base.input(pushClientFormSchema).output(madeKeySchema),
    /** A new key; those before it hold for the overlap. */
    rotateKey: base
      .input(z.object({ id: z.string().min(1).max(128), overlapMs: overlapMsSchema }))
      .output(madeKeySchema),
    revokeKey: base
      .input(z.object({ id: z.string().min(1).max(128), keyId: z.string().min(1).max(64) }))
      .output(z.object({})),
    /** Its keys end, and so do its series; what is stored stays until retention. */
    removeClient: base.input(z.object({ id: z.string().min(1).max(128) })).output(z.object({})),
    rotateMetricsToken: base.input(z.object({ overlapMs: overlapMsSchema })).output(madeKeySchema),
    revokeMetricsToken: base.input(z.object({ id: z.string().min(1).max(64) })).output(z.object({})),
  },
  mqtt: {
    /** The brokers as they stand; read-only, since they come from the config. */
    status: base.output(mqttStatusSchema),
  },
  /** Whoever sends without being asked and is no device. */
  targets: {
    list: base.output(scrapeTargetsSchema),
  },
  senders: {
    unknown: base.output(unknownSendersSchema),
    /** Makes a device of it. */
    accept: base.input(senderNameSchema).output(deviceSummarySchema),
    /** Takes it off the list until it sends again. */
    dismiss: base.input(senderNameSchema).output(z.object({ dismissed: z.boolean() })),
  },
  profiles: {
    list: base.output(z.array(profileSchema)),
    save: base.input(profileFormSchema).output(profileSchema),
    remove: base.input(z.object({ id: z.string().min(1).max(64) })).output(z.object({ removed: z.boolean() })),
  },
  alerts: {
    /** Pending and firing ones, and those resolved within the last 24 hours. */
    list: base.input(alertListQuerySchema.optional()).output(z.array(alertSchema)),
    rules: base.output(z.array(ruleSchema)),
    /** In the groups of their routes, a page of them. */
    board: base.input(boardQuerySchema).output(boardSchema),
    summary: base.output(alertSummarySchema),
    history: base.input(historyQuerySchema).output(historySchema),
    /** One alert with its expression drawn, each time that it was active, and what else happened to the device. */
    page: base.input(alertPageQuerySchema).output(alertPageSchema),
  },
  silences: {
    /** Those to come, those that hold, and the last that did. */
    list: base.output(z.array(silenceSchema)),
    /** Makes or changes one: where its matchers change, it ends and a new one begins. */
    save: base.input(silenceFormSchema).output(silenceSchema),
    expire: base.input(z.object({ id: z.string().min(1).max(128) })).output(silenceSchema),
    /** The alerts that a silence with these matchers would keep quiet now. */
    preview: base.input(silencePreviewSchema).output(matchPreviewSchema),
  },
  maintenance: {
    list: base.output(z.array(maintenanceWindowSchema)),
    save: base.input(maintenanceFormSchema).output(maintenanceWindowSchema),
    remove: base.input(z.object({ id: z.string().min(1).max(64) })).output(z.object({ removed: z.boolean() })),
    preview: base.input(maintenancePreviewSchema).output(maintenancePreviewAnswerSchema),
  },
  heartbeat: {
    get: base.output(heartbeatSchema),
    /** The window's own; the URL is kept like a password and never answered. */
    change: base.input(heartbeatFormSchema).output(heartbeatSchema),
  },
  routing: {
    get: base.output(routingShownSchema),
    /** Which routes an alert with these labels takes. */
    trace: base.input(routeTraceQuerySchema).output(routeTraceSchema),
  },
  alerting: {
    /** When a rule would have fired, by the life cycle that running rules have; a caller that goes away ends it. */
    tryRule: base.input(tryRuleSchema).output(triedRuleSchema),
  },
  ownRules: {
    /** Writes a rule into an own rule file, which is made where it is missing; takes effect at once. */
    save: base.input(saveOwnRuleSchema).output(z.array(rulePackSchema)),
    remove: base.input(removeOwnRuleSchema).output(z.array(rulePackSchema)),
  },
  rulePacks: {
    list: base.output(z.array(rulePackSchema)),
    /** Switches packs or rules, sets thresholds and times; takes effect at once. */
    change: base.input(rulePackChangeSchema).output(z.array(rulePackSchema)),
    /** A Prometheus rule file becomes a pack; one of that name is replaced. */
    import: base.input(rulePackImportSchema).output(z.array(rulePackSchema)),
    /** Only what was imported. */
    remove: base.input(z.object({ packId: z.string().min(1).max(256) })).output(z.array(rulePackSchema)),
  },
  receivers: {
    /** The file's and the window's, with what waits and what failed, and the kinds that can be added. */
    list: base.output(receiverListSchema),
    /** Adds or changes one of the window's; takes effect at once. */
    save: base.input(receiverFormSchema).output(receiverSchema),
    remove: base.input(z.object({ id: z.string().min(1).max(64) })).output(z.object({ removed: z.boolean() })),
    /** Sends a message made up for it, now; how that went is the answer. */
    sendTest: base.input(receiverTestSchema).output(receiverTestAnswerSchema),
  },
  dashboards: {
    /** Shipped ones and the operator's own, and what is wrong with their files. */
    list: base.output(dashboardListSchema),
    get: base.input(z.object({ id: z.string().min(1).max(64) })).output(dashboardAnswerSchema),
  },
  storage: {
    status: base.output(storageStatusSchema),
    /** Where what is stored is sent, and the long-term store. */
    remote: base.output(remoteStatusSchema),
    /** What each metric and each device takes; of the last minutes, unless it is asked for afresh. */
    report: base.input(z.object({ fresh: z.boolean().default(false) })).output(storageReportSchema),
    /** Sets how long is kept what and how much it may take; takes effect at once. */
    change: base.input(storageChangeSchema).output(storageStatusSchema),
    previewDeletion: base.input(deletionSchema).output(deletionPreviewSchema),
    /** Queries do not see the samples any more when it answers; the room comes back in the background. */
    deleteSeries: base.input(deletionSchema).output(z.object({ series: z.number() })),
  },
  subscribers: {
    list: base.output(subscribersSchema),
    get: base.input(z.object({ key: z.string().min(1).max(4_096) })).output(subscriberDetailSchema),
    /** It comes back, from nothing, with its next session; its series stay until retention. */
    forget: base.input(z.object({ key: z.string().min(1).max(4_096) })).output(z.object({ forgotten: z.boolean() })),
    settings: base.output(subscriberSettingsSchema),
    /** The window's own rules, which come after the file's; takes effect at once. */
    changeRules: base
      .input(z.object({ rules: z.array(tierRuleSchema).max(MAX_TIER_RULES) }))
      .output(subscriberSettingsSchema),
  },
  map: {
    get: base.output(mapSchema),
    /** What each link carries, from the routers' last two polls. */
    rates: base.output(mapRatesSchema),
    /** Keeps where nodes are drawn, for all windows. */
    place: base.input(mapPlaceSchema).output(z.object({})),
    setParent: base.input(mapSetParentSchema).output(z.object({})),
  },
  lab: {
    /** Starts the sample network on loopback and adds its devices, marked as samples. */
    start: base.output(z.object({ running: z.boolean(), devices: z.number() })),
    stop: base.output(z.object({ running: z.boolean() })),
  },
};

export type Contract = typeof contract;
export type EngineClient = ContractRouterClient<Contract>;
