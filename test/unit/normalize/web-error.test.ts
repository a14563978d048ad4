/** Error logs of Apache and nginx, a field for each thing they say. */
import { expect, test } from 'vitest';
import { readLine } from './helpers.ts';

test.each([
  [
    'Apache 2.2',
    '[Sun Jun 15 09:00:00 2025] [error] [client 198.51.100.2] File does not exist: /var/www/a, referer: http://evil.example/x',
    {
      'event.action': 'http_server_error_log',
      'log.level': 'error',
      'source.ip': '198.51.100.2',
      'event.reason': 'File does not exist: /var/www/a',
      'cs-referer': 'http://evil.example/x',
    },
  ],
  [
    'Apache 2.2, the server itself',
    '[Sun Jun 15 09:00:00 2025] [notice] caught SIGTERM, shutting down',
    { 'log.level': 'notice', 'event.reason': 'caught SIGTERM, shutting down' },
  ],
  [
    'Apache 2.4',
    '[Sun Jun 15 09:00:00.123456 2025] [core:error] [pid 12:tid 140212] [client 198.51.100.2:55] AH00128: File does not exist: /var/www/a',
    {
      'apache.module': 'core',
      'process.pid': 12,
      'process.thread.id': 140_212,
      'source.ip': '198.51.100.2',
      'source.port': 55,
      'event.code': 'AH00128',
      'event.reason': 'File does not exist: /var/www/a',
    },
  ],
  [
    'Apache 2.4 with the system’s error first, over IPv6',
    '[Sun Jun 15 09:00:00.123456 2025] [core:error] [pid 12] (13)Permission denied: [client 2001:db8::1:443] AH00132: file permissions deny server access: /a',
    {
      'error.code': 13,
      'error.message': 'Permission denied',
      'source.port': 443,
      'event.code': 'AH00132',
    },
  ],
  [
    'Apache: a wrong password',
    '[Sun Jun 15 09:00:00.1 2025] [auth_basic:error] [pid 12] [client 198.51.100.2:55] AH01617: user lan: authentication failure for "/admin": Password Mismatch',
    {
      'event.action': 'http_login_failed',
      'event.outcome': 'failure',
      'user.name': 'lan',
      'event.reason': 'Password Mismatch',
    },
  ],
  [
    'Apache: denied',
    '[Sun Jun 15 09:00:00.1 2025] [authz_core:error] [pid 12] [client 198.51.100.2:55] AH01630: client denied by server configuration: /var/www/.git/config',
    { 'event.action': 'http_access_denied', 'file.path': '/var/www/.git/config' },
  ],
  [
    'Apache: PHP',
    '[Sun Jun 15 09:00:00.1 2025] [php:error] [pid 12] [client 198.51.100.2:55] PHP Fatal error:  Uncaught Error: Call to undefined function x() in /var/www/a.php:3',
    { 'apache.module': 'php', 'event.action': 'http_server_error_log' },
  ],
  [
    'ModSecurity',
    '[Sun Jun 15 09:00:00.1 2025] [security2:error] [pid 12] [client 198.51.100.2:55] [client 198.51.100.2] ModSecurity: Access denied with code 403 (phase 2). Matched "x" at ARGS. [file "/etc/modsecurity/a.conf"] [line "45"] [id "942100"] [msg "SQL Injection Attack Detected via libinjection"] [data "found \\"x\\""] [severity "CRITICAL"] [tag "attack-sqli"] [tag "OWASP_CRS"] [hostname "h.example"] [uri "/login"] [unique_id "abc"]',
    {
      'event.action': 'waf_blocked',
      'event.outcome': 'failure',
      'sc-status': 403,
      'rule.id': '942100',
      'rule.description': 'SQL Injection Attack Detected via libinjection',
      'rule.severity': 'CRITICAL',
      'rule.tags': ['attack-sqli', 'OWASP_CRS'],
      'rule.line': 45,
      'modsecurity.data': 'found "x"',
      'cs-uri-stem': '/login',
      'cs-host': 'h.example',
    },
  ],
  [
    'nginx',
    '2025/06/15 09:00:00 [error] 12#13: *5 open() "/x" failed (2: No such file or directory), client: 198.51.100.2, server: h.example, request: "GET /x?a=1 HTTP/1.1", host: "h.example", referrer: "http://evil.example/"',
    {
      'log.level': 'error',
      'process.pid': 12,
      'process.thread.id': 13,
      'nginx.connection': 5,
      'source.ip': '198.51.100.2',
      'error.code': 2,
      'error.message': 'No such file or directory',
      'http.server_name': 'h.example',
      'cs-method': 'GET',
      'cs-uri': '/x?a=1',
      'cs-uri-stem': '/x',
      'cs-host': 'h.example',
      'cs-referer': 'http://evil.example/',
      'event.reason': 'open() "/x" failed (2: No such file or directory)',
    },
  ],
  [
    'nginx: an upstream',
    '2025/06/15 09:00:00 [error] 12#12: *5 connect() failed (111: Connection refused) while connecting to upstream, client: 2001:db8::1, server: _, request: "POST /api HTTP/2.0", upstream: "http://127.0.0.1:8080/api", host: "h.example"',
    { 'source.ip': '2001:db8::1', 'http.upstream': 'http://127.0.0.1:8080/api', 'cs-method': 'POST' },
  ],
  [
    'nginx: a wrong password',
    '2025/06/15 09:00:00 [error] 12#12: *5 user "lan": password mismatch, client: 198.51.100.2, server: _, request: "GET / HTTP/1.1", host: "h"',
    {
      'event.action': 'http_login_failed',
      'event.outcome': 'failure',
      'user.name': 'lan',
      'event.reason': 'password mismatch',
    },
  ],
  [
    'nginx: a limit',
    '2025/06/15 09:00:00 [error] 12#12: *5 limiting requests, excess: 10.1 by zone "login", client: 198.51.100.2, server: _, request: "GET / HTTP/1.1"',
    { 'event.action': 'http_rate_limited', 'nginx.zone': 'login' },
  ],
  [
    'nginx, the server itself',
    '2025/06/15 09:00:00 [notice] 12#12: signal process started',
    { 'log.level': 'notice', 'event.reason': 'signal process started' },
  ],
])('%s', (_, line, want) => {
  for (const channel of ['web-error', 'web-access'] as const) {
    const event = readLine(channel, line);
    expect(event.fields.toRecord()).toMatchObject(want);
    expect(event.parsed).toBe(true);
    expect(new Date(event.timeMs).toISOString()).toMatch(/^2025-06-15T02:00:00/);
    expect(event.logsources).toEqual([{ service: line.startsWith('[') ? 'apache' : 'nginx' }]);
  }
});

test('a client that a stranger wrote into the line is not believed', () => {
  const line =
    '2025/06/15 09:00:00 [error] 1#1: *5 open() "/x, client: 203.0.113.1, server: y" failed (2: No such file or directory), client: 198.51.100.2, server: _, request: "GET /x HTTP/1.1"';
  expect(readLine('web-error', line).fields.get('source.ip')).toBeUndefined();
});

test('what is no error line is kept whole', () => {
  const event = readLine('web-error', 'Traceback of something');
  expect([event.parsed, event.message]).toEqual([false, 'Traceback of something']);
});
