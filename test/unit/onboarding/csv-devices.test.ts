import { array, assert, constantFrom, integer, option, property, record, string } from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createCsvExchange } from '../../../electron/engine/onboarding/index.ts';
import type { CsvDevices, CsvProfiles } from '../../../electron/engine/onboarding/index.ts';
import { labelsText, readLabels } from '../../../electron/engine/onboarding/csv/columns.ts';
import type { DeviceSummary, RouterForm, StoredRouterForm, TargetForm } from '../../../shared/contract/index.ts';
import { storedRouterFormSchema } from '../../../shared/contract/setup.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';

type Stored =
  | { readonly kind: 'router'; readonly id: string; readonly form: StoredRouterForm }
  | { readonly kind: 'target'; readonly id: string; readonly form: TargetForm };

const PIN = '5f'.repeat(32);
let stored: Stored[];
let done: [string, unknown][];
let others: Partial<DeviceSummary>[];

const core: StoredRouterForm = {
  name: 'core',
  address: '10.0.0.1',
  port: 8728,
  tls: 'off',
  pin: '',
  username: 'monitor',
  intervalMs: 15_000,
};

const add = (device: Stored): Promise<void> => {
  stored = [...stored.filter(({ id }) => id !== device.id), device];
  return Promise.resolve();
};
const bare = (form: RouterForm): StoredRouterForm => storedRouterFormSchema.parse(form);
const idOf = ({ job, url }: TargetForm): string => `${job}/${new URL(url).host}`;

const devices: CsvDevices = {
  list: () => [],
  get: (id) =>
    [
      ...stored.map((device) => ({ id: device.id, name: device.id, provisioned: false, sample: false })),
      ...others,
    ].find((device) => device.id === id) as DeviceSummary | undefined,
  stored: () => stored,
  targetId: idOf,
  addRouter(form) {
    if (form.name === 'unlucky') throw new LinewardenError('LW_DEVICE_NAME_TAKEN', 'Somebody was faster.');
    done.push(['add', form]);
    return add({ kind: 'router', id: form.name, form: bare(form) });
  },
  editRouter({ id, form, keepHistory }) {
    done.push([`edit ${id} ${keepHistory}`, form]);
    return add({ kind: 'router', id, form: bare(form) });
  },
  addTarget(form) {
    done.push(['add target', form]);
    return add({ kind: 'target', id: idOf(form), form });
  },
  editTarget(form) {
    done.push(['edit target', form]);
    return add({ kind: 'target', id: idOf(form), form });
  },
};

const profiles: CsvProfiles = {
  list: () => [
    { id: 'p1', name: 'Towers', username: 'tower', port: 8729, tls: 'insecure', intervalMs: 30_000 },
    { id: 'p2', name: 'Pinning', username: 'x', port: 8729, tls: 'pin-first', intervalMs: 15_000 },
  ],
  password: (id) => Promise.resolve(`secret of ${id}`),
};

const exchange = createCsvExchange(devices, profiles);

beforeEach(() => {
  stored = [{ kind: 'router', id: 'core', form: core }];
  done = [];
  others = [];
});

/** "2 add core", "3 refused x: why", "4 change y (port)". */
const fates = (text: string, profileId?: string): string[] =>
  exchange
    .preview({ text, profileId })
    .rows.map(
      ({ line, fate, name, reason, changes }) =>
        `${line} ${fate} ${name}${reason === '' ? '' : `: ${reason}`}${changes.length === 0 ? '' : ` (${changes.join(', ')})`}`,
    );

describe('an export', () => {
  it('holds what the window added, and no password column', () => {
    stored.push({
      kind: 'router',
      id: '=x, "y"',
      form: { ...core, name: '=x, "y"', tls: 'pin', pin: PIN, port: 8729, labels: { site: 'a;b', tier: 'c\\d' } },
    });
    const url = 'http://10.0.0.5:9100/metrics';
    stored.push({ kind: 'target', id: 'node/10.0.0.5:9100', form: { job: 'node', url, intervalMs: 90_000 } });
    expect(exchange.export()).toBe(
      [
        'kind,name,address,port,tls,pin,username,interval,labels',
        'router,core,10.0.0.1,8728,off,,monitor,15s,',
        `router,"'=x, ""y""",10.0.0.1,8729,pin,${PIN},monitor,15s,site=a\\;b; tier=c\\\\d`,
        `target,node,${url},,,,,1m30s,`,
        '',
      ].join('\r\n'),
    );
  });

  it('comes back unchanged, whatever is in it', () => {
    // What a form takes for a name: one line, without control characters.
    const name = string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(
      (text) => text.trim() !== '' && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text),
    );
    const router = record({
      name: name.map((text) => text.toWellFormed().trim()),
      address: constantFrom('10.0.0.1', 'core.example', '2001:db8::1'),
      port: integer({ min: 1, max: 65_535 }),
      tls: constantFrom('off', 'verify', 'insecure'),
      pin: constantFrom(''),
      username: name.map((text) => text.toWellFormed().trim()),
      intervalMs: integer({ min: 1, max: 3_600 }).map((seconds) => seconds * 1_000),
      labels: option(record({ site: string({ maxLength: 8 }).map((text) => text.trim()) }), { nil: undefined }),
    });
    assert(
      property(array(router, { maxLength: 6 }), (forms) => {
        const unique = new Map(forms.filter(isPlain).map((form) => [form.name, form]));
        stored = [...unique].map(([id, { labels, ...form }]) => ({
          kind: 'router',
          id,
          form: { ...form, ...(labels !== undefined && { labels }) },
        }));
        const again = exchange.preview({ text: exchange.export() });
        expect(again).toMatchObject({ problem: null, ignoredColumns: [] });
        expect(again.rows.map(({ fate, name: given }) => [fate, given])).toEqual(
          [...unique.keys()].map((given) => ['unchanged', given]),
        );
      }),
    );
  });
});

/** A name that begins with an apostrophe before a formula is what a defused one looks like. */
const isPlain = ({ name, username }: { readonly name: string; readonly username: string }): boolean =>
  [name, username].every((text) => !text.startsWith("'"));

describe('an import', () => {
  it('tells the fate of each row', () => {
    others = [
      { id: 'file', name: 'file', provisioned: true },
      { id: 'lab', name: 'lab', provisioned: false, sample: true },
      { id: 'exporter', name: 'exporter', provisioned: false, sample: false },
    ];
    const text = `name,address,port,password,interval,kind,username
new,10.0.0.2,,s3cret,,,u
core,10.0.0.1,8728,,15s,
core,10.0.0.9,,,,
no login,10.0.0.3,,,,
bad port,10.0.0.4,70000,x,,,u
bad address,a b,,x,,,u
bad interval,10.0.0.5,,x,soon,,u
file,10.0.0.6,,x,,,u
lab,10.0.0.7,,x,,,u
exporter,10.0.0.8,,x,,,u
switch,10.0.0.8,,x,,switch,u
node,http://10.0.0.5:9100/metrics,,,60,
billing,ftp://10.0.0.5,,,,target
,10.0.0.9,,x,,,u
bell\u0007,10.0.0.9,,x,,,u
`;
    expect(fates(text)).toEqual([
      '2 add new',
      '3 unchanged core',
      '4 refused core: It is in line 3 already.',
      '5 refused no login: A new router needs a password, or a credential profile.',
      '6 refused bad port: port: a port from 1 to 65535.',
      '7 refused bad address: address: a host name or an IP address.',
      '8 refused bad interval: The interval "soon" is not written as 15s.',
      '9 refused file: file comes from the config file and is changed there.',
      '10 refused lab: lab comes from the sample network and is changed there.',
      '11 refused exporter: There is another device called "exporter".',
      '12 refused switch: The kind is "switch"; router and target are known.',
      '13 add node',
      '14 refused billing: address: an http:// or https:// URL such as http://10.0.0.5:9100/metrics.',
      '15 refused : name: give it a name.',
      '16 refused bell\u0007: name: one line, without control characters.',
    ]);
  });

  it('changes what its cells say and leaves the rest, and says which', async () => {
    const text =
      'Name;Address;TLS;Labels;Password;Note\ncore;10.0.0.2;insecure;"site=north; tier=a\\;b";new secret;x\n';
    expect(fates(text)).toEqual(['2 change core (address, tls, labels, password)']);
    expect(exchange.preview({ text }).ignoredColumns).toEqual(['note']);
    const applied = await exchange.apply({ text });
    expect(applied.rows[0]?.fate).toBe('change');
    expect(done).toEqual([
      [
        'edit core true',
        {
          ...core,
          address: '10.0.0.2',
          tls: 'insecure',
          labels: { site: 'north', tier: 'a;b' },
          password: 'new secret',
        },
      ],
    ]);
    expect(JSON.stringify(applied)).not.toContain('secret');
  });

  it('takes login, port and TLS of a credential profile, named in the row or chosen for all', async () => {
    const text =
      'name,address,profile,port\na,10.0.0.2,towers,\nb,10.0.0.3,,9999\nc,10.0.0.4,nobody,\nd,10.0.0.5,pinning,\n';
    expect(fates(text)).toEqual([
      '2 add a',
      '3 refused b: A new router needs a password, or a credential profile.',
      '4 refused c: There is no credential profile called "nobody".',
      '5 refused d: A pinned certificate needs its SHA-256 in the column pin.',
    ]);
    expect(fates(text, 'p1')[1]).toBe('3 add b');
    await exchange.apply({ text, profileId: 'p1' });
    const made = {
      port: 8729,
      tls: 'insecure',
      pin: '',
      username: 'tower',
      password: 'secret of p1',
      intervalMs: 30_000,
    };
    expect(done).toEqual([
      ['add', { ...made, name: 'a', address: '10.0.0.2' }],
      ['add', { ...made, name: 'b', address: '10.0.0.3', port: 9999 }],
    ]);
  });

  it('goes on after a row that fails, and keeps a blank of a password', async () => {
    const text = `name,address,password,pin,username\nunlucky,10.0.0.2,x,,u\nlucky,10.0.0.3, y ,${PIN},u\n`;
    const { rows } = await exchange.apply({ text });
    expect(rows.map(({ fate, reason }) => [fate, reason])).toEqual([
      ['refused', 'Somebody was faster.'],
      ['add', ''],
    ]);
    expect(done[0]?.[1]).toMatchObject({ name: 'lucky', password: ' y ', tls: 'pin', pin: PIN, port: 8729 });
  });

  it('changes a target of the same job and host', async () => {
    await exchange.apply({ text: 'name,address\nnode,http://10.0.0.5:9100/metrics\n' });
    const text = 'name,address,interval\nnode,http://10.0.0.5:9100/other,30s\n';
    expect(fates(text)).toEqual(['2 change node (address, interval)']);
    await exchange.apply({ text });
    expect(done.at(-1)).toEqual([
      'edit target',
      { job: 'node', url: 'http://10.0.0.5:9100/other', intervalMs: 30_000 },
    ]);
  });

  it.each([
    ['', 'The first line names the columns'],
    ['a,b\n1,2', 'name and address are needed'],
    ['name,address,name\n', 'The column name is there twice.'],
    ['name,address\n"x', 'Line 2: a quote is opened and never closed.'],
    [`name,address\n${'a,b\n'.repeat(1_001)}`, 'at most 1001 rows'],
  ])('%j is refused as a whole', (text, problem) => {
    const preview = exchange.preview({ text });
    expect(preview.problem).toContain(problem);
    expect(preview.rows).toEqual([]);
  });
});

describe('labels in a cell', () => {
  it.each([
    ['site=north; tier=gold', { site: 'north', tier: 'gold' }],
    ['a=1;;b=x=y', { a: '1', b: 'x=y' }],
    [String.raw`a=x\;y\\z`, { a: 'x;y\\z' }],
    ['', {}],
    ['site', undefined],
    ['=x', undefined],
    ['a=1;a=2', undefined],
    ['__proto__=x', undefined],
  ])('%j', (text, labels) => {
    expect(readLabels(text)).toEqual(labels);
  });

  it('are written so that they come back', () => {
    const labels = { site: 'a;b\\c', tier: 'x=y' };
    expect(readLabels(labelsText(labels))).toEqual(labels);
  });
});
