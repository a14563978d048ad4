import { expect, test } from 'vitest';
import { formatHostPort, parseAddress } from '../../../../agent/transport/address.ts';

test.each<[string, string, string, number, string]>([
  [
    'https://soc.example.vn:8443',
    'https://soc.example.vn:8443',
    'soc.example.vn',
    8443,
    'soc.example.vn:8443',
  ],
  [' wss://SOC.example.vn/agent ', 'https://soc.example.vn', 'soc.example.vn', 443, 'soc.example.vn'],
  ['https://[2001:db8::1]:8443', 'https://[2001:db8::1]:8443', '2001:db8::1', 8443, '[2001:db8::1]:8443'],
  ['https://[::1]', 'https://[::1]', '::1', 443, '[::1]'],
  ['https://[fe80::1%25eth0]:8443', 'https://[fe80::1%25eth0]:8443', 'fe80::1%eth0', 8443, '[fe80::1]:8443'],
  ['https://[FE80::1%eth0]', 'https://[fe80::1%25eth0]', 'fe80::1%eth0', 443, '[fe80::1]'],
  ['wss://[fe80::1%12]:1/x', 'https://[fe80::1%2512]:1', 'fe80::1%12', 1, '[fe80::1]:1'],
  ['https://10.0.0.1:8443', 'https://10.0.0.1:8443', '10.0.0.1', 8443, '10.0.0.1:8443'],
])('%s is read', (text, origin, host, port, authority) => {
  expect(parseAddress(text)).toEqual({ origin, host, port, authority });
  expect(parseAddress(origin)).toEqual({ origin, host, port, authority });
});

test.each([
  'soc.example.vn',
  'http://soc.example.vn',
  'https://',
  'https://[::1',
  'https://[fe80::1%]',
  'https://[nonsense%25eth0]',
  'https://[fe80::1%25eth0]:99999',
  '',
])('%s is no address', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test('an IPv6 literal is shown in brackets', () => {
  expect([formatHostPort('::1', 1), formatHostPort('fe80::1%eth0', 2), formatHostPort('a.vn', 3)]).toEqual([
    '[::1]:1',
    '[fe80::1%eth0]:2',
    'a.vn:3',
  ]);
});
