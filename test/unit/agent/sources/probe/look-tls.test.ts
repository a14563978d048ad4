/** What one look finds at real TLS servers: good, expired, self-signed, for another name, weak, changed. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { probeSchema } from '../../../../../agent/probe-config.ts';
import type { Look } from '../../../../../agent/sources/probe/finding.ts';
import { lookAt } from '../../../../../agent/sources/probe/look.ts';
import type { Outcome } from '../../../../../agent/sources/probe/look.ts';
import { newTargetState } from '../../../../../agent/sources/probe/target-state.ts';
import type { TargetState } from '../../../../../agent/sources/probe/target-state.ts';
import { NO_PROXY } from '../../../../../agent/transport/proxy.ts';
import { makeAuthority } from '../../../../support/agent/authority.ts';
import type { TestAuthority } from '../../../../support/agent/authority.ts';
import { makeCertificate } from '../../../../support/agent/certificate.ts';
import { page, portal, startTestSite } from '../../../../support/probe/test-site.ts';
import type { TestSite } from '../../../../support/probe/test-site.ts';
import { makeRsaCertificate } from '../../../../support/probe/rsa-certificate.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);

const stops: (() => Promise<void>)[] = [];
let authority: TestAuthority;

beforeAll(async () => {
  authority = await makeAuthority();
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function secure(tls: Parameters<typeof startTestSite>[1]): Promise<TestSite> {
  const site = await startTestSite(page(portal()), tls);
  stops.push(site.stop);
  return site;
}

/** The test authority is trusted, as an agency's own would be. */
async function look(
  target: string,
  state?: TargetState,
  caPem: string | undefined = authority.pem,
): Promise<Outcome> {
  const config = probeSchema().parse({
    target,
    timeoutMs: 5_000,
    tls: { caPem },
    cloaking: { enabled: false },
  });
  const options = { config, proxy: NO_PROXY, now: Date.now, monotonicMs: () => performance.now() };
  const { signal } = new AbortController();
  return lookAt({ ...options, signal }, state ?? newTargetState(target, Date.now()), {
    url: target,
    accepted: false,
  });
}

async function tlsOf(target: string): Promise<Look | undefined> {
  return (await look(target)).looks.get('tls');
}

describe('a certificate', () => {
  test('of a known authority, for the host, with time to go, is good', async () => {
    const { cert, key } = await authority.issue(['127.0.0.1'], {
      notBefore: inDays(-1),
      notAfter: inDays(200),
    });
    const { url } = await secure({ cert, key });
    const { looks, state } = await look(url);
    expect(looks.get('reachability')?.findings).toEqual([]);
    expect(looks.get('tls')).toMatchObject({
      findings: [],
      facts: {
        protocol: 'TLSv1.3',
        keyType: 'ec',
        keyBits: 256,
        signature: 'ecdsaWithSha256',
        legacyOffered: false,
      },
    });
    expect(looks.get('tls')?.facts['daysLeft']).toBeGreaterThanOrEqual(199);
    expect(state.certificates).toHaveLength(1);
  });

  test.each([
    [-1, ['expired']],
    [3, ['expires-urgently']],
    [20, ['expires-soon']],
    [40, []],
  ])('that ends in %i days', async (days, findings) => {
    const { cert, key } = await authority.issue(['127.0.0.1'], {
      notBefore: inDays(-90),
      notAfter: inDays(days),
    });
    const { url } = await secure({ cert, key });
    expect((await tlsOf(url))?.findings).toEqual(findings);
  });

  test('that is not valid yet', async () => {
    const { cert, key } = await authority.issue(['127.0.0.1'], {
      notBefore: inDays(2),
      notAfter: inDays(200),
    });
    expect((await tlsOf((await secure({ cert, key })).url))?.findings).toEqual(['not-yet-valid']);
  });

  test('for another name', async () => {
    const { cert, key } = await authority.issue(['portal.example']);
    expect((await tlsOf((await secure({ cert, key })).url))?.findings).toEqual(['wrong-name']);
  });

  test('signed by itself', async () => {
    const { cert, key } = await makeCertificate();
    expect((await tlsOf((await secure({ cert, key })).url))?.findings).toEqual(['wrong-name', 'self-signed']);
  });

  test('of an authority that nobody knows', async () => {
    const stranger = await makeAuthority('CN=Stranger');
    const { cert, key } = await stranger.issue(['127.0.0.1']);
    const tls = await tlsOf((await secure({ cert, key })).url);
    expect(tls?.findings).toEqual(['untrusted']);
    expect(tls?.facts['chainProblem']).toMatch(/UNABLE_TO/);
  });

  test('with a short key and an old signature', async () => {
    const { cert, key } = await makeRsaCertificate({ bits: 1_024, hash: 'SHA-1', issuer: 'CN=Another' });
    const { url } = await secure({ cert, key, ciphers: 'DEFAULT:@SECLEVEL=0' });
    const tls = await tlsOf(url);
    expect(tls?.facts).toMatchObject({ keyType: 'rsa', keyBits: 1_024, signature: 'sha1WithRSAEncryption' });
    expect(tls?.findings).toEqual(expect.arrayContaining(['weak-key', 'weak-signature']));
  });

  test('another one than before is told once, and the first one is known when it comes back', async () => {
    const first = await authority.issue(['127.0.0.1']);
    const second = await authority.issue(['127.0.0.1']);
    const one = await secure({ cert: first.cert, key: first.key });
    const two = await secure({ cert: second.cert, key: second.key });
    const before = await look(one.url);
    const changed = await look(two.url, before.state);
    expect(changed.looks.get('tls')).toMatchObject({
      findings: ['certificate-changed'],
      facts: { fingerprint: second.fingerprint, previousFingerprint: first.fingerprint },
    });
    const again = await look(one.url, changed.state);
    expect(again.looks.get('tls')?.findings).toEqual([]);
  });
});

describe('a server', () => {
  test('that knows nothing newer than TLS 1.1', async () => {
    const { cert, key } = await authority.issue(['127.0.0.1']);
    const { url } = await secure({
      cert,
      key,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    const { looks } = await look(url);
    expect(looks.get('reachability')?.findings).toEqual([]);
    expect(looks.get('tls')).toMatchObject({ findings: ['legacy-protocol'], facts: { protocol: 'TLSv1.1' } });
  });

  test('that still takes TLS 1.0 beside newer ones', async () => {
    const { cert, key } = await authority.issue(['127.0.0.1']);
    const { url } = await secure({ cert, key, minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' });
    expect(await tlsOf(url)).toMatchObject({
      findings: ['legacy-protocol'],
      facts: { protocol: 'TLSv1.3', legacyOffered: true },
    });
  });

  test('whose cipher keeps no secret once the key is known', async () => {
    const { cert, key } = await makeRsaCertificate({ bits: 2_048, hash: 'SHA-256', issuer: 'CN=Another' });
    const { url } = await secure({ cert, key, maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' });
    expect((await tlsOf(url))?.findings).toContain('no-forward-secrecy');
  });

  test('that speaks no TLS', async () => {
    const site = await startTestSite(page('<p>x</p>'));
    stops.push(site.stop);
    const { looks } = await look(site.url.replace('http:', 'https:'));
    expect(looks.get('reachability')?.findings).toEqual(['tls-failed']);
    expect(looks.has('tls')).toBe(false);
  });

  test('asked as a TLS service, and as a port only', async () => {
    const { cert, key } = await authority.issue(['127.0.0.1']);
    const { port } = await secure({ cert, key });
    const tls = await look(`tls://127.0.0.1:${port}`);
    expect([...tls.looks.keys()]).toEqual(['reachability', 'tls']);
    expect(tls.looks.get('tls')?.findings).toEqual([]);
    const tcp = await look(`tcp://127.0.0.1:${port}`);
    expect([...tcp.looks.keys()]).toEqual(['reachability']);
  });

  test('whose port is closed', async () => {
    const { looks } = await look('tcp://127.0.0.1:1');
    expect(looks.get('reachability')?.findings).toEqual(['refused']);
  });
});
