import { expect, test } from 'vitest';
import {
  NO_PROXY,
  parseNoProxy,
  parseProxy,
  proxyFor,
  proxyName,
  proxySettings,
} from '../../../../agent/transport/proxy.ts';

test.each<[string, ReturnType<typeof parseProxy>]>([
  ['http://proxy.example.vn:3128', { host: 'proxy.example.vn', port: 3_128 }],
  ['proxy:8080', { host: 'proxy', port: 8_080 }],
  ['http://[2001:db8::2]', { host: '2001:db8::2', port: 80 }],
  ['http://an:b%40c@p:1', { host: 'p', port: 1, authorization: 'Basic YW46YkBj' }],
  ['https://p:1', undefined],
  ['socks5://p:1', undefined],
  ['http://', undefined],
  ['http://p:1/path', undefined],
  ['http://%zz@p:1', undefined],
])('%s as a proxy', (text, expected) => {
  expect(parseProxy(text)).toEqual(expected);
});

test('names and passwords are sent as UTF-8', () => {
  const { authorization = '' } = parseProxy('http://tên:mật khẩu@p:1') ?? {};
  expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString('utf8')).toBe('tên:mật khẩu');
});

test.each<[string, string, number, boolean]>([
  ['*', 'any', 1, true],
  ['example.vn', 'example.vn', 443, true],
  ['example.vn', 'soc.Example.vn', 443, true],
  ['.example.vn', 'soc.example.vn', 443, true],
  ['*.example.vn', 'soc.example.vn', 443, true],
  ['example.vn', 'notexample.vn', 443, false],
  ['soc.example.vn:8443', 'soc.example.vn', 8_443, true],
  ['soc.example.vn:8443', 'soc.example.vn', 443, false],
  ['10.0.0.0/8', '10.1.2.3', 1, true],
  ['10.0.0.0/8', '11.1.2.3', 1, false],
  ['10.0.0.1', '10.0.0.1', 1, true],
  ['[::1]:8443', '::1', 8_443, true],
  ['[::1]', '::1', 1, true],
  ['fe80::/10', 'fe80::5%eth0', 1, true],
  ['10.0.0.0/99', '10.0.0.0', 1, false],
  ['a, b  c', 'c', 1, true],
  ['', 'a', 1, false],
])('NO_PROXY "%s" and %s:%i', (list, host, port, direct) => {
  expect(parseNoProxy(list)(host, port)).toBe(direct);
});

test('the settings win over the environment, and null over both', () => {
  const env = { HTTPS_PROXY: 'http://env:1', NO_PROXY: 'direct.vn' };
  const fromEnv = proxySettings(undefined, env) ?? NO_PROXY;
  expect(proxyFor(fromEnv, 'soc.vn', 443)).toMatchObject({ host: 'env' });
  expect(proxyFor(fromEnv, 'direct.vn', 443)).toBeUndefined();
  expect(proxyFor(fromEnv, '127.0.0.1', 443)).toBeUndefined();
  const own = proxySettings({ url: 'http://own:2', bypass: ['10.0.0.0/8'] }, env) ?? NO_PROXY;
  expect(proxyFor(own, 'direct.vn', 443)).toMatchObject({ host: 'own' });
  expect(proxyFor(own, '127.0.0.1', 443)).toMatchObject({ host: 'own' });
  expect(proxyFor(own, '10.9.9.9', 443)).toBeUndefined();
  expect(proxyFor(proxySettings(null, env) ?? NO_PROXY, 'soc.vn', 443)).toBeUndefined();
  expect(proxyFor(proxySettings(undefined, {}) ?? NO_PROXY, 'soc.vn', 443)).toBeUndefined();
  expect(proxySettings(undefined, { https_proxy: 'ftp://x' })).toBeUndefined();
});

test('what is shown of a proxy never holds its password', () => {
  const proxy = parseProxy('http://an:secret@p:3128');
  expect(proxy && proxyName(proxy)).toBe('p:3128');
});
