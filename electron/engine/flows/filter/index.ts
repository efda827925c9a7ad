// The filter language of traffic.
export { type Net, type Words, addressText, addressWords, insideNets, netOf, netText } from './address.ts';
export type { AddressField, Comparison, Condition, CountField, Filter, ServiceSpan, Span, TextField } from './ast.ts';
export { FlowFilterError } from './errors.ts';
export { parseFilter } from './parse.ts';
export { printFilter, quoteText, serviceText } from './print.ts';
