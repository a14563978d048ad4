/** Every kind of channel against a real receiver on this host. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import net from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkAddress } from '../../../collector/notify/address-guard.ts';
import { channelSettingsSchema, type ChannelSecrets } from '../../../collector/notify/channel-settings.ts';
import { deliver } from '../../../collector/notify/deliver.ts';
import type { Notice, Receipt } from '../../../collector/notify/notice.ts';
import { makeCertificate } from '../../../collector/registry/certificate.ts';
import { AT_MS, CONTEXT, notice, noticeAlert } from './notice-fixture.ts';

let tls: { key: string; cert: string };
beforeAll(async () => {
  tls = await makeCertificate([], Date.now());
});

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listening(server: net.Server): Promise<number> {
  closers.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const send = (
  settings: Record<string, unknown>,
  secrets: ChannelSecrets = {},
  said: Notice = notice(),
  timeoutMs = 5_000,
): Promise<Receipt> =>
  deliver(channelSettingsSchema.parse(settings), secrets, said, { ...CONTEXT, timeoutMs });

interface Mail {
  user: string | undefined;
  secure: boolean;
  to: string[];
  text: string;
}

async function mailServer(options: SMTPServerOptions = {}): Promise<{ port: number; mails: Mail[] }> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    ...tls,
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username ?? '' }) : done(new Error('Invalid password')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push({
          user: typeof session.user === 'string' ? session.user : undefined,
          secure: session.secure,
          to: session.envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString('utf8'),
        });
        done(null, 'queued as 4711');
      });
    },
    ...options,
  });
  server.on('error', () => undefined); // of clients that hang up
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  closers.push(() => server.close());
  const address = server.server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, mails };
}

describe('e-mail', () => {
  const email = (port: number, change: Record<string, unknown> = {}) => ({
    kind: 'email',
    host: 'localhost',
    port,
    from: 'vonggac@example.vn',
    to: ['truc@example.vn'],
    caPem: tls.cert,
    ...change,
  });

  it('goes over STARTTLS with its own Message-ID and gets a receipt', async () => {
    const { port, mails } = await mailServer();
    const receipt = await send(email(port, { user: 'soc' }), { password: 'right' });
    expect(receipt).toEqual({ answer: expect.stringContaining('queued as 4711'), refused: [] });
    expect(mails).toMatchObject([{ user: 'soc', secure: true, to: ['truc@example.vn'] }]);
    const text = mails[0]?.text ?? '';
    expect(text).toContain('Message-ID: <n-1@example.vn>');
    expect(text).toContain('Auto-Submitted: auto-generated');
    expect(text).toContain('Content-Type: text/html');
    await send(email(port));
    expect(mails[1]?.text).toContain('Message-ID: <n-1@example.vn>');
  });

  it('goes over TLS from the start', async () => {
    const { port, mails } = await mailServer({ secure: true });
    await send(email(port, { security: 'tls' }));
    expect(mails).toMatchObject([{ secure: true }]);
  });

  it('never goes to who does not prove to be the server, or offers no encryption', async () => {
    const { port, mails } = await mailServer();
    await expect(send(email(port, { caPem: undefined }))).rejects.toThrow(/self-signed/);
    const plain = await mailServer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    await expect(send(email(plain.port, { user: 'soc' }), { password: 'right' })).rejects.toMatchObject({
      name: 'DeliveryError',
      isFinal: false,
    });
    expect([...mails, ...plain.mails]).toEqual([]);
    await send(email(plain.port, { security: 'none' }));
    expect(plain.mails).toMatchObject([{ secure: false }]);
    expect(channelSettingsSchema.safeParse(email(1, { security: 'none', user: 'soc' })).success).toBe(false);
  });

  it('gives events no header and no recipient', async () => {
    const { port, mails } = await mailServer();
    const evil = noticeAlert({
      titleVi: 'x\r\nBcc: evil@example.org\r\n\r\nbody',
      hostname: 'h\nX-Evil: 1',
      message: '.\r\nRCPT TO:<evil@example.org>\r\n',
    });
    await send(email(port), {}, notice({ alerts: [evil] }));
    const [head = ''] = (mails[0]?.text ?? '').split('\r\n\r\n');
    expect(mails[0]?.to).toEqual(['truc@example.vn']);
    expect(head).not.toMatch(/^(Bcc|X-Evil):/im);
    for (const to of ['a@b.vn\r\nBcc: c@d.vn', 'a@b.vn, c@d.vn', '<a@b.vn>']) {
      expect(channelSettingsSchema.safeParse(email(1, { to: [to] })).success).toBe(false);
    }
  });

  it('says what was refused, and whether trying again can help', async () => {
    const { port } = await mailServer({
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith('no')
          ? done(Object.assign(new Error('no such user'), { responseCode: 550 }))
          : done(),
    });
    const some = await send(email(port, { to: ['truc@example.vn', 'no@example.vn'] }));
    expect(some.refused).toEqual(['no@example.vn']);
    await expect(send(email(port, { to: ['no@example.vn'] }))).rejects.toMatchObject({ isFinal: true });
    const wrong = send(email(port, { user: 'soc' }), { password: 'wrong-secret' });
    await expect(wrong).rejects.toMatchObject({ isFinal: false });
    await expect(wrong).rejects.not.toThrow(/wrong-secret/);
  });

  it('gives up on a server that says nothing', async () => {
    const silent = net.createServer();
    const sockets: net.Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    const port = await listening(silent);
    await expect(send(email(port), {}, notice(), 50)).rejects.toMatchObject({ isFinal: false });
    for (const socket of sockets) socket.destroy();
  });
});

interface Call {
  headers: IncomingMessage['headers'];
  body: string;
}

async function hookServer(
  answer: (reply: ServerResponse, body: string) => void,
): Promise<{ port: number; calls: Call[] }> {
  const calls: Call[] = [];
  const server = https.createServer(tls, (call, reply) => {
    let body = '';
    call.setEncoding('utf8');
    call.on('data', (chunk: string) => (body += chunk));
    call.on('end', () => {
      calls.push({ headers: call.headers, body });
      answer(reply, body);
    });
  });
  server.on('tlsClientError', () => undefined);
  return { port: await listening(server), calls };
}

describe('a webhook', () => {
  const KEY = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const hook = (port: number, change: Record<string, unknown> = {}) => ({
    kind: 'webhook',
    url: `https://localhost:${port}/hook`,
    allowPrivate: true,
    caPem: tls.cert,
    ...change,
  });

  it('is signed, so that the receiver knows who sent what and when', async () => {
    const { port, calls } = await hookServer((reply) => reply.end('thanks'));
    expect(await send(hook(port), { signingKey: KEY, authorization: 'Bearer s3cret' })).toEqual({
      answer: '200 thanks',
      refused: [],
    });
    const [call] = calls;
    const signed = `n-1.${AT_MS / 1_000}.${call?.body ?? ''}`;
    const signature = createHmac('sha256', Buffer.alloc(32, 7)).update(signed).digest('base64');
    expect(call?.headers).toMatchObject({
      'webhook-id': 'n-1',
      'webhook-timestamp': String(AT_MS / 1_000),
      'webhook-signature': `v1,${signature}`,
      authorization: 'Bearer s3cret',
    });
    expect(JSON.parse(call?.body ?? '')).toMatchObject({
      id: 'n-1',
      subject: '[cao] Phần mềm đào tiền ảo - web-01',
      alerts: [{ id: 'a1b2c3d4', severity: 'high' }],
    });
  });

  it('speaks the language of a gateway', async () => {
    const { port, calls } = await hookServer((reply) => reply.end());
    await send(hook(port, { template: '{"to":"0912345678","text":"{{subject|sms}}"}' }));
    expect(calls[0]?.body).toBe('{"to":"0912345678","text":"[cao] Phan mem dao tien ao - web-01"}');
  });

  it('that is refused says whether trying again can help, and never a secret', async () => {
    const { port } = await hookServer((reply) => {
      reply.statusCode = 503;
      reply.end('you sent Bearer s3cret');
    });
    const busy = send(hook(port), { authorization: 'Bearer s3cret' });
    await expect(busy).rejects.toMatchObject({ message: '503 you sent ***', isFinal: false });
    const gone = await hookServer((reply) => reply.writeHead(410).end());
    await expect(send(hook(gone.port))).rejects.toMatchObject({ isFinal: true });
    await expect(send(hook(port, { caPem: undefined }))).rejects.toThrow(/self-signed/);
  });

  it('follows nobody elsewhere, and reads no endless answer', async () => {
    const elsewhere = await hookServer((reply) => reply.end());
    const { port } = await hookServer((reply) =>
      reply.writeHead(307, { location: `https://localhost:${elsewhere.port}/` }).end(),
    );
    await expect(send(hook(port))).rejects.toThrow('307');
    expect(elsewhere.calls).toEqual([]);
    const endless = await hookServer((reply) => void reply.write('x'.repeat(100_000)));
    expect((await send(hook(endless.port))).answer).toHaveLength(300);
    const silent = await hookServer(() => undefined);
    await expect(send(hook(silent.port), {}, notice(), 50)).rejects.toThrow('within 50 ms');
  });

  it('goes to no private network unless that is meant', async () => {
    const { port, calls } = await hookServer((reply) => reply.end());
    for (const host of ['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1']) {
      const refused = send(hook(port, { url: `https://${host}:${port}/`, allowPrivate: false }));
      await expect(refused).rejects.toMatchObject({ name: 'DeliveryError', isFinal: true });
    }
    // Where clouds keep their secrets.
    await expect(send(hook(port, { url: 'https://169.254.169.254/' }))).rejects.toThrow(/no address/);
    expect(calls).toEqual([]);
    for (const url of ['http://example.vn/', 'https://a:b@example.vn/', 'file:///etc/passwd', 'https://']) {
      expect(channelSettingsSchema.safeParse(hook(1, { url })).success).toBe(false);
    }
  });

  it.each([
    ['8.8.8.8', true],
    ['2606:4700::1111', true],
    ['10.1.2.3', false],
    ['100.64.0.1', false],
    ['fd12::1', false],
    ['::ffff:10.0.0.1', false],
    ['64:ff9b::a00:1', false],
  ])('may go to %s: %s', (address, may) => {
    let said = '';
    try {
      checkAddress(address, false);
    } catch (error) {
      said = String(error);
    }
    expect(said.includes('private')).toBe(!may);
  });
});

describe('a log server', () => {
  it('gets a line of CEF for each alert', async () => {
    const server = net.createServer();
    const port = await listening(server);
    const texts: string[] = [];
    const closed: Promise<unknown>[] = [];
    server.on('connection', (socket) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      closed.push(once(socket, 'close').then(() => texts.push(text)));
    });
    const two = notice({ alerts: [noticeAlert(), noticeAlert({ id: 'b', severity: 'critical' })] });
    const receipt = await send({ kind: 'syslog', target: `syslog+tcp://127.0.0.1:${port}` }, {}, two);
    expect(receipt.answer).toBe('2 sent over tcp');
    await expect.poll(() => closed.length).toBe(2);
    await Promise.all(closed);
    expect(texts.toSorted()).toEqual([
      expect.stringMatching(/^\d+ <82>1 2026-11-22T03:00:00.000Z soc-1 vonggac \d+ notice - CEF:0\|.*\|10\|/),
      expect.stringMatching(/^\d+ <83>1 .*\|8\|.*externalId=a1b2c3d4/),
    ]);
  });

  it('that is not there is told', async () => {
    const server = net.createServer();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    await expect(send({ kind: 'syslog', target: `syslog+tcp://127.0.0.1:${port}` })).rejects.toThrow(
      /ECONNREFUSED/,
    );
    expect(channelSettingsSchema.safeParse({ kind: 'syslog', target: 'udp://x' }).success).toBe(false);
  });
});
