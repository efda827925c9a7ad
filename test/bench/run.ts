// `npm run bench`: every figure as one JSON line {name, value, unit, peer?, ratio?}. Nothing here is asserted.
import { alertLatencyBench, alertStormBench, rulesBench } from './alerts.ts';
import { flowQuestionsBench } from './flow-questions.ts';
import { flowBench } from './flows/index.ts';
import { idleBench } from './idle.ts';
import { mqttBench } from './mqtt.ts';
import { promdataBench } from './promdata.ts';
import { redrawBench } from './redraw.ts';
import { routerBench } from './routers.ts';
import { servedScrapeBench } from './scrape-served.ts';
import { manyTargetsBench } from './scrape-many.ts';
import { scrapeBench } from './scrape.ts';
import { storeBench } from './store.ts';

export type Figure = { name: string; value: number; unit: string; peer?: string; ratio?: number };

const benches: Record<string, (emit: (figure: Figure) => void) => Promise<void>> = {
  store: storeBench,
  scrape: scrapeBench,
  'scrape-served': servedScrapeBench,
  'scrape-many': manyTargetsBench,
  flows: flowBench,
  'flow-questions': flowQuestionsBench,
  routers: routerBench,
  mqtt: mqttBench,
  idle: idleBench,
  redraw: redrawBench,
  'alert-latency': alertLatencyBench,
  'alert-storm': alertStormBench,
  rules: rulesBench,
  promdata: promdataBench,
};

const emit = (figure: Figure): void => {
  process.stdout.write(`${JSON.stringify({ ...figure, value: Number(figure.value.toPrecision(4)) })}\n`);
};

const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  try {
    await bench(emit);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
process.exit();
