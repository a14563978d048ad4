import { describe, expect, it } from 'vitest';
import { readLine } from './helpers.ts';
import { lineRows } from './line-rows.ts';

const HEAD = 'Jun 15 09:00:00 mx1 ';

describe('Postfix', () => {
  lineRows({ product: 'linux', service: 'postfix' }, HEAD, [
    [
      'a client',
      'postfix/smtpd[12]: connect from mail.example.org[203.0.113.9]',
      {
        'event.action': 'mail_client_connected',
        'source.ip': '203.0.113.9',
        'source.domain': 'mail.example.org',
        'process.name': 'smtpd',
      },
    ],
    [
      'a login',
      'postfix/submission/smtpd[12]: 4XyZ1b2b3C: client=unknown[203.0.113.9], sasl_method=PLAIN, sasl_username=lan@example.vn',
      {
        'event.action': 'mail_login_succeeded',
        'event.outcome': 'success',
        'user.name': 'lan@example.vn',
        'source.ip': '203.0.113.9',
        'email.local_id': '4XyZ1b2b3C',
        'postfix.sasl_method': 'PLAIN',
      },
    ],
    [
      'a message without a login',
      'postfix/smtpd[12]: 7B2C41F0A3: client=mail.example.org[203.0.113.9]',
      { 'event.action': 'mail_received', 'email.local_id': '7B2C41F0A3' },
    ],
    [
      'a failed login',
      'postfix/smtpd[12]: warning: unknown[203.0.113.9]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=root',
      {
        'event.action': 'mail_login_failed',
        'event.outcome': 'failure',
        'source.ip': '203.0.113.9',
        'user.name': 'root',
        'event.reason': 'UGFzc3dvcmQ6',
      },
    ],
    [
      'a refusal',
      'postfix/smtpd[12]: NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 554 5.7.1 <x@other.org>: Relay access denied; from=<a@b.org> to=<x@other.org> proto=ESMTP helo=<pc>',
      {
        'event.action': 'mail_rejected',
        'event.outcome': 'failure',
        'source.ip': '203.0.113.9',
        'email.from.address': 'a@b.org',
        'email.to.address': 'x@other.org',
        'postfix.reply': 554,
        'postfix.dsn': '5.7.1',
        'event.reason': '<x@other.org>: Relay access denied',
        'postfix.helo': 'pc',
      },
    ],
    [
      'an id',
      'postfix/cleanup[12]: 7B2C41F0A3: message-id=<abc@example.vn>',
      { 'email.message_id': 'abc@example.vn' },
    ],
    [
      'a sender',
      'postfix/qmgr[12]: 7B2C41F0A3: from=<lan@example.vn>, size=1234, nrcpt=2 (queue active)',
      {
        'event.action': 'mail_queued',
        'email.from.address': 'lan@example.vn',
        'email.size': 1234,
        'email.recipients': 2,
      },
    ],
    [
      'a delivery',
      'postfix/smtp[12]: 7B2C41F0A3: to=<x@other.org>, orig_to=<y@example.vn>, relay=mx.other.org[198.51.100.7]:25, delay=1.2, delays=0/0/1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 99)',
      {
        'event.action': 'mail_delivered',
        'event.outcome': 'success',
        'email.to.address': 'x@other.org',
        'destination.ip': '198.51.100.7',
        'destination.domain': 'mx.other.org',
        'destination.port': 25,
        'postfix.dsn': '2.0.0',
        'event.reason': '250 2.0.0 Ok: queued as 99',
      },
    ],
    [
      'a bounce',
      'postfix/smtp[12]: 7B2C41F0A3: to=<x@other.org>, relay=none, delay=1, delays=0/0/1/0, dsn=5.4.4, status=bounced (Host or domain name not found)',
      {
        'event.action': 'mail_bounced',
        'event.outcome': 'failure',
        'event.reason': 'Host or domain name not found',
      },
    ],
    [
      'a removal',
      'postfix/qmgr[12]: 7B2C41F0A3: removed',
      { 'event.action': 'mail_removed', 'email.local_id': '7B2C41F0A3' },
    ],
    [
      'a lost connection',
      'postfix/smtpd[12]: lost connection after AUTH from unknown[203.0.113.9]',
      { 'event.action': 'mail_client_disconnected', 'postfix.stage': 'AUTH', 'source.ip': '203.0.113.9' },
    ],
    [
      'a screened client',
      'postfix/postscreen[12]: DNSBL rank 3 for [203.0.113.9]:50123',
      { 'event.action': 'mail_screen_dnsbl', 'source.ip': '203.0.113.9', 'source.port': 50123 },
    ],
    ['a second instance', 'postfix-out/qmgr[12]: 7B2C41F0A3: removed', { 'event.action': 'mail_removed' }],
  ]);

  it('takes no address from what a stranger calls himself', () => {
    const event = readLine(
      'linux-syslog',
      `${HEAD}postfix/smtpd[12]: NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 450 4.7.1 <evil[198.51.100.1]>: Helo command rejected; from=<a@b> to=<c@d> proto=SMTP helo=<evil[198.51.100.1]; from=<x@y>`,
    );
    expect(event.fields.get('source.ip')).toBe('203.0.113.9');
    expect(event.fields.get('email.from.address')).toBe('a@b');
  });
});

describe('Exim', () => {
  lineRows({ product: 'linux', service: 'exim' }, `${HEAD}exim[12]: `, [
    [
      'an arrival with a login',
      '2025-06-15 09:00:00 1uQaBc-0001Xy-2z <= lan@example.vn H=(pc) [203.0.113.9]:50123 P=esmtpsa X=TLS1.3:TLS_AES_256_GCM_SHA384:256 A=plain_server:lan S=1234 id=abc@example.vn T="Xin chao"',
      {
        'event.action': 'mail_login_succeeded',
        'email.local_id': '1uQaBc-0001Xy-2z',
        'email.from.address': 'lan@example.vn',
        'source.ip': '203.0.113.9',
        'source.port': 50123,
        'user.name': 'lan',
        'email.size': 1234,
        'email.message_id': 'abc@example.vn',
        'email.subject': 'Xin chao',
      },
    ],
    [
      'a delivery',
      '1uQaBc-00000001Xyz-2z34 => x@other.org R=dnslookup T=remote_smtp H=mx.other.org [198.51.100.7] C="250 OK"',
      {
        'event.action': 'mail_delivered',
        'email.to.address': 'x@other.org',
        'destination.ip': '198.51.100.7',
        'destination.domain': 'mx.other.org',
        'event.reason': '250 OK',
      },
    ],
    [
      'a bounce',
      '1uQaBc-0001Xy-2z ** x@other.org R=dnslookup T=remote_smtp: SMTP error: 550 no such user',
      { 'event.action': 'mail_bounced', 'event.outcome': 'failure' },
    ],
    ['the end', '1uQaBc-0001Xy-2z Completed', { 'event.action': 'mail_removed' }],
    [
      'a failed login',
      'plain_server authenticator failed for (pc) [203.0.113.9]:50123: 535 Incorrect authentication data (set_id=root)',
      {
        'event.action': 'mail_login_failed',
        'source.ip': '203.0.113.9',
        'user.name': 'root',
        'exim.authenticator': 'plain_server',
      },
    ],
    [
      'a refusal',
      'H=(pc) [203.0.113.9] F=<a@b.org> rejected RCPT <x@other.org>: relay not permitted',
      {
        'event.action': 'mail_rejected',
        'source.ip': '203.0.113.9',
        'email.from.address': 'a@b.org',
        'email.to.address': 'x@other.org',
        'event.reason': 'relay not permitted',
      },
    ],
  ]);
});

describe('Dovecot', () => {
  lineRows({ product: 'linux', service: 'dovecot' }, `${HEAD}dovecot: `, [
    [
      'a login',
      'imap-login: Login: user=<lan>, method=PLAIN, rip=203.0.113.9, lip=10.0.0.5, mpid=12, TLS, session=<abc>',
      {
        'event.action': 'mail_login_succeeded',
        'user.name': 'lan',
        'source.ip': '203.0.113.9',
        'destination.ip': '10.0.0.5',
        'network.protocol': 'imap',
        'session.id': 'abc',
      },
    ],
    [
      'a login of 2.4',
      'imap-login: Logged in: user=<lan>, method=PLAIN, rip=203.0.113.9, lip=10.0.0.5',
      { 'event.action': 'mail_login_succeeded' },
    ],
    [
      'failures, old',
      'pop3-login: Aborted login (auth failed, 3 attempts in 12 secs): user=<root>, method=PLAIN, rip=203.0.113.9, lip=10.0.0.5',
      {
        'event.action': 'mail_login_failed',
        'event.outcome': 'failure',
        'user.name': 'root',
        'repeat.count': 3,
      },
    ],
    [
      'failures, new',
      'imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<root>, method=PLAIN, rip=203.0.113.9, lip=10.0.0.5, TLS',
      { 'event.action': 'mail_login_failed', 'source.ip': '203.0.113.9' },
    ],
    [
      'nobody tried',
      'imap-login: Disconnected (no auth attempts in 0 secs): user=<>, rip=203.0.113.9, lip=10.0.0.5',
      { 'event.action': 'mail_client_disconnected' },
    ],
    [
      'why',
      'auth: passwd-file(root,203.0.113.9): unknown user',
      {
        'event.action': 'mail_password_refused',
        'user.name': 'root',
        'source.ip': '203.0.113.9',
        'event.reason': 'unknown user',
      },
    ],
    [
      'an end',
      'imap(lan)<12><abc>: Logged out in=1 out=2',
      { 'event.action': 'mail_session_closed', 'user.name': 'lan' },
    ],
  ]);
});
