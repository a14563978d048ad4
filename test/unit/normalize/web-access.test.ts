import { describe, expect, it } from 'vitest';
import { decodeUrl } from '../../../collector/normalize/web-request.ts';
import { readLine } from './helpers.ts';

const HEAD = '203.0.113.9 - - [15/Jun/2025:09:00:00 +0700] ';
const read = (text: string) => readLine('web-access', text);

describe('access lines', () => {
  it('reads the combined form in the webserver taxonomy', () => {
    const event = read(`${HEAD}"GET /a/b.php?id=1&x=%27 HTTP/1.1" 404 153 "https://e.example/" "curl/8.0"`);
    expect(event.parsed).toBe(true);
    expect(event.fields.toRecord()).toEqual({
      'event.action': 'http_request',
      'event.outcome': 'failure',
      'c-ip': '203.0.113.9',
      'source.address': '203.0.113.9',
      'source.ip': '203.0.113.9',
      'cs-method': 'GET',
      'cs-uri': '/a/b.php?id=1&x=%27',
      'cs-uri-stem': '/a/b.php',
      'cs-uri-query': 'id=1&x=%27',
      'cs-version': 'HTTP/1.1',
      'url.decoded': "/a/b.php?id=1&x='",
      'sc-status': 404,
      'sc-bytes': 153,
      'cs-referer': 'https://e.example/',
      'cs-user-agent': 'curl/8.0',
      'host.name': 'may-01',
    });
    expect(event.columns).toMatchObject({
      source_ip: '203.0.113.9',
      http_request_method: 'GET',
      url_original: '/a/b.php?id=1&x=%27',
      http_response_status_code: '404',
      user_agent_original: 'curl/8.0',
    });
    expect(event.logsources).toEqual([{ category: 'webserver' }]);
    expect(new Date(event.timeMs).toISOString()).toBe('2025-06-15T02:00:00.000Z');
  });

  it.each([
    ['common form', `${HEAD}"GET / HTTP/1.0" 200 2326`, { 'sc-bytes': 2326 }],
    ['no bytes', `${HEAD}"HEAD / HTTP/1.0" 304 -`, { 'sc-status': 304 }],
    [
      'virtual host before it',
      `www.x.gov.vn:443 ${HEAD}"GET / HTTP/1.1" 200 1 "-" "-"`,
      { 'cs-host': 'www.x.gov.vn', 's-port': 443 },
    ],
    [
      'IPv6',
      '2001:db8::5 - - [15/Jun/2025:09:00:00 +0700] "GET / HTTP/1.1" 200 1 "-" "x"',
      { 'source.ip': '2001:db8::5' },
    ],
    [
      'user name with a space',
      '10.0.0.1 - nguyen an [15/Jun/2025:09:00:00 +0700] "GET / HTTP/1.1" 200 1',
      { 'cs-username': 'nguyen an' },
    ],
    [
      'escaped quotes',
      `${HEAD}"GET /\\"x HTTP/1.1" 200 1 "-" "a \\"b\\" c"`,
      { 'cs-uri': '/"x', 'cs-user-agent': 'a "b" c' },
    ],
    [
      'a probe that is not HTTP',
      `${HEAD}"\\x16\\x03\\x01" 400 150 "-" "-"`,
      { 'cs-uri': '\u{16}\u{3}\u{1}' },
    ],
    ['bytes of UTF-8', `${HEAD}"GET /t\\xE1\\xBA\\xA1m HTTP/1.1" 200 1 "-" "x"`, { 'cs-uri': '/tạm' }],
    [
      'fields after the agent',
      `${HEAD}"GET / HTTP/1.1" 200 1 "-" "x" "10.1.1.1" 0.003`,
      { 'cs-user-agent': 'x' },
    ],
  ])('%s', (_name, line, fields) => {
    const event = read(line);
    expect(event.parsed).toBe(true);
    expect(event.fields.toRecord()).toMatchObject(fields);
  });

  it('is not fooled by a request that imitates the rest of the line', () => {
    const event = read(`${HEAD}"GET /\\" 200 5 \\"-\\" HTTP/1.1" 403 9 "-" "x"`);
    expect(event.fields.get('sc-status')).toBe(403);
  });

  it('keeps what is no access line whole', () => {
    const event = read('10.0.0.1 - - [15/Jun/2025:09:00:00 +0700] "GET /cut off');
    expect(event.parsed).toBe(false);
    expect(event.message).toContain('cut off');
    expect(event.logsources).toEqual([{ category: 'webserver' }]);
  });
});

describe('error lines', () => {
  it.each([
    [
      'Apache 1 and 2.2',
      '[Sun Dec 04 04:47:44 2005] [error] [client 198.51.100.2] Directory index forbidden',
      'apache',
      '2005-12-03T21:47:44.000Z',
    ],
    [
      'Apache 2.4',
      '[Sun Jun 15 09:00:00.123456 2025] [core:error] [pid 12:tid 34] [client 198.51.100.2:55] AH00126: Invalid URI',
      'apache',
      '2025-06-15T02:00:00.123Z',
    ],
    [
      'nginx',
      '2025/06/15 09:00:00 [error] 12#12: *5 open() "/x" failed (2: No such file), client: 198.51.100.2, server: _, request: "GET /x HTTP/1.1", host: "h"',
      'nginx',
      '2025-06-15T02:00:00.000Z',
    ],
  ])('%s', (_name, line, service, time) => {
    const event = read(line);
    expect(event.parsed).toBe(true);
    expect(event.logsources).toEqual([{ service }]);
    expect(event.fields.toRecord()).toMatchObject({ 'log.level': 'error', 'source.ip': '198.51.100.2' });
    expect(new Date(event.timeMs).toISOString()).toBe(time);
  });
});

it.each([
  ['/a%2e%2e/b', '/a../b'],
  ['/%252e%252e/', '/../'],
  ['/a+b', '/a b'],
  ['/%zz', undefined],
  ['/plain', undefined],
  ['/%E1%BA%A1', '/ạ'],
])('decodes %s', (url, want) => {
  expect(decodeUrl(url)).toBe(want);
});
