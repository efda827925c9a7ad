// The seventeen cases that a client of the RouterOS API must survive: those of a connection that stands (8 is in
// poller.test.ts), each against a peer that plays it.
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { lengthPrefix, property, sentence } from '../../lab/routeros/wire.ts';
import { connected, failureOf, hostile, router, until } from './support.ts';

/** A reply cut off in its second sentence. */
function half(tag: string): Buffer {
  const whole = Buffer.concat([sentence('!re', '=name=ether1', tag), sentence('!re', '=name=ether2', tag)]);
  return whole.subarray(0, whole.length - 9);
}

describe('case 1: !empty', () => {
  it('an empty list on 7.18 and later', async () => {
    const { port } = await router({ version: '7.18', health: 'none' });
    const connection = await connected(port);
    expect(await connection.print('/system/health')).toEqual([]);
    expect(await connection.print('/system/identity')).toHaveLength(1);
    expect(connection.ignoredReplies).toBe(0);
  });

  it('an empty list also where no !done follows', async () => {
    const { port } = await hostile({ onCommand: (socket, _, tag) => socket.write(sentence('!empty', tag)) });
    expect(await (await connected(port)).print('/ip/pool')).toEqual([]);
  });
});

describe('case 2: !trap', () => {
  it('one of many tagged commands rejects with category and message, the others go on', async () => {
    const started = await router();
    started.faults.traps.set('/system/health/print', { message: 'sensor bus stuck', category: '4' });
    const connection = await connected(started.port);
    const [identity, failed, interfaces] = await Promise.all([
      connection.print('/system/identity'),
      failureOf(connection.print('/system/health')),
      connection.print('/interface'),
    ]);
    expect(failed.code).toBe('LW_ROUTEROS_TRAP');
    expect(failed.message).toBe('The router answered "sensor bus stuck" to /system/health/print (general failure).');
    expect([identity.length, interfaces.length]).toEqual([1, 7]);
    expect(connection.isOpen).toBe(true);
  });

  it('a command that this version does not have has a code of its own', async () => {
    const { port } = await router();
    const { code } = await failureOf((await connected(port)).print('/no/such/menu'));
    expect(code).toBe('LW_ROUTEROS_NO_SUCH_COMMAND');
  });
});

describe('case 3: !fatal while connected', () => {
  it('everything pending rejects, and so does what comes after', async () => {
    const started = await router();
    started.faults.silent.add('/interface/print');
    started.faults.fatals.set('/system/resource/print', 'router is rebooting');
    const connection = await connected(started.port);
    const pending = [
      connection.print('/interface'),
      connection.print('/interface'),
      connection.print('/system/resource'),
    ];
    const failures = await Promise.all(pending.map(failureOf));
    expect(failures.map(({ code }) => code)).toEqual(Array(3).fill('LW_ROUTEROS_FATAL'));
    expect(failures[0]?.message).toContain('router is rebooting');
    expect((await connection.closed).code).toBe('LW_ROUTEROS_FATAL');
    expect((await failureOf(connection.print('/system/identity'))).code).toBe('LW_ROUTEROS_CLOSED');
  });
});

describe('case 5: FIN or RST in mid-reply', () => {
  it.each([
    ['FIN', (socket: Socket) => socket.end()],
    ['RST', (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 20)],
  ])('%s: all pending reject', async (_, end) => {
    const peer = await hostile({
      onCommand: (socket, [command], tag) => {
        if (command !== '/interface/print') return;
        socket.write(half(tag));
        end(socket);
      },
    });
    const connection = await connected(peer.port);
    const codes = await Promise.all(
      [connection.print('/system/resource'), connection.print('/interface')].map(
        async (each) => (await failureOf(each)).code,
      ),
    );
    expect(codes).toEqual(['LW_ROUTEROS_CLOSED', 'LW_ROUTEROS_CLOSED']);
  });
});

describe('case 6: a command that is never answered', () => {
  it('times out, is cancelled on the router, and the connection is kept', async () => {
    const started = await router();
    started.faults.silent.add('/interface/print');
    const connection = await connected(started.port);
    const failure = await failureOf(connection.print('/interface', { timeoutMs: 60 }));
    expect(failure.code).toBe('LW_ROUTEROS_TIMEOUT');
    expect(failure.message).toContain('/interface/print');
    await until(() => started.commands.some(([command]) => command === '/cancel'));
    const sent = started.commands.find(([command]) => command === '/interface/print');
    const cancel = started.commands.find(([command]) => command === '/cancel');
    expect(`.${cancel?.[1]?.slice(1)}`).toBe(sent?.at(-1));
    expect(await connection.print('/system/identity')).toHaveLength(1);
    expect(connection.ignoredReplies).toBe(0);
  });

  it('an abort cancels it too', async () => {
    const started = await router();
    started.faults.silent.add('/interface/print');
    const connection = await connected(started.port);
    const abort = new AbortController();
    const pending = failureOf(connection.print('/interface', { signal: abort.signal }));
    abort.abort();
    expect((await pending).code).toBe('LW_ROUTEROS_CANCELLED');
    await until(() => started.commands.some(([command]) => command === '/cancel'));
    expect((await failureOf(connection.print('/interface', { signal: abort.signal }))).code).toBe(
      'LW_ROUTEROS_CANCELLED',
    );
  });
});

describe('case 7: an unknown or late tag', () => {
  it('is ignored and counted', async () => {
    const { port } = await hostile({
      onCommand: (socket, _, tag) => {
        for (const stranger of ['.tag=999', '.tag=', '.tag=__proto__']) {
          socket.write(sentence('!re', '=name=stray', stranger));
        }
        socket.write(sentence('!done'));
        socket.write(
          Buffer.concat([sentence('!re', '=name=mine', tag), sentence('!done', tag), sentence('!done', tag)]),
        );
      },
    });
    const connection = await connected(port);
    const rows = await connection.print('/interface');
    expect(rows.map((row) => row.get('name'))).toEqual(['mine']);
    await until(() => connection.ignoredReplies === 5);
    expect(connection.isOpen).toBe(true);
  });

  it('a reply of a newer kind is ignored and counted', async () => {
    const { port } = await hostile({
      onCommand: (socket, _, tag) => socket.write(Buffer.concat([sentence('!progress', tag), sentence('!done', tag)])),
    });
    const connection = await connected(port);
    expect(await connection.print('/interface')).toEqual([]);
    expect(connection.ignoredReplies).toBe(1);
  });
});

describe('case 14: pieces and sizes', () => {
  it('bytes one by one', async () => {
    const started = await router();
    started.faults.chunkBytes = 1;
    const rows = await (await connected(started.port)).print('/interface');
    expect(rows.map((row) => row.get('name'))).toEqual([
      'ether1',
      'ether2',
      'ether3',
      'ether4',
      'ether5',
      'bridge',
      'vlan10',
    ]);
  });

  it('words of 20 kB', async () => {
    const started = await router();
    const source = Array.from({ length: 20_480 }, (_, i) => String.fromCharCode(97 + (i % 26))).join('');
    started.faults.rows.set('/system/script/print', []);
    started.faults.rows.set('/system/identity/print', [{ name: 'x', source }]);
    const [row] = await (await connected(started.port)).print('/system/identity');
    expect(row?.get('source')).toBe(source);
  });

  it.each([
    [5_000, 700],
    [20_000, 65_536],
  ])('%i rows in pieces of %i bytes arrive complete and in order', async (count, chunkBytes) => {
    const started = await router();
    const rows = Array.from({ length: count }, (_, i) => ({
      '.id': `*${i.toString(16)}`,
      address: `10.0.${i >> 8}.${i & 255}`,
      list: 'x',
    }));
    started.faults.rows.set('/interface/print', rows);
    const connection = await connected(started.port, { commandTimeoutMs: 30_000 });
    started.faults.chunkBytes = chunkBytes;
    const read = await connection.print('/interface');
    expect(read.map((row) => Object.fromEntries(row))).toEqual(rows);
  });
});

describe('case 15: lengths of 1 to 5 bytes, and beyond the cap', () => {
  it('words with every length form are read', async () => {
    const word = Buffer.from('=name=x');
    const forms = ['07', '8007', 'c00007', 'e0000007', 'f000000007'].map((hex) => Buffer.from(hex, 'hex'));
    const { port } = await hostile({
      onCommand: (socket, _, tag) => {
        for (const form of forms) {
          const head = Buffer.from([...lengthPrefix(3), ...Buffer.from('!re')]);
          const tail = Buffer.from([...lengthPrefix(tag.length), ...Buffer.from(tag), 0]);
          socket.write(Buffer.concat([head, form, word, tail]));
        }
        socket.write(sentence('!done', tag));
      },
    });
    const rows = await (await connected(port)).print('/interface');
    expect(rows.map((row) => row.get('name'))).toEqual(['x', 'x', 'x', 'x', 'x']);
  });

  it('a length beyond the cap ends the connection with a reason', async () => {
    const { port } = await hostile({ onCommand: (socket) => socket.write(Buffer.from('f0ffffffff', 'hex')) });
    const connection = await connected(port);
    const failure = await failureOf(connection.print('/interface'));
    expect(failure.code).toBe('LW_ROUTEROS_PROTOCOL');
    expect(failure.message).toContain('4294967295 bytes');
    expect(connection.isOpen).toBe(false);
  });
});

describe('case 16: names in UTF-8 and windows-1252', () => {
  it('both are right', async () => {
    const windows = Buffer.from('4b6f6c6ee920f6', 'hex'); // "Kolné ö" in windows-1252
    const { port } = await router({ identity: 'Věž-северь-塔', interfaces: [{ name: 'ether1', comment: windows }] });
    const connection = await connected(port);
    expect((await connection.print('/system/identity'))[0]?.get('name')).toBe('Věž-северь-塔');
    expect((await connection.print('/interface'))[0]?.get('comment')).toBe('Kolné ö');
  });
});

describe('case 17: fifty tags at once, and unkind property names', () => {
  it('each of fifty concurrent commands gets its own answer, in whatever order', async () => {
    const waiting: (() => void)[] = [];
    const { port } = await hostile({
      onCommand: (socket, words, tag) => {
        const number = words.find((word) => word.startsWith('?n='))?.slice(3) ?? '';
        waiting.push(() => socket.write(Buffer.concat([sentence('!re', `=n=${number}`, tag), sentence('!done', tag)])));
        if (waiting.length === 50) for (const answer of waiting.toReversed()) answer();
      },
    });
    const connection = await connected(port);
    const numbers = Array.from({ length: 50 }, (_, i) => String(i));
    const replies = await Promise.all(numbers.map((n) => connection.print('/interface', { queries: [`n=${n}`] })));
    expect(replies.map(([row]) => row?.get('n'))).toEqual(numbers);
  });

  it('__proto__ and constructor are properties, and change nothing else', async () => {
    const { port } = await hostile({
      onCommand: (socket, _, tag) => {
        const row = ['__proto__', 'constructor', 'hasOwnProperty'].map((name) => property(name, 'x'));
        socket.write(Buffer.concat([sentence('!re', ...row, tag), sentence('!done', tag)]));
      },
    });
    const [row] = await (await connected(port)).print('/interface');
    expect([...(row?.keys() ?? [])]).toEqual(['__proto__', 'constructor', 'hasOwnProperty']);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('an answer without end', () => {
  it('is given up at its bound, cancelled, and the connection is kept', async () => {
    const rowsAtOnce = 1_000;
    const peer = await hostile({
      onCommand: (socket, [command], tag) => {
        if (command !== '/ip/route/print') return;
        const rows = Buffer.concat(Array.from({ length: rowsAtOnce }, () => sentence('!re', '=a=b', tag)));
        for (let i = 0; i <= 200_000 / rowsAtOnce; i++) socket.write(rows);
      },
    });
    const connection = await connected(peer.port, { commandTimeoutMs: 30_000 });
    expect((await failureOf(connection.print('/ip/route'))).code).toBe('LW_ROUTEROS_TOO_LARGE');
    await until(() => peer.commands.some(([command]) => command === '/cancel'));
    expect(connection.isOpen).toBe(true);
  });
});
