// What both are asked, by family. Ranges and offsets are whole multiples of 15 s, so that no window is cut at a sample.

const selectors = [
  'temperature',
  'temperature{room="attic"}',
  'temperature{room!="attic",floor="1"}',
  'temperature{room=~"a.*|cellar"}',
  'temperature{room!~".*e.*"}',
  '{__name__=~"request.*",job="web"}',
  'temperature{nothing=""}',
  'nothing_there',
  'flapping',
  'once',
  'rare',
  'requests_total offset 10m',
  'requests_total{instance="c:80"} offset -5m',
  'temperature offset 1h',
];

const scalars = [
  '1',
  '-1.5e3',
  '0x1F',
  'Inf',
  'NaN',
  '"a string"',
  'time()',
  '1 + 2 * 3 ^ 2 ^ 0.5 % 7',
  '-(1 > bool 2)',
  'pi()',
];

const ranges = [
  'rate(requests_total[5m])',
  'rate(requests_total[45s])',
  'rate(requests_total{code="500"}[30m])',
  'increase(requests_total[5m])',
  'increase(requests_total[1h15m])',
  'irate(requests_total[5m])',
  'delta(temperature[10m])',
  'idelta(temperature[2m])',
  'deriv(temperature{room=~"attic|cellar|tiny|huge"}[15m])',
  'predict_linear(temperature{room=~"attic|cellar"}[30m], 3600)',
  'changes(temperature[10m])',
  'changes(flapping[30m])',
  'resets(requests_total[1h])',
  'rate(rare[30m])',
  'rate(once[1h])',
  'rate(flapping[15m])',
  'rate(requests_total[5m] offset 30m)',
  'rate(requests_total{method="GET"}[5m] offset -10m)',
];

const overTime = [
  ...['avg', 'min', 'max', 'sum', 'count', 'last', 'present', 'stddev', 'stdvar'].flatMap((name) => [
    `${name}_over_time(temperature[10m])`,
    `${name}_over_time(flapping[7m30s])`,
  ]),
  'quantile_over_time(0.9, temperature{room=~"attic|cellar|fridge"}[20m])',
  'quantile_over_time(-1, temperature[5m])',
  'quantile_over_time(1.5, temperature[5m])',
  'absent_over_time(once[5m])',
  'absent_over_time(nothing_there{a="b",c=~"d"}[5m])',
  'absent(nothing_there{a="b",c=~"d"})',
  'absent(temperature)',
  'absent(sum(nothing_there))',
];

const aggregations = [
  ...['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'].flatMap((name) => [
    `${name}(temperature)`,
    `${name} by (job) (requests_total)`,
    `${name} without (instance, code) (rate(requests_total[5m]))`,
  ]),
  'sum by (room) (temperature)',
  'sum by (nothing) (temperature)',
  'quantile(0.5, rate(requests_total[5m]))',
  'quantile by (job) (0.99, requests_total)',
  'quantile(2, temperature)',
  'topk(3, requests_total)',
  'topk by (job) (2, rate(requests_total[5m]))',
  'bottomk(2, temperature{room!~"fridge|oven|deep"})',
  'bottomk by (floor) (1, temperature{room!~"fridge|oven|deep"})',
  'count_values("value", up)',
  'count_values by (job) ("value", request_limit)',
  'count(count by (job, instance) (requests_total))',
];

const matching = [
  'requests_total / 2',
  '2 * requests_total',
  'temperature % 7',
  'temperature ^ 2',
  'sum by (room) (temperature{room="attic"} atan2 temperature{room="attic"})',
  'requests_total > 5000',
  'requests_total >= bool 5000',
  'temperature == temperature',
  'temperature != bool 21.5',
  '5 < up',
  '1 > bool up',
  '-temperature',
  'latency_seconds_sum / latency_seconds_count',
  'rate(latency_seconds_sum[5m]) / rate(latency_seconds_count[5m])',
  'sum by (job) (rate(requests_total[5m])) / on (job) request_limit',
  'requests_total * on (job, instance) group_left (version) build_info',
  'build_info * on (job, instance) group_right (version) requests_total',
  'sum by (job, instance) (requests_total) * ignoring (version) group_right () build_info',
  'requests_total{code="500"} / ignoring (code) requests_total{code="200"}',
  'sum without (code) (requests_total{code="500"}) / sum without (code) (requests_total)',
  'requests_total and on (instance) up',
  'requests_total unless on (instance) up',
  'up or request_limit',
  'up == 1 or on (job) request_limit',
  'temperature > 20 and temperature < 100 or temperature{room="deep"}',
  'request_limit > on (job) sum by (job) (up)',
  'up{job="api"} == bool on (instance) group_left () build_info{job="api"}',
];

const histograms = [
  'histogram_quantile(0.9, latency_seconds_bucket)',
  'histogram_quantile(0.5, rate(latency_seconds_bucket[5m]))',
  'histogram_quantile(0.99, sum by (le) (rate(latency_seconds_bucket[5m])))',
  'histogram_quantile(0.25, sum by (job, le) (increase(latency_seconds_bucket[30m])))',
  'histogram_quantile(1, latency_seconds_bucket)',
  'histogram_quantile(0, latency_seconds_bucket)',
  'histogram_quantile(-0.1, latency_seconds_bucket)',
  'histogram_quantile(1.1, latency_seconds_bucket)',
  'histogram_quantile(0.9, latency_seconds_bucket{le!="+Inf"})',
];

const functions = [
  ...[
    'abs',
    'ceil',
    'floor',
    'exp',
    'ln',
    'log2',
    'log10',
    'sqrt',
    'sgn',
    'sin',
    'cos',
    'tan',
    'asin',
    'acos',
    'atan',
    'sinh',
    'cosh',
    'tanh',
    'asinh',
    'acosh',
    'atanh',
    'deg',
    'rad',
  ].map((name) => `${name}(temperature{room=~"attic|cellar|hall|tiny|oven"})`),
  'round(temperature)',
  'round(temperature{room!~"tiny|huge"}, 0.25)',
  'round(temperature, 5)',
  'clamp(temperature, 0, 25)',
  'clamp(temperature, 25, 0)',
  'clamp_min(temperature, 20)',
  'clamp_max(temperature, 20)',
  'sort(temperature{room!="fridge"})',
  'sort_desc(requests_total)',
  'scalar(request_limit{job="api"})',
  'scalar(request_limit)',
  'vector(7)',
  'vector(time())',
  'timestamp(up)',
  'timestamp(rare)',
  'timestamp(up + 0)',
  'time() - timestamp(temperature{room="attic"})',
  ...['minute', 'hour', 'day_of_week', 'day_of_month', 'day_of_year', 'days_in_month', 'month', 'year'].flatMap(
    (name) => [`${name}()`, `${name}(vector(1456780000.5))`],
  ),
  'hour(timestamp(up))',
  'label_replace(up, "host", "$1", "instance", "(.*):.*")',
  'label_replace(up, "job", "", "job", "api")',
  'label_replace(up, "x", "$1-${2}-$$", "instance", "([a-z]):(\\\\d+)")',
  'label_replace(up{job="web"}, "instance", "moved", "nothing", "")',
  'label_join(up, "both", "/", "job", "instance")',
  'label_join(up, "job", ",", "nothing")',
];

const modifiers = [
  'requests_total @ START',
  'rate(requests_total[5m] @ END)',
  'temperature @ START offset 10m',
  'sum(temperature{room="attic"} @ start()) + sum(temperature{room="attic"} @ end())',
  'topk(2, rate(requests_total[5m] @ end())) and requests_total',
];

const subqueries = [
  'max_over_time(rate(requests_total[1m])[30m:1m])',
  'avg_over_time(temperature{room="attic"}[20m:2m])',
  'rate(sum(requests_total{job="web"})[15m:30s])',
  'min_over_time((up == 1)[30m:45s])',
  'sum_over_time(vector(time())[10m:1m])',
  'max_over_time(deriv(temperature{room="cellar"}[5m])[30m:5m])',
  'count_over_time(up[10m:])',
  'avg_over_time(rate(requests_total{job="web"}[2m])[10m:1m] offset 20m)',
  'quantile_over_time(0.5, sum by (job) (requests_total)[10m:1m])',
  'sum_over_time(max_over_time(temperature{room="attic"}[2m])[10m:2m])',
  'last_over_time(up[20m:3m] @ END)',
];

/** Without order where the language gives none; these come sorted. */
export const ORDERED: ReadonlySet<string> = new Set(['sort(temperature{room!="fridge"})', 'sort_desc(requests_total)']);

/** START and END stand for times within the data. */
export const QUERIES: readonly string[] = [
  ...selectors,
  ...scalars,
  ...ranges,
  ...overTime,
  ...aggregations,
  ...matching,
  ...histograms,
  ...functions,
  ...modifiers,
  ...subqueries,
];

/** As raw samples, by an instant query. */
export const WINDOWS: readonly string[] = [
  'temperature[5m]',
  'requests_total[10m]',
  'flapping[20m]',
  'requests_total{instance="c:80"}[2h]',
  'temperature{room="attic"}[10m:1m]',
];

/** Fail with the same status and type. */
export const REFUSED: readonly string[] = [
  'sum(',
  'rate(requests_total)',
  'rate(temperature[5m:1m',
  'temperature{}[5m] + 1',
  '{room=""}',
  'temperature{room=~"("}',
  'sum by (job (up)',
  'up * on (job) requests_total',
  'requests_total * on (job) group_left () requests_total',
  'up and 1',
  'up + on (job) group_left group_right up',
  'label_replace(up, "x", "$1", "instance", "(")',
  'count_values("", up)',
  'sum_over_time(time()[10m:1m])',
  'no_such_function(up)',
  'topk("a", up)',
  '1 and 2',
  'up @ up',
  '"a" + "b"',
  'sum(temperature[5m])',
  'label_replace(requests_total, "instance", "one", "instance", ".*")',
];

/** Language of Prometheus 3 that 2.42 does not know, or answers otherwise: they are not compared. */
export const NOT_COMPARED: readonly { readonly query: string; readonly why: string }[] = [
  { query: 'histogram_fraction(0, 1, latency_seconds_bucket)', why: '2.42 reads native histograms only' },
  { query: '{"temperature", "room"="attic"}', why: 'quoted names are of 3.0' },
  { query: 'rate(requests_total[300])', why: 'numbers as durations are of 2.54' },
  { query: 'sum(up) + 5m', why: 'durations as numbers are of 2.54' },
  { query: 'label_replace(up, "a.b", "x", "job", ".*")', why: 'UTF-8 label names are of 3.0' },
  { query: 'temperature offset 5', why: 'numbers as durations are of 2.54' },
  { query: 'temperature{room="attic"} atan2 temperature{room="attic"}', why: '2.42 keeps the metric name' },
];

/** Written otherwise by 2.42, which prints numbers with an exponent; an Inf without its sign binds as it was written. */
export const WRITTEN_OTHERWISE = /^Inf$|1456780000\.5/;
