// Alertmanager's routing: its configuration, groups, inhibition, silences and time intervals.
export { isResolvedAt, type RoutedAlert } from './alert.ts';
export { Alerts, type SentAlert } from './alerts.ts';
export {
  type IntegrationConfig,
  type IntegrationSchemas,
  type ReceiverConfig,
  type RoutingConfig,
  routingSchema,
} from './config.ts';
export {
  type AlertStatus,
  Dispatcher,
  type GroupMessage,
  type GroupState,
  type Integration,
  type NotificationLog,
} from './dispatcher.ts';
export { readMatchers } from './classic-matcher.ts';
export { type Matcher, matcher, MatcherError, matchersText, matchesAll, parseMatchers } from './matcher.ts';
export { groupKeyOf, groupLabels, type Route } from './route.ts';
export {
  type Silence,
  type SilenceDraft,
  Silences,
  type SilenceState,
  silenceState,
  type SilenceTable,
} from './silence.ts';
