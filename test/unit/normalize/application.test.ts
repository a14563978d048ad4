/** Applications' logs in the forms that loggers write, and the output of commands. */
import { describe, expect, test } from 'vitest';
import { readLine } from './helpers.ts';

const AT = /^2025-06-15T02:00:00/;

test.each<[string, string, Record<string, unknown>]>([
  [
    'log4j, with a trace of Java',
    '2025-06-15 09:00:00,123 ERROR [http-nio-1] vn.gov.app.LoginService - cannot log in\njava.lang.IllegalStateException: no session\n\tat vn.gov.app.LoginService.login(LoginService.java:42)\n\tat org.springframework.web.Filter.run(Filter.java:7)\nCaused by: java.sql.SQLException: closed\n\t... 12 more',
    {
      'event.action': 'application_error',
      'event.outcome': 'failure',
      'log.level': 'error',
      'process.thread.name': 'http-nio-1',
      'log.logger': 'vn.gov.app.LoginService',
      'event.reason': 'cannot log in',
      'error.type': 'java.lang.IllegalStateException',
      'error.message': 'no session',
      'error.cause.type': 'java.sql.SQLException',
      'error.cause.message': 'closed',
    },
  ],
  [
    'Spring Boot',
    '2025-06-15T09:00:00.123+07:00  INFO 4242 --- [main] vn.gov.app.Application : Started in 2 s',
    {
      'event.action': 'application_log',
      'log.level': 'info',
      'process.pid': 4242,
      'process.thread.name': 'main',
      'log.logger': 'vn.gov.app.Application',
      'event.reason': 'Started in 2 s',
    },
  ],
  [
    'Tomcat',
    '15-Jun-2025 09:00:00.123 SEVERE [main] org.apache.catalina.core.StandardContext.startInternal One or more listeners failed',
    { 'log.level': 'error', 'event.action': 'application_error', 'process.thread.name': 'main' },
  ],
  [
    'java.util.logging',
    'Jun 15, 2025 9:00:00 AM vn.gov.app.Main run\nWARNING: something odd',
    { 'log.level': 'warning', 'event.reason': 'something odd' },
  ],
  [
    'Python, with a traceback',
    '2025-06-15 09:00:00,123 - app.views - ERROR - failed\nTraceback (most recent call last):\n  File "/srv/app/views.py", line 3, in login\n    raise ValueError("bad")\nValueError: bad\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "/usr/lib/python3/dist-packages/django/db/x.py", line 9, in y\n    z()\ndjango.db.utils.OperationalError: gone away',
    {
      'log.level': 'error',
      'log.logger': 'app.views',
      'error.type': 'django.db.utils.OperationalError',
      'error.message': 'gone away',
    },
  ],
  [
    'a level in brackets and a day written first',
    '[WARN] 15/06/2025 09:00:00 low on disk',
    { 'log.level': 'warning', 'event.reason': 'low on disk' },
  ],
  ['Go', '2025/06/15 09:00:00 listening on :8080', { 'event.reason': 'listening on :8080' }],
  [
    'klog',
    'E0615 09:00:00.123456    4242 server.go:12] cannot reach',
    {
      'log.level': 'error',
      'process.pid': 4242,
      'log.logger': 'server.go:12',
      'event.reason': 'cannot reach',
    },
  ],
  [
    'logfmt',
    'time=2025-06-15T02:00:00Z level=error msg="cannot \\"reach\\" it" user=lan remote_addr=203.0.113.9',
    {
      'log.level': 'error',
      'event.reason': 'cannot "reach" it',
      'user.name': 'lan',
      'source.ip': '203.0.113.9',
      'event.action': 'application_error',
    },
  ],
  [
    'JSON of pino',
    '{"level":50,"time":1749952800123,"name":"api","msg":"failed","err":{"type":"TypeError"},"username":"lan"}',
    { 'log.level': 'error', 'event.reason': 'failed', 'log.logger': 'api', 'user.name': 'lan' },
  ],
  [
    'JSON of logstash, with a trace',
    '{"@timestamp":"2025-06-15T02:00:00.123Z","level":"ERROR","logger_name":"vn.gov.A","message":"failed","stack_trace":"java.io.IOException: full\\n\\tat vn.gov.A.b(A.java:1)"}',
    { 'log.level': 'error', 'error.type': 'java.io.IOException', 'error.message': 'full' },
  ],
])('%s', (_, record, want) => {
  const event = readLine('application', record);
  expect(event.fields.toRecord()).toMatchObject(want);
  expect(event.parsed).toBe(true);
  expect(new Date(event.timeMs).toISOString()).toMatch(AT);
  expect(event.logsources).toContainEqual({ category: 'application' });
});

test.each([
  ['jvm', 'Exception in thread "main" java.lang.Error: x\n\tat a.B.c(B.java:1)'],
  ['python', 'Traceback (most recent call last):\n  File "/a.py", line 1, in <module>\nKeyError: 1'],
  ['nodejs', 'TypeError: x is not a function\n    at run (/srv/app/index.js:10:5)'],
  ['ruby_on_rails', "NoMethodError: undefined\napp/models/user.rb:12:in `x'"],
])('a trace alone says whose it is: %s', (product, record) => {
  const event = readLine('application', record);
  expect(event.parsed).toBe(true);
  expect(event.logsources).toContainEqual({ category: 'application', product });
  expect(event.fields.get('error.type')).toEqual(expect.any(String));
});

test('a line that says neither time nor level is kept whole', () => {
  const event = readLine('application', 'just some words here');
  expect([event.parsed, event.message]).toEqual([false, 'just some words here']);
});

describe('a command', () => {
  const origin = { origin: 'disk' };
  test('that ended well', () => {
    const head = JSON.stringify({
      run: 1_749_952_800_000,
      command: ['/bin/df', '-h'],
      exit: 0,
      ms: 12,
      changed: true,
    });
    const event = readLine('command', `${head}\n/dev/sda 90%\n`, {}, origin);
    expect(event.fields.toRecord()).toMatchObject({
      'event.action': 'command_output',
      'event.outcome': 'success',
      'command.name': 'disk',
      'process.command_line': '/bin/df -h',
      'process.exit_code': 0,
      'command.changed': true,
      'command.output': '/dev/sda 90%\n',
    });
    expect([event.parsed, new Date(event.timeMs).toISOString()]).toEqual([true, '2025-06-15T02:00:00.000Z']);
  });

  test('that failed, whatever its output says', () => {
    const head = JSON.stringify({ run: 1_749_952_800_000, signal: 'SIGKILL', failure: 'timeout' });
    const event = readLine('command', `${head}\n{"run":1,"exit":0}`, {}, origin);
    expect(event.fields.toRecord()).toMatchObject({
      'event.action': 'command_failed',
      'event.outcome': 'failure',
      'process.signal': 'SIGKILL',
      'event.reason': 'timeout',
    });
  });

  test('whose record has no head is kept whole', () => {
    expect(readLine('command', 'x', {}, origin).parsed).toBe(false);
  });
});
