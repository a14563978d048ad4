/** Whom an agent takes for its collector: pins, authorities, wrong clocks, over real TLS. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseJoinToken } from '#protocol/join-token.ts';
import { callOperation } from '../../collector/cli/client.ts';
import { joinTokenCreate } from '../../collector/cli/operations/join-token.ts';
import { enrol, type EnrolOptions } from '../../agent/enrol.ts';
import { loadTrust } from '../../agent/trust-store.ts';
import { connectPinned, peerFingerprint } from '../../agent/transport/pinned-socket.ts';
import { PinMismatchError } from '../../agent/transport/transport.ts';
import type { Trust } from '../../agent/transport/trust.ts';
import { startCollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { makeAuthority, type TestAuthority } from '../support/agent/authority.ts';
import { makeCertificate, type TestCertificate } from '../support/agent/certificate.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { startTestCollector, type TestCollector } from '../support/agent/test-collector.ts';

const DAY_MS = 86_400_000;
const LATER = {
  notBefore: new Date(Date.now() + 365 * DAY_MS),
  notAfter: new Date(Date.now() + 800 * DAY_MS),
};
const OVER = { notBefore: new Date('2001-01-01'), notAfter: new Date('2002-01-01') };
let authority: TestAuthority;
let folder: string;
let collectors: TestCollector[];

beforeAll(async () => {
  authority = await makeAuthority();
});
beforeEach(() => {
  folder = makeFolder();
  collectors = [];
});
afterEach(async () => {
  for (const collector of collectors) await collector.stop();
  removeFolder(folder);
});

async function serve(certificate: TestCertificate): Promise<string> {
  const collector = await startTestCollector({ certificate });
  collectors.push(collector);
  return collector.url;
}

async function connect(url: string, trust: Trust, collectorNow?: number): Promise<string> {
  const socket = await connectPinned({
    url,
    trust,
    connectMsMax: 5_000,
    collectorNow: () => collectorNow,
  });
  const seen = peerFingerprint(socket);
  socket.destroy();
  return seen;
}

describe('a pinned certificate', () => {
  test.each([
    ['that is not valid yet: the clock says 2005', LATER],
    ['that is over', OVER],
  ])('%s is the right one all the same', async (_, validity) => {
    const certificate = await makeCertificate(validity);
    const url = await serve(certificate);
    expect(await connect(url, { fingerprints: [certificate.fingerprint] })).toBe(certificate.fingerprint);
    // Also when the collector's own time is known.
    await connect(url, { fingerprints: [certificate.fingerprint] }, Date.now());
  });
});

describe('an authority', () => {
  const trust = (): Trust => ({ fingerprints: [], caPem: authority.pem });

  test('vouches for what it issued, for the name that is called', async () => {
    const certificate = await authority.issue(['127.0.0.1']);
    expect(await connect(await serve(certificate), trust())).toBe(certificate.fingerprint);
    const elsewhere = await serve(await authority.issue(['elsewhere.example']));
    await expect(connect(elsewhere, trust())).rejects.toThrow(PinMismatchError);
  });

  test.each([
    ['another authority issued', LATER],
    ['another authority issued, valid now', undefined],
  ])('does not vouch for what %s', async (_, validity) => {
    const other = await makeAuthority();
    const url = await serve(await other.issue(['127.0.0.1'], validity));
    await expect(connect(url, trust())).rejects.toThrow(PinMismatchError);
    await expect(connect(url, trust(), LATER.notBefore.getTime() + DAY_MS)).rejects.toThrow(PinMismatchError);
  });

  test('is believed across a wrong clock until the time of the collector is known, and then held to it', async () => {
    const certificate = await authority.issue(['127.0.0.1'], LATER);
    const url = await serve(certificate);
    expect(await connect(url, trust())).toBe(certificate.fingerprint);
    expect(await connect(url, trust(), LATER.notBefore.getTime() + DAY_MS)).toBe(certificate.fingerprint);
    await expect(connect(url, trust(), Date.now())).rejects.toThrow(PinMismatchError);
    const over = await serve(await authority.issue(['127.0.0.1'], OVER));
    await expect(connect(over, trust(), Date.now())).rejects.toThrow(PinMismatchError);
  });

  test('does not vouch for the wrong name, whatever the clock says', async () => {
    const url = await serve(await authority.issue(['elsewhere.example'], LATER));
    await expect(connect(url, trust())).rejects.toThrow(PinMismatchError);
  });
});

test('a collector with a certificate of an authority: its tokens pin the authority, and a renewed one changes nothing', async () => {
  const write = (name: string, text: string): string => {
    fs.writeFileSync(path.join(folder, name), text, { mode: 0o600 });
    return path.join(folder, name);
  };
  const dataDir = path.join(folder, 'data');
  const first = await authority.issue(['127.0.0.1', 'localhost']);
  const env = {
    VONGGAC_LOG_LEVEL: 'warn',
    VONGGAC_TLS_CERT: write('own.crt', first.cert),
    VONGGAC_TLS_KEY: write('own.key', first.key),
    VONGGAC_TLS_CA: write('ca.crt', authority.pem),
  };
  const collector = await startCollectorProcess({ dataDir, env });
  try {
    const { token } = await callOperation(joinTokenCreate, { uses: 3 }, { dataDir });
    expect(parseJoinToken(token)).toMatchObject({ fingerprint: authority.fingerprint, authority: true });
    const options = (name: string, more: Partial<EnrolOptions> = {}): EnrolOptions => ({
      url: collector.url,
      token,
      stateDir: path.join(folder, name),
      host: {
        hostname: name,
        platform: 'linux',
        osName: 'Debian',
        osVersion: '13',
        arch: 'x64',
        timeZone: 'Asia/Ho_Chi_Minh',
      },
      machineId: name,
      agentVersion: '0',
      now: Date.now,
      ...more,
    });
    const byToken = await enrol(options('by-token'));
    expect(byToken.fingerprint).toBe(first.fingerprint);
    const trusted = loadTrust(path.join(folder, 'by-token'), byToken.fingerprint);
    expect(trusted.fingerprints).toEqual([]);
    await enrol(options('by-file', { caPem: authority.pem }));
    const stranger = await makeAuthority('CN=Somebody else');
    await expect(enrol(options('by-wrong', { caPem: stranger.pem }))).rejects.toMatchObject({
      code: 'wrong-certificate',
    });

    const renewed = await authority.issue(['127.0.0.1', 'localhost']);
    write('own.key', renewed.key);
    write('own.crt', renewed.cert);
    let served = first.fingerprint;
    for (const deadline = Date.now() + 60_000; served === first.fingerprint && Date.now() < deadline;) {
      served = await connect(collector.url, trusted);
    }
    expect(served).toBe(renewed.fingerprint);
  } finally {
    await collector.stop();
  }
});
