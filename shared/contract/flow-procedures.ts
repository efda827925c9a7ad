// What can be asked of flows, and what their addresses and interfaces are called.
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { MAX_DEVICE_ID, base } from './base.ts';
import {
  flowCompletionQuerySchema,
  flowCompletionSchema,
  flowFilterCheckSchema,
  flowLiveQuerySchema,
  flowLiveSchema,
} from './flows.ts';
import {
  flowAnswerSchema,
  flowFilterSchema,
  flowQuestionSchema,
  flowSankeyQuestionSchema,
  flowSankeySchema,
} from '../model/flow-question.ts';
import { flowExportersSchema } from './flow-exporters.ts';
import { addressNamesSchema, interfaceNamesSchema, nameLookupSchema } from './names.ts';
import { flowExporterSchema } from './schemas.ts';

export const flowsProcedures = {
  exporters: base.output(z.array(flowExporterSchema)),
  /** The receiver, each exporter, and who sends in vain. */
  exporterHealth: base.output(flowExportersSchema),
  /** Top of what was carried, by up to three keys; a caller that goes away ends it. */
  ask: base.input(flowQuestionSchema).output(flowAnswerSchema),
  /** Ends inside, services and ends outside, with what goes between them. */
  sankey: base.input(flowSankeyQuestionSchema).output(flowSankeySchema),
  /** A filter that is wrong is an answer here, not an error. */
  check: base.input(z.object({ filter: flowFilterSchema })).output(flowFilterCheckSchema),
  complete: base.input(flowCompletionQuerySchema).output(flowCompletionSchema),
  /** Held open while a page shows the last minute: again each second. */
  live: base.input(flowLiveQuerySchema).output(eventIterator(flowLiveSchema)),
};

export const namesProcedures = {
  /** What addresses are called, by whoever knows best. */
  lookUp: base.input(nameLookupSchema).output(addressNamesSchema),
  /** Of a device, by its id or an address of it: what its flows call by number. */
  interfaces: base.input(z.object({ device: z.string().min(1).max(MAX_DEVICE_ID) })).output(interfaceNamesSchema),
};
