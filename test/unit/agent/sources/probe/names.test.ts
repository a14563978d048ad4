/** What is asked of name servers and registries, by real sockets, and what is made of the answers. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addressGuard } from '../../../../../agent/sources/probe/address-guard.ts';
import { DnsFailedError, lookUp } from '../../../../../agent/sources/probe/dns-picture.ts';
import type { DnsPicture } from '../../../../../agent/sources/probe/dns-picture.ts';
import { judgeDns } from '../../../../../agent/sources/probe/judge-dns.ts';
import type { DnsKnown } from '../../../../../agent/sources/probe/judge-dns.ts';
import { judgeRegistration, registrationDue } from '../../../../../agent/sources/probe/judge-registration.ts';
import { findRegistration } from '../../../../../agent/sources/probe/registration.ts';
import type { Registration, RegistrationOptions } from '../../../../../agent/sources/probe/registration.ts';
import { NO_PROXY } from '../../../../../agent/transport/proxy.ts';
import { startTestDns } from '../../../../support/probe/test-dns.ts';
import type { TestDns } from '../../../../support/probe/test-dns.ts';
import { startTestSite } from '../../../../support/probe/test-site.ts';
import type { TestSite } from '../../../../support/probe/test-site.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 26);

describe('names', () => {
  const HOST = 'portal.hoabinh.gov.example';
  let dns: TestDns;

  beforeEach(async () => {
    dns = await startTestDns();
    dns.zone[HOST] = { a: ['203.162.0.2', '203.162.0.1'], aaaa: ['2001:db8:0:0:0:0:0:1'] };
    dns.zone['hoabinh.gov.example'] = {
      soa: 'ns1.dns.example',
      ns: ['NS2.dns.example', 'ns1.dns.example'],
      mx: [[10, 'mail.hoabinh.gov.example']],
    };
  });
  afterEach(() => dns.stop());

  const ask = (host = HOST): Promise<DnsPicture> => lookUp(host, { servers: [dns.server], timeoutMs: 2_000 });

  test('addresses, the zone upwards, its servers', async () => {
    expect(await ask()).toEqual({
      addresses: ['2001:db8::1', '203.162.0.1', '203.162.0.2'],
      zone: 'hoabinh.gov.example',
      nameServers: ['ns1.dns.example', 'ns2.dns.example'],
      mailServers: ['10 mail.hoabinh.gov.example'],
      primary: 'ns1.dns.example',
    });
    expect(dns.asked).not.toContain('example 6');
  });

  test('a name that does not exist has no address; servers that refuse say nothing', async () => {
    const absent = await ask('absent.hoabinh.gov.example');
    expect(absent.addresses).toEqual([]);
    expect(judgeDns(absent, undefined, NOW_MS).look.findings).toEqual(['no-address']);
    dns.refuses = true;
    await expect(ask()).rejects.toThrow(DnsFailedError);
  });

  async function looks(count: number, change: (index: number) => void): Promise<string[][]> {
    let known: DnsKnown | undefined;
    const found: string[][] = [];
    for (let index = 0; index < count; index += 1) {
      change(index);
      const judged = judgeDns(await ask(), known, NOW_MS + index * 600_000);
      ({ known } = judged);
      found.push([...judged.look.findings]);
    }
    return found;
  }

  test('changes are told once each', async () => {
    const found = await looks(6, (index) => {
      if (index === 3) dns.zone[HOST] = { a: ['198.51.100.7'] };
      if (index === 4)
        dns.zone['hoabinh.gov.example'] = {
          soa: 'ns.evil.example',
          ns: ['ns.evil.example'],
          mx: [[5, 'evil.example']],
        };
    });
    expect(found).toEqual([
      [],
      [],
      [],
      ['addresses-changed'],
      ['name-servers-changed', 'mail-servers-changed', 'zone-changed'],
      [],
    ]);
  });

  test('addresses that go round are known, and ever new ones are said once', async () => {
    const round = await looks(8, (index) => {
      dns.zone[HOST] = { a: [`203.162.0.${index % 3}`] };
    });
    expect(round.flat()).toEqual([]);
    const ever = await looks(20, (index) => {
      dns.zone[HOST] = { a: [`203.162.1.${index}`] };
    });
    expect(ever.flat().filter((finding) => finding === 'addresses-vary')).toHaveLength(1);
    expect(ever.flat().filter((finding) => finding === 'addresses-changed')).toHaveLength(4);
  });
});

describe('registration', () => {
  let registry: TestSite;
  let answers: Record<string, unknown>;

  beforeEach(async () => {
    answers = {};
    registry = await startTestSite((request, response) => {
      const answer = answers[request.url ?? ''];
      if (answer === undefined) response.writeHead(404).end();
      else
        response
          .writeHead(200, { 'content-type': 'application/rdap+json' })
          .end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
    answers['/dns.json'] = { services: [[['org', 'net'], [`${registry.url}rdap/`]]] };
  });
  afterEach(() => registry.stop());

  const find = (domain: string, more: Partial<RegistrationOptions> = {}): Promise<Registration> =>
    findRegistration(domain, {
      bootstrapUrl: `${registry.url}dns.json`,
      fetch: {
        guard: addressGuard('target', '127.0.0.1'),
        proxy: NO_PROXY,
        timeoutMs: 3_000,
        signal: new AbortController().signal,
        redirectsMax: 3,
        bytesMax: 1_000,
        userAgent: 'test',
        monotonicMs: () => performance.now(),
      },
      ...more,
    });
  const ends = (date: string): unknown => ({
    events: [
      { eventAction: 'registration', eventDate: '2000-01-01T00:00:00Z' },
      { eventAction: 'expiration', eventDate: date },
    ],
  });

  test('by the server that is listed for the domain, at the domain or above it', async () => {
    answers['/rdap/domain/hoabinh.org'] = ends('2027-01-15T00:00:00Z');
    expect(await find('www.hoabinh.org')).toEqual({
      kind: 'known',
      domain: 'hoabinh.org',
      expiresMs: Date.UTC(2027, 0, 15),
      source: 'rdap',
    });
  });

  test('.vn has no such server: not known, with what to do', async () => {
    const found = await find('hoabinh.gov.vn');
    expect(found).toMatchObject({ kind: 'unknown' });
    expect(found.kind === 'unknown' && found.reason).toContain('the registry of .vn tells nobody');
    expect(judgeRegistration(found, { warnDays: 45 }, NOW_MS)).toMatchObject({
      findings: ['registration-unknown'],
    });
    expect(registry.requests.map(({ url }) => url)).toEqual(['/dns.json']);
  });

  test('a date in the settings asks nobody', async () => {
    const found = await find('hoabinh.gov.vn', { expires: '2026-12-10' });
    expect(found).toMatchObject({ kind: 'known', source: 'settings' });
    expect(registry.requests).toEqual([]);
    expect(judgeRegistration(found, { warnDays: 45 }, NOW_MS)).toMatchObject({
      findings: ['registration-expires'],
      facts: { daysLeft: 14 },
    });
    expect(judgeRegistration(found, { warnDays: 7 }, NOW_MS).findings).toEqual([]);
    expect(judgeRegistration(found, { warnDays: 7 }, NOW_MS + 15 * DAY_MS).findings).toEqual([
      'registration-expired',
    ]);
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '<html>', 'no JSON'],
    ['another form', { events: 'none' }, 'another form than RDAP'],
    ['no end', { events: [] }, 'does not say when'],
    ['an end that is no date', ends('soon'), 'does not say when'],
  ])('a server that answers with %s is not believed', async (_, answer, words) => {
    answers['/rdap/domain/hoabinh.org'] = answer;
    const found = await find('hoabinh.org');
    expect(found.kind === 'unknown' && found.reason).toContain(words);
  });

  test('a list that is away, and a domain that nobody knows', async () => {
    expect(await find('nobody.org')).toMatchObject({
      kind: 'unknown',
      reason: 'the registry does not know nobody.org',
    });
    delete answers['/dns.json'];
    expect(await find('hoabinh.org')).toMatchObject({ kind: 'unknown' });
  });

  test('is asked once a day, sooner when it was not known, at once when the settings change', () => {
    const known = { atMs: NOW_MS, expiresMs: Date.UTC(2027, 0, 1) };
    expect(registrationDue(undefined, {}, NOW_MS)).toBe(true);
    expect(registrationDue(known, {}, NOW_MS + DAY_MS / 2)).toBe(false);
    expect(registrationDue(known, {}, NOW_MS + DAY_MS)).toBe(true);
    expect(registrationDue({ atMs: NOW_MS }, {}, NOW_MS + DAY_MS / 2)).toBe(true);
    expect(registrationDue(known, { expires: '2028-01-01' }, NOW_MS + 1)).toBe(true);
  });
});
