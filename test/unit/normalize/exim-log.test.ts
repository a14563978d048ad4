/** Exim's own main log, lines of Exim 4.96 with everything it can log (`log_selector = +all`). */
import { describe, expect, it } from 'vitest';
import { readLine } from './helpers.ts';

const MAIN_LOG = { origin: '/var/log/exim4/mainlog' };
const PEER = 'H=(client.test) [203.0.113.9]:39584 I=[192.0.2.1]:25';

function read(text: string): Record<string, unknown> {
  const event = readLine('linux-syslog', `2025-06-15 09:00:00.846 [537] ${text}`, {}, MAIN_LOG);
  expect(event.logsources).toContainEqual(expect.objectContaining({ product: 'linux', service: 'exim' }));
  expect(event.parsed).toBe(true);
  return event.fields.toRecord();
}

describe("Exim's own log", () => {
  it.each([
    [
      'an arrival with its recipients',
      String.raw`1xWRsa-00006Y-2z <= lan@example.gov.vn ${PEER} P=esmtp L.- S=273 M8S=0 RT=0.156s id=m1@client.test T="B\303\241o c\303\241o \"qu\303\275\" 4" from <lan@example.gov.vn> for minh@example.gov.vn x@relay.example`,
      {
        'process.name': 'exim',
        'process.pid': 537,
        'event.action': 'mail_received',
        'email.local_id': '1xWRsa-00006Y-2z',
        'email.from.address': 'lan@example.gov.vn',
        'email.to.address': ['minh@example.gov.vn', 'x@relay.example'],
        'email.subject': 'Báo cáo "quý" 4',
        'source.ip': '203.0.113.9',
        'exim.helo': 'client.test',
      },
    ],
    [
      'a delivery',
      String.raw`1xWRsa-00006Y-2z => x@relay.example F=<lan@example.gov.vn> P=<lan@example.gov.vn> R=away2 T=remote S=282 H=mx.relay.example [198.51.100.7]:25 I=[192.0.2.1]:32998 L K C="250 OK id=1xWRsb-00006u-0a" QT=0.114s DT=0.028s`,
      {
        'event.action': 'mail_delivered',
        'email.from.address': 'lan@example.gov.vn',
        'destination.ip': '198.51.100.7',
        'destination.domain': 'mx.relay.example',
        'exim.transport': 'remote',
      },
    ],
    [
      'a failure',
      '1xWRsb-00007H-2v ** a@fail.example F=<lan@example.gov.vn> R=bounce: no such user here DT=0.000s',
      { 'event.action': 'mail_bounced', 'event.outcome': 'failure', 'email.to.address': 'a@fail.example' },
    ],
    [
      'a server that is not reached',
      '1xWRsd-00008f-05 H=mx.away.example [198.51.100.8]:25 Connection refused',
      {
        'event.action': 'mail_server_unreachable',
        'destination.ip': '198.51.100.8',
        'destination.domain': 'mx.away.example',
        'event.reason': 'Connection refused',
      },
    ],
    [
      'a refused recipient',
      `${PEER} F=<bad@example.net> rejected RCPT <a@spam.example>: no such domain`,
      {
        'event.action': 'mail_rejected',
        'source.ip': '203.0.113.9',
        'email.to.address': 'a@spam.example',
        'event.reason': 'no such domain',
      },
    ],
    [
      'a refused message',
      `1xWRsg-0000Ac-00 ${PEER} F=<> rejected after DATA: This message contains a virus`,
      { 'event.action': 'mail_rejected', 'event.reason': 'This message contains a virus' },
    ],
    [
      'a refused greeting',
      'rejected HELO from [203.0.113.9]:57158 I=[192.0.2.1]:25: syntactically invalid argument(s): a b',
      {
        'event.action': 'mail_rejected',
        'exim.stage': 'HELO',
        'source.ip': '203.0.113.9',
        'event.reason': 'syntactically invalid argument(s): a b',
      },
    ],
    [
      'a refused sender',
      'rejected MAIL FROM:<Lan@Example.gov.vn> H=([10.1.2.3]) [203.0.113.9]:57190 I=[192.0.2.1]:25: message too big: size=999999999 max=52428800',
      {
        'event.action': 'mail_rejected',
        'email.from.address': 'Lan@Example.gov.vn',
        'exim.helo': '[10.1.2.3]',
      },
    ],
    [
      'a failed login',
      'plain authenticator failed for (x) [203.0.113.9]:57130 I=[192.0.2.1]:25: 535 Incorrect authentication data (set_id=lan)',
      { 'event.action': 'mail_login_failed', 'user.name': 'lan', 'source.ip': '203.0.113.9' },
    ],
    [
      'another protocol',
      'SMTP syntax error in "GET / HTTP/1.1" H=[203.0.113.9]:57162 I=[192.0.2.1]:25 unrecognized command',
      {
        'event.action': 'mail_protocol_error',
        'exim.argument': 'GET / HTTP/1.1',
        'event.reason': 'unrecognized command',
      },
    ],
    [
      'a client',
      'SMTP connection from [203.0.113.9]:39582 I=[192.0.2.1]:25 (TCP/IP connection count = 1)',
      { 'event.action': 'mail_client_connected', 'source.port': 39582 },
    ],
    [
      'its end',
      'SMTP connection from (client.test) [203.0.113.9]:39582 I=[192.0.2.1]:25 closed by QUIT',
      { 'event.action': 'mail_client_disconnected' },
    ],
    [
      'a client that is thrown out',
      'SMTP call from [203.0.113.9]:57158 I=[192.0.2.1]:25 dropped: too many syntax or protocol errors (last command was "RCPT TO:<x>",  C=HELO,VRFY)',
      { 'event.action': 'mail_client_disconnected', 'event.outcome': 'failure', 'source.ip': '203.0.113.9' },
    ],
    [
      'how it was called',
      'cwd=/tmp 4 args: exim4 -C /tmp/x -q',
      { 'process.working_directory': '/tmp', 'process.command_line': 'exim4 -C /tmp/x -q' },
    ],
  ] as const)('tells %s', (_name, text, want) => {
    expect(read(text)).toMatchObject(want);
  });

  it('has its own time and zone, with and without fractions and process', () => {
    for (const [head, want] of [
      ['2025-06-15 09:00:00', Date.UTC(2025, 5, 15, 2)],
      ['2025-06-15 09:00:00.125 +0000 [12]', Date.UTC(2025, 5, 15, 9, 0, 0, 125)],
    ] as const) {
      const event = readLine('linux-syslog', `${head} Start queue run: pid=12`, {}, MAIN_LOG);
      expect(event.timeMs).toBe(want);
      expect(event.fields.get('host.name')).toBe('may-01');
    }
  });

  it('takes nobody for a client or a user whom only a subject names', () => {
    const text =
      '1xWRsl-0000Dk-2M <= lan@example.vn U=lan P=local S=3 T="x H=evil [198.51.100.9] A=plain:root U=root"';
    const fields = read(text);
    expect(fields).toMatchObject({ 'user.name': 'lan' });
    expect(fields).not.toHaveProperty(['source.ip']);
  });

  it('keeps whole what belongs to the line before it', () => {
    const event = readLine('linux-syslog', 'Envelope-from: <>', {}, { origin: '/var/log/exim/reject.log' });
    expect(event.parsed).toBe(false);
    expect(event.message).toBe('Envelope-from: <>');
  });
});
