// What can be asked of devices, and done with those that the window added.
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { MAX_DEVICE_ID, base, deviceId } from './base.ts';
import { collectorChangeSchema } from './collectors.ts';
import {
  collectorStateSchema,
  connectionTestSchema,
  deviceDetailSchema,
  deviceSummarySchema,
  routerFormSchema,
  targetFormSchema,
} from './schemas.ts';
import { deviceEventQuerySchema, deviceEventsSchema } from './device-events.ts';
import {
  formerSchema,
  importPreviewSchema,
  importSchema,
  routerEditSchema,
  serialAnswerSchema,
  storedRouterFormSchema,
} from './setup.ts';
import { liveTrafficQuerySchema, liveTrafficSchema } from './traffic.ts';

export const devicesProcedures = {
  list: base.output(z.array(deviceSummarySchema)),
  get: base.input(deviceId).output(deviceDetailSchema),
  /** Held open while a page shows this device: fast polling (this host: 1 s) lasts as long as the stream does. */
  watch: base.input(deviceId).output(eventIterator(z.object({ intervalMs: z.number() }))),
  /** Held open while a page shows a router's interfaces: what they carry, each second. */
  liveTraffic: base.input(liveTrafficQuerySchema).output(eventIterator(liveTrafficSchema)),
  /** The newest 500 of what happened to it in that time. */
  events: base.input(deviceEventQuerySchema).output(deviceEventsSchema),
  /** What is read of a router that the window added, and how often; takes effect with its next poll. */
  setCollector: base.input(collectorChangeSchema).output(z.array(collectorStateSchema)),
  testRouter: base.input(routerFormSchema).output(connectionTestSchema),
  addRouter: base.input(routerFormSchema).output(deviceSummarySchema),
  testTarget: base.input(targetFormSchema).output(connectionTestSchema),
  addTarget: base.input(targetFormSchema).output(deviceSummarySchema),
  /** Removes a device that the window added; its history stays until retention. */
  remove: base.input(deviceId).output(z.object({ removed: z.boolean() })),
  /** How a router that the window added is set up, without its password. */
  routerForm: base.input(deviceId).output(storedRouterFormSchema),
  testEdit: base
    .input(z.object({ id: z.string().min(1).max(MAX_DEVICE_ID), form: routerFormSchema }))
    .output(connectionTestSchema),
  editRouter: base.input(routerEditSchema).output(deviceSummarySchema),
  acceptSerial: base.input(serialAnswerSchema).output(z.object({ accepted: z.boolean() })),
  setFormer: base.input(formerSchema).output(deviceSummarySchema),
  /** What the window added, as CSV without passwords. */
  exportCsv: base.output(z.object({ text: z.string() })),
  previewImport: base.input(importSchema).output(importPreviewSchema),
  /** Each row on its own; the answer tells how each went. */
  applyImport: base.input(importSchema).output(importPreviewSchema),
};
