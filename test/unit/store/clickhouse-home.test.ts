import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isNewEnough } from '../../../collector/store/check-server.ts';
import { ClickHouseSettingError, readServerHome } from '../../../collector/store/clickhouse-home.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'vonggac-home-'));
  file = path.join(folder, 'text');
  writeFileSync(file, 'from file\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('where the event store is', () => {
  test('nothing set: the embedded engine', () => {
    expect(readServerHome({})).toBeUndefined();
  });

  test('all of it', () => {
    const home = readServerHome({
      clickhouseUrl: 'https://ch.example.vn:8443',
      clickhouseUser: 'vonggac',
      clickhousePasswordFile: file,
      clickhouseDatabase: 'watch',
      clickhouseCaFile: file,
      clickhouseCertFile: file,
      clickhouseKeyFile: file,
      clickhouseCompression: 'gzip',
      clickhouseTimeoutSeconds: 30,
      clickhouseCluster: 'province',
    });
    const pem = Buffer.from('from file\n');
    expect(home).toEqual({
      url: 'https://ch.example.vn:8443',
      username: 'vonggac',
      password: 'from file',
      database: 'watch',
      caPem: pem,
      client: { certPem: pem, keyPem: pem },
      compression: 'gzip',
      requestMsMax: 30_000,
      cluster: 'province',
    });
  });

  const url = 'https://h:8443';
  test.each([
    [{ clickhouseUser: 'a' }, 'VONGGAC_CLICKHOUSE_URL is missing'],
    [{ clickhouseUrl: 'http://ch.example.vn:8123' }, 'http:// is for this machine only'],
    [{ clickhouseUrl: 'http://localhost:8123', clickhouseCaFile: '/x' }, 'has to be https://'],
    [{ clickhouseUrl: 'https://a:b@h', clickhousePasswordFile: '/x' }, 'holds a password as well'],
    [
      { clickhouseUrl: url, clickhousePasswordFile: '/no/such' },
      'VONGGAC_CLICKHOUSE_PASSWORD_FILE: /no/such cannot',
    ],
    [{ clickhouseUrl: url, clickhouseCertFile: '/x' }, 'needs VONGGAC_CLICKHOUSE_KEY_FILE'],
    [{ clickhouseUrl: url, clickhouseCluster: "x' DROP" }, 'VONGGAC_CLICKHOUSE_CLUSTER: a name of letters'],
  ])('%o is refused: %s', (settings, words) => {
    expect(() => readServerHome(settings)).toThrow(ClickHouseSettingError);
    expect(() => readServerHome(settings)).toThrow(words);
  });
});

test.each([
  ['26.3.1.1', true],
  ['26.7.2.1', true],
  ['27.1', true],
  ['26.2.9.9', false],
  ['18.16.1', false],
  ['', false],
])('version %j is new enough: %s', (version, enough) => {
  expect(isNewEnough(version)).toBe(enough);
});
