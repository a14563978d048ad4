import type { LookupAddress } from 'node:dns';
import fs from 'node:fs';
import type { LookupFunction } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RememberedAddresses, type Resolve } from '../../../../agent/transport/remembered-addresses.ts';

const ONE: LookupAddress[] = [{ address: '10.1.2.3', family: 4 }];
const BOTH: LookupAddress[] = [
  { address: '2001:db8::7', family: 6 },
  { address: '10.1.2.4', family: 4 },
];
const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });

let stateDir: string;
let faults: unknown[];

beforeEach(() => {
  stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-addresses-'));
  faults = [];
});

afterEach(() => {
  vi.useRealTimers();
  fs.rmSync(stateDir, { recursive: true, force: true });
});

const says =
  (found: LookupAddress[]): Resolve =>
  (_host, _options, callback) =>
    callback(null, found);
const fails: Resolve = (_host, _options, callback) => callback(notFound, []);
const isSilent: Resolve = () => undefined;

const open = (resolve: Resolve): RememberedAddresses =>
  new RememberedAddresses({ stateDir, resolve, onFault: (error) => faults.push(error) });

function ask(
  { lookup }: { lookup: LookupFunction },
  host: string,
  options: { all?: boolean; family?: 4 | 6 } = { all: true },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    lookup(host, options, (error, address, family) => {
      if (error === null) resolve(options.all === true ? address : { address, family });
      else reject(error);
    });
  });
}

describe('a name that is resolved', () => {
  test('is answered as the system does, in both forms', async () => {
    expect(await ask(open(says(BOTH)), 'collector.example')).toEqual(BOTH);
    expect(await ask(open(says(ONE)), 'collector.example', { family: 4 })).toEqual({
      address: '10.1.2.3',
      family: 4,
    });
  });

  test('is kept for its owner alone', async () => {
    await ask(open(says(ONE)), 'collector.example');
    expect(fs.statSync(path.join(stateDir, 'addresses.json')).mode & 0o777).toBe(0o600);
  });

  test('is written again only when its addresses change, not their order', async () => {
    await ask(open(says(BOTH)), 'collector.example');
    const before = fs.statSync(path.join(stateDir, 'addresses.json')).ino;
    await ask(open(says(BOTH.toReversed())), 'collector.example');
    expect(fs.statSync(path.join(stateDir, 'addresses.json')).ino).toBe(before);
    await ask(open(says(ONE)), 'collector.example');
    expect(await ask(open(fails), 'collector.example')).toEqual(ONE);
  });
});

describe('a name that nobody resolves', () => {
  test('is answered as it was last, after a restart too', async () => {
    await ask(open(says(BOTH)), 'collector.example');
    expect(await ask(open(fails), 'collector.example')).toEqual(BOTH);
    expect(await ask(open(fails), 'collector.example', { family: 4 })).toEqual({
      address: '10.1.2.4',
      family: 4,
    });
  });

  test('is answered before a silent name server is given up', async () => {
    await ask(open(says(ONE)), 'collector.example');
    vi.useFakeTimers();
    const answer = ask(open(isSilent), 'collector.example');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await answer).toEqual(ONE);
  });

  test('and was never known is not found', async () => {
    await expect(ask(open(fails), 'other.example')).rejects.toBe(notFound);
  });
});

test.each(['{', '{"version":1,"names":{"a":[]}}', '{"version":2}'])(
  'a damaged file %s is begun anew',
  async (text) => {
    fs.writeFileSync(path.join(stateDir, 'addresses.json'), text);
    await expect(ask(open(fails), 'a')).rejects.toBe(notFound);
    expect(await ask(open(says(ONE)), 'a')).toEqual(ONE);
    expect(await ask(open(fails), 'a')).toEqual(ONE);
  },
);

test('names are bounded: the one that changed longest ago goes', async () => {
  const addresses = open(says(ONE));
  for (let at = 0; at < 40; at += 1) await ask(addresses, `host-${at}.example`);
  await expect(ask(open(fails), 'host-7.example')).rejects.toBe(notFound);
  expect(await ask(open(fails), 'host-8.example')).toEqual(ONE);
});

test('a disk that refuses is told of, and the answer given all the same', async () => {
  const addresses = open(says(ONE));
  fs.rmSync(stateDir, { recursive: true });
  expect(await ask(addresses, 'collector.example')).toEqual(ONE);
  expect(faults).toHaveLength(1);
});
