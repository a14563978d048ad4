/** A ClickHouse server over a network that fails: the embedded engine behind the stand-in of test/support. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkServer } from '../../collector/store/check-server.ts';
import { readServerHome, type ClickHouseSettingsOf } from '../../collector/store/clickhouse-home.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { Connection } from '../../collector/store/connection.ts';
import { ServerUnfitError } from '../../collector/store/server-unfit-error.ts';
import { BatchUnknownError, type EventBatch, StoreUnavailableError } from '../../collector/store/store.ts';
import { makeCertificate, type TestCertificate } from '../support/agent/certificate.ts';
import { startStandIn, type StandIn } from '../support/clickhouse-stand-in.ts';
import { row } from './event-store.contract.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

const PASSWORD = 'mật khẩu:@/';
let engine: TestEngine;
let certificate: TestCertificate;
let ours: TestCertificate;
let server: StandIn;
let settings: ClickHouseSettingsOf;

beforeAll(async () => {
  engine = await startTestEngine();
  certificate = await makeCertificate(undefined, ['localhost']);
  ours = await makeCertificate(undefined, ['collector']);
  const file = (name: string, text: string): string => {
    const where = path.join(engine.dataDir, name);
    writeFileSync(where, text);
    return where;
  };
  server = await startStandIn(engine.engine.socketPath, {
    tls: { ...certificate, clientCa: ours.cert },
    user: { name: 'reader', password: PASSWORD },
  });
  settings = {
    clickhouseUrl: server.url,
    clickhouseUser: 'reader',
    clickhousePasswordFile: file('password', `${PASSWORD}\n`),
    clickhouseCaFile: file('ca.pem', certificate.cert),
    clickhouseCertFile: file('our.crt', ours.cert),
    clickhouseKeyFile: file('our.key', ours.key),
  };
});
afterAll(async () => {
  await server.close();
  await engine.close();
});

function homeOf(change: ClickHouseSettingsOf = {}) {
  const home = readServerHome({ ...settings, ...change });
  if (home === undefined) throw new Error('no server');
  return home;
}

async function open(change: ClickHouseSettingsOf = {}): Promise<ClickHouseStore> {
  return ClickHouseStore.open({ home: homeOf(change), readRetryMs: 0 });
}

let batches = 0;
/** @param rows enough that the body is sent in pieces */
function batchOf(agentId: string, rows = 2_000): EventBatch {
  batches += 1;
  return {
    batch: batches,
    receivedMs: 1_764_000_000_000,
    rows: Array.from({ length: rows }, (_, at) =>
      row({ agentId, seq: at + 1, origin: `${agentId}${Math.random()}` }),
    ),
  };
}

test('TLS with its authority, our own certificate, and the password from a file', async () => {
  const store = await open();
  await store.insert(batchOf('tls', 3));
  expect(await store.count('tls')).toBe(3);
  await store.close();
});

test.each(['gzip', 'none', 'zstd'] as const)('compression %s', async (clickhouseCompression) => {
  const store = await open({ clickhouseCompression });
  await store.insert(batchOf(clickhouseCompression));
  expect(await store.count(clickhouseCompression)).toBe(2_000);
  await store.close();
});

describe('at the door', () => {
  const check = async (change: ClickHouseSettingsOf): Promise<void> => {
    const home = homeOf(change);
    const connection = new Connection(home);
    try {
      await checkServer(connection, home);
    } finally {
      await connection.close();
    }
  };

  test('a server that is fit passes', async () => {
    await expect(check({})).resolves.toBeUndefined();
  });

  test('a server that is too old is told which version is needed', async () => {
    server.fail({ kind: 'status', status: 200, body: '{"value":"25.8.1.1"}\n' }, { all: true });
    await expect(check({})).rejects.toThrow(/version 25\.8\.1\.1, too old: 26\.3 or newer is needed/);
  });

  test('rights that are missing are named as the statements that grant them', async () => {
    // The version and the database are asked first, then one right after the other.
    server.fail({ kind: 'status', status: 200, body: '0\n' }, { all: true, skip: 2, times: 2 });
    await expect(check({})).rejects.toThrow(
      /There:\n {2}GRANT SELECT ON `default`\.\* TO `default`;\n {2}GRANT INSERT ON `default`\.\* TO `default`;$/,
    );
  });

  test('a wrong password is said in words, and not repeated', async () => {
    const wrong = check({
      clickhouseUrl: server.url.replace('//', '//reader:hunter2@'),
      clickhousePasswordFile: undefined,
    });
    await expect(wrong).rejects.toThrow(ServerUnfitError);
    await expect(wrong).rejects.toThrow(/user or password is wrong: set VONGGAC_CLICKHOUSE_USER/);
    await expect(wrong).rejects.not.toThrow(/hunter2/);
  });

  test('a server of another authority, or of another name, is not spoken to', async () => {
    const before = server.requests;
    const none = { clickhouseCaFile: undefined, clickhouseCertFile: undefined, clickhouseKeyFile: undefined };
    await expect(check(none)).rejects.toThrow(StoreUnavailableError);
    await expect(check({ clickhouseUrl: server.url.replace('localhost', '127.0.0.1') })).rejects.toThrow(
      /ERR_TLS_CERT_ALTNAME_INVALID/,
    );
    expect(server.requests).toBe(before);
  });

  test('a cluster that the server does not know', async () => {
    await expect(check({ clickhouseCluster: 'thuduc' })).rejects.toThrow(/knows no cluster "thuduc"/);
  });
});

describe('an insert whose line fails is stored once when it is tried again', () => {
  test.each([
    ['cut while the rows were on their way', { kind: 'cut-insert', afterBytes: 10_000 }, BatchUnknownError],
    ['carried out, and the answer lost', { kind: 'cut-answer' }, BatchUnknownError],
    [
      'answered by a balancer with no server behind it',
      { kind: 'status', status: 502, body: '<html>Bad Gateway</html>' },
      BatchUnknownError,
    ],
    [
      'refused for want of space, by its code',
      { kind: 'status', status: 500, body: 'Code: 243. DB::Exception: full (NOT_ENOUGH_SPACE)' },
      StoreUnavailableError,
    ],
    [
      'refused for too many parts, by its code',
      { kind: 'status', status: 500, body: 'Code: 252. DB::Exception: parts (TOO_MANY_PARTS)' },
      StoreUnavailableError,
    ],
  ] as const)('%s', async (what, fault, error) => {
    const store = await open();
    const batch = batchOf(what);
    // An insert that was carried out is found before it is sent again.
    const tries = fault.kind === 'cut-answer' ? 1 : 2;
    server.fail(fault, { times: tries });
    for (let at = 0; at < tries; at += 1) await expect(store.insert(batch)).rejects.toThrow(error);
    await store.insert(batch);
    await store.insert(batch);
    expect(await store.count(what)).toBe(batch.rows.length);
    await store.close();
  });

  test('that takes too long is given up, and what it stores later is not stored again', async () => {
    const store = await open({ clickhouseTimeoutSeconds: 1 });
    const batch = batchOf('slow');
    let release = (): void => undefined;
    server.fail({ kind: 'hold', release: new Promise((resolve) => (release = resolve)) });
    await expect(store.insert(batch)).rejects.toThrow(BatchUnknownError);
    release();
    await store.insert(batch);
    await store.insert(batch);
    expect(await store.count('slow')).toBe(batch.rows.length);
    await store.close();
  });
});

test('a read that meets a balancer without a server, or a cut line, says that the store is away', async () => {
  const store = await open();
  server.fail({ kind: 'status', status: 503, body: '' }, { all: true });
  await expect(store.count()).rejects.toThrow(StoreUnavailableError);
  server.fail({ kind: 'cut-answer' }, { all: true });
  await expect(store.count()).rejects.toThrow(StoreUnavailableError);
  await store.ping();
  await store.close();
});
