/** Heads of the audit trail on their way: to a file, and to real listeners that speak syslog. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { HeadSender, type HeadPlace } from '../../../collector/audit/head-sender.ts';
import { headTargetText, parseHeadTarget, sendHead } from '../../../collector/audit/head-target.ts';
import { parseAnchor } from '../../../collector/audit/anchor.ts';
import { makeCertificate } from '../../../collector/registry/certificate.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

const HEAD = { trailId: '0b54a7f0-6a5f-4b0b-9d55-1f3a4f1e2d3c', seq: 7, hash: 'c'.repeat(64), atMs: 1_000 };
const OPTIONS = { hostname: 'soc-1', atMs: 1_764_000_000_000, timeoutMs: 5_000 };

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe('a place for heads', () => {
  it.each([
    ['file:/mnt/archive/heads.log', { kind: 'file', file: '/mnt/archive/heads.log' }],
    ['syslog+tls://log.example.vn', { kind: 'syslog', transport: 'tls', host: 'log.example.vn', port: 6514 }],
    ['syslog+tcp://10.0.0.5:1514', { kind: 'syslog', transport: 'tcp', host: '10.0.0.5', port: 1514 }],
    ['syslog+udp://[fd00::1]', { kind: 'syslog', transport: 'udp', host: 'fd00::1', port: 514 }],
  ])('is written as %s', (text, target) => {
    const parsed = parseHeadTarget(text);
    expect(parsed).toEqual(target);
    expect(parseHeadTarget(headTargetText(parsed))).toEqual(parsed);
  });

  it.each([
    'file:heads.log',
    'file:/mnt/',
    'syslog://host',
    'syslog+tls://',
    'syslog+tls://host:0',
    'syslog+tls://host:70000',
    'syslog+tls://user@host',
    'syslog+tcp://ho st',
    'https://host',
    '',
  ])('is not "%s", and the error says what to write', (text) => {
    expect(() => parseHeadTarget(text)).toThrow(/write file:/);
  });
});

/** What one connection says, whole. */
async function everything(server: net.Server): Promise<string> {
  const [socket] = (await once(server, server instanceof tls.Server ? 'secureConnection' : 'connection')) as [
    net.Socket,
  ];
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += String(chunk);
  return text;
}

async function listening(server: net.Server): Promise<number> {
  closers.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a head', () => {
  it('is appended to a file, a line each', async () => {
    const folder = temporaryFolder();
    closers.push(folder.remove);
    const target = parseHeadTarget(`file:${folder.path}/heads.log`);
    await sendHead(target, 'one', OPTIONS);
    await sendHead(target, 'two', OPTIONS);
    expect(readFileSync(`${folder.path}/heads.log`, 'utf8')).toBe('one\ntwo\n');
    await expect(sendHead(parseHeadTarget(`file:${folder.path}/none/x`), 'one', OPTIONS)).rejects.toThrow(
      'ENOENT',
    );
  });

  it('goes over TCP with its octets counted', async () => {
    const server = net.createServer();
    const port = await listening(server);
    const heard = everything(server);
    await sendHead(parseHeadTarget(`syslog+tcp://127.0.0.1:${port}`), 'a line', OPTIONS);
    const message = `<86>1 2025-11-24T16:00:00.000Z soc-1 vonggac ${process.pid} audit-head - a line`;
    expect(await heard).toBe(`${message.length} ${message}`);
  });

  it('goes over TLS only to who proves to be the server', async () => {
    const { key, cert } = await makeCertificate([], Date.now());
    const server = tls.createServer({ key, cert });
    server.on('tlsClientError', () => undefined);
    const target = parseHeadTarget(`syslog+tls://localhost:${await listening(server)}`);
    await expect(sendHead(target, 'a line', OPTIONS)).rejects.toThrow(/self-signed/);
    const heard = everything(server);
    await sendHead(target, 'a line', { ...OPTIONS, caPem: cert });
    expect(await heard).toMatch(/^\d+ <86>1 .* a line$/);
  });

  it('goes as one datagram', async () => {
    const socket = dgram.createSocket('udp4');
    closers.push(() => socket.close());
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const heard = once(socket, 'message');
    await sendHead(parseHeadTarget(`syslog+udp://127.0.0.1:${socket.address().port}`), 'a line', OPTIONS);
    expect(String((await heard)[0])).toMatch(/^<86>1 .* a line$/);
  });

  it('that nobody takes is an error that says why', async () => {
    const server = net.createServer();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    await expect(sendHead(parseHeadTarget(`syslog+tcp://127.0.0.1:${port}`), 'x', OPTIONS)).rejects.toThrow(
      'ECONNREFUSED',
    );
    const silent = net.createServer();
    const target = parseHeadTarget(`syslog+tls://127.0.0.1:${await listening(silent)}`);
    const sockets: net.Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    await expect(sendHead(target, 'x', { ...OPTIONS, timeoutMs: 50 })).rejects.toThrow('within 50 ms');
    for (const socket of sockets) socket.destroy();
  });
});

describe('the sender', () => {
  const MINUTE = 60_000;
  let nowMs = 0;
  let seq = 1;
  let failing: string | undefined;
  const sent: string[] = [];
  const told: HeadPlace[] = [];
  const problems: unknown[] = [];

  function sender(targets: readonly string[]): HeadSender {
    [nowMs, seq, failing] = [0, 1, undefined];
    for (const list of [sent, told, problems]) list.splice(0);
    return new HeadSender({
      targets: targets.map(parseHeadTarget),
      everyMs: 15 * MINUTE,
      lookMs: MINUTE,
      now: () => nowMs,
      head: async () => ({ ...HEAD, seq, atMs: nowMs }),
      send: async (target, line) => {
        const name = headTargetText(target);
        if (name === failing) throw new Error('no way');
        sent.push(`${name} ${parseAnchor(line)?.seq ?? ''}`);
      },
      onSent: (place) => told.push(place),
      onProblem: (error) => problems.push(error),
    });
  }

  const at = async (one: HeadSender, minutes: number): Promise<string[]> => {
    nowMs = minutes * MINUTE;
    await one.look();
    return sent.splice(0);
  };

  it('sends at the start, when the head has moved, and once a day in any case', async () => {
    const one = sender(['file:/a']);
    expect(await at(one, 0)).toEqual(['file:/a 1']);
    expect(await at(one, 20)).toEqual([]);
    seq = 2;
    expect(await at(one, 21)).toEqual(['file:/a 2']);
    seq = 3;
    expect(await at(one, 30)).toEqual([]);
    expect(await at(one, 36)).toEqual(['file:/a 3']);
    expect(await at(one, 36 + 1_439)).toEqual([]);
    expect(await at(one, 36 + 1_440)).toEqual(['file:/a 3']);
  });

  it('tries a place that fails at every look, and holds up no other', async () => {
    const one = sender(['file:/a', 'file:/b']);
    failing = 'file:/a';
    expect(await at(one, 1)).toEqual(['file:/b 1']);
    expect(await at(one, 2)).toEqual([]);
    expect(one.places[0]).toEqual({
      target: 'file:/a',
      sentMs: null,
      sentSeq: null,
      failingSinceMs: MINUTE,
      problem: 'no way',
    });
    failing = undefined;
    expect(await at(one, 3)).toEqual(['file:/a 1']);
    expect(one.places[0]).toMatchObject({ sentMs: 3 * MINUTE, failingSinceMs: null, problem: null });
    expect(told.map(({ target, problem }) => `${target} ${problem}`)).toEqual([
      'file:/a no way',
      'file:/b null',
      'file:/a no way',
      'file:/a null',
    ]);
    expect(problems).toEqual([]);
  });

  it('sends to all when asked to', async () => {
    const one = sender(['file:/a', 'file:/b']);
    await at(one, 0);
    expect((await one.look(true)).map(({ sentSeq }) => sentSeq)).toEqual([1, 1]);
    expect(sent).toEqual(['file:/a 1', 'file:/b 1']);
  });
});
