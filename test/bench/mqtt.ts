// 5,000 messages a second for 30 s through a real mosquitto, and through the embedded broker: what arrives, and what it costs.
import { connectAsync } from 'mqtt';
import { missing, startMosquitto } from '../interop/mosquitto/peer.ts';
import { freePort } from '../support/free-port.ts';
import { query, startServe } from '../support/serve.ts';
import { sleep, usage } from './processes.ts';
import type { Figure } from './run.ts';

const EDGES = 500;
const PER_SECOND = 5_000;
const SECONDS = 30;

type Emit = (figure: Figure) => void;

export async function mqttBench(emit: Emit): Promise<void> {
  if (missing === '') {
    const broker = await startMosquitto();
    try {
      const url = `mqtt://127.0.0.1:${broker.port}`;
      await measure(emit, 'mqtt_mosquitto', url, `connect: [{url: '${url}'}]`);
    } finally {
      await broker.stop();
    }
  }
  const port = await freePort();
  await measure(emit, 'mqtt_embedded', `mqtt://127.0.0.1:${port}`, `broker: {listen: '127.0.0.1:${port}'}`);
}

async function measure(emit: Emit, name: string, url: string, section: string): Promise<void> {
  const served = await startServe({ config: `host: {enabled: false}\nnetflow: {listen: []}\nmqtt: {${section}}\n` });
  try {
    await sleep(2_000);
    const publishers = await Promise.all(
      Array.from({ length: 4 }, () => connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0 })),
    );
    const pid = served.process.pid ?? 0;
    const before = usage(pid);
    const startMs = performance.now();
    const firstMs = Date.now() - 60_000;
    const count = { sent: 0, acked: 0 };
    while (performance.now() - startMs < SECONDS * 1_000) {
      const due = Math.floor(((performance.now() - startMs) / 1_000) * PER_SECOND);
      for (; count.sent < due; count.sent++) {
        const edge = count.sent % EDGES;
        const n = Math.floor(count.sent / EDGES);
        const payload = `edge_number ${n} ${firstMs + n}\n`;
        publishers[edge % publishers.length]?.publish(`edge/SN${edge}/metrics`, payload, { qos: 1 }, (error) => {
          if (error === undefined || error === null) count.acked++;
        });
      }
      await sleep(5);
    }
    const took = (performance.now() - startMs) / 1_000;
    for (let i = 0; i < 200 && count.acked < count.sent; i++) await sleep(50);
    let stored = 0;
    for (let i = 0; i < 60 && stored < count.acked; i++) {
      const [sum] = await query(served, 'sum(count_over_time(edge_number[1h]))');
      stored = Number(sum?.value[1] ?? 0);
      await sleep(500);
    }
    const all = (performance.now() - startMs) / 1_000;
    const after = usage(pid);
    const peer = `${PER_SECOND} messages/s for ${SECONDS} s`;
    emit({ name: `${name}_sent`, value: count.sent / took, unit: 'messages/s', peer });
    emit({ name: `${name}_lost`, value: count.acked - stored, unit: 'acknowledged messages', peer });
    emit({ name: `${name}_behind`, value: all - took, unit: 's until all was stored', peer });
    emit({
      name: `${name}_cpu`,
      value: (100 * (after.cpuSeconds - before.cpuSeconds)) / all,
      unit: '% of one core',
      peer,
    });
    emit({ name: `${name}_rss`, value: after.rssBytes / 2 ** 20, unit: 'MB', peer });
    await Promise.all(publishers.map((one) => one.endAsync(true)));
  } finally {
    await served.stop();
  }
}
