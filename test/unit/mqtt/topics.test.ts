import { describe, expect, it } from 'vitest';
import { mayRead } from '../../../electron/engine/collectors/mqtt/accounts.ts';
import { Acks, Settled } from '../../../electron/engine/collectors/mqtt/acks.ts';
import { compileTopics } from '../../../electron/engine/collectors/mqtt/topics.ts';
import { parseConfig } from '../../../electron/engine/config/index.ts';
import { clientIdFor } from '../../../electron/engine/sources/mqtt.ts';

const topicsOf = (yaml: string) => {
  const { mqtt } = parseConfig(`mqtt: {connect: [{url: 'mqtt://hub', topics: [${yaml}]}]}\n`, 'linewarden.yml');
  return compileTopics(mqtt.connect[0]?.topics ?? []);
};

describe('topics', () => {
  it('tell the edge and the kind of message', () => {
    const topics = topicsOf("'edge/+/metrics', 'v2/<customer_id>/<edge_id>/inform', {topic: 'tele/+', as: metrics}");
    expect(topics.filters).toEqual(['edge/+/metrics', 'v2/+/+/inform', 'tele/+']);
    expect(topics.match('edge/SN7/metrics')).toEqual({ kind: 'metrics', edgeId: 'SN7', customerId: '' });
    expect(topics.match('v2/acme/SN7/inform')).toEqual({ kind: 'inform', edgeId: 'SN7', customerId: 'acme' });
    expect(topics.match('tele/SN9')).toEqual({ kind: 'metrics', edgeId: 'SN9', customerId: '' });
    expect(topics.match('edge/SN7/logs')).toBeUndefined();
    expect(topics.match('edge/SN7/metrics/more')).toBeUndefined();
  });

  it.each([
    ["'edge/metrics'", /one <edge_id>/],
    ["'edge/#'", /without #/],
    ["'edge/+/state'", /ends with \/metrics/],
    ["'+/+/metrics'", /one <edge_id>/],
    ["'$SYS/+/metrics'", /your own/],
    ["'edge/a+/metrics'", /whole level/],
    ['', /at least 1 entry/],
  ])('that say nothing are refused: %s', (yaml, told) => {
    expect(() => topicsOf(yaml)).toThrow(told);
  });
});

describe('the config of a broker', () => {
  it.each([
    ["connect: [{url: 'http://hub'}]", /a URL such as mqtts/],
    ["connect: [{url: 'mqtt://hub:99999'}]", /a URL such as mqtts/],
    ["connect: [{url: 'mqtt://user:secret@hub'}]", /without user and path/],
    ["connect: [{url: 'mqtt://hub', password: a, password_file: b}]", /either password or password_file/],
    ["connect: [{url: 'mqtt://hub', cert_file: a}]", /both cert_file and key_file/],
    ["connect: [{url: 'mqtt://hub'}, {url: 'mqtt://hub'}]", /no other broker has/],
    ["connect: [{url: 'mqtt://hub'}, {url: 'tcp://hub:1883/'}]", /no other broker has/],
    ["connect: [{url: 'mqtt://hub', name: embedded}]", /embedded is the own one/],
    ["broker: {listen: '0.0.0.0:1883', accounts: [{username: a}]}", /one of password_file, sha256 and password/],
  ])('is refused with what is wrong: %s', (yaml, told) => {
    expect(() => parseConfig(`mqtt: {${yaml}}\n`, 'linewarden.yml')).toThrow(told);
  });
});

describe('what an account may read', () => {
  const edge = { username: 'SN7', edgeId: 'SN7', maySubscribe: false };
  it.each([
    ['edge/SN7/commands', true],
    ['edge/SN7/#', true],
    ['edge/SN8/#', false],
    ['edge/+/commands', false],
    ['#', false],
    ['+/SN7/#', false],
    ['$SYS/SN7', false],
  ])('%s: %s', (filter, allowed) => {
    expect(mayRead(edge, filter)).toBe(allowed);
  });

  it('is nothing where its edge is called as a level of the topics is', () => {
    const { isWord } = topicsOf("'edge/+/metrics'");
    const called = { ...edge, edgeId: 'edge' };
    expect(mayRead(called, 'edge/#', isWord)).toBe(false);
    expect(mayRead(called, 'edge/SN8/commands', isWord)).toBe(false);
    expect(mayRead(edge, 'edge/SN7/#', isWord)).toBe(true);
  });
});

describe('the client ids of an installation', () => {
  it('are kept, one a broker', () => {
    const kept = new Map<string, unknown>();
    const settings = {
      get: (key: string) => kept.get(key),
      set: (key: string, value: unknown) => void kept.set(key, value),
    };
    const first = clientIdFor(settings, 'hub');
    const second = clientIdFor(settings, 'hub again');
    expect(second).not.toBe(first);
    expect([first, second].every((id) => /^linewarden-[0-9a-f]{12}$/.test(id))).toBe(true);
    expect([clientIdFor(settings, 'hub again'), clientIdFor(settings, 'hub')]).toEqual([second, first]);
  });
});

const setUp = (most: number) => {
  const sent: number[][] = [];
  const acks = new Acks({ most, settled: new Settled(8), send: (bytes) => sent.push([...bytes]) });
  let asked = 0;
  const arrive = (id: number, bytes = 10) => acks.arrived({ id, bytes, sum: id }, () => asked++);
  return { acks, sent, arrive, asked: () => asked };
};

describe('acknowledgements', () => {
  it('go out in the order in which messages came, those that are done together', () => {
    const { arrive, sent } = setUp(10);
    const [first, second, third] = [arrive(1), arrive(0x0102), arrive(3)];
    second();
    expect(sent).toEqual([]);
    first();
    third();
    expect(sent).toEqual([
      [0x40, 2, 0, 1, 0x40, 2, 1, 2],
      [0x40, 2, 0, 3],
    ]);
  });

  it('let no more messages come than may wait', () => {
    const { arrive, asked, acks } = setUp(2);
    const first = arrive(1);
    arrive(2);
    expect([asked(), acks.inFlight]).toEqual([1, 2]);
    first();
    expect([asked(), acks.inFlight]).toEqual([2, 1]);
  });

  it('let no more bytes wait than 32 MiB', () => {
    const { arrive, asked } = setUp(100);
    const first = arrive(1, 33 * 1024 ** 2);
    expect(asked()).toBe(0);
    first();
    expect(asked()).toBe(1);
  });

  it('are not sent for what needs none', () => {
    const { arrive, sent } = setUp(2);
    arrive(0)();
    expect(sent).toEqual([]);
  });
});
