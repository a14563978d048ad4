import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leadsTo } from '../../../collector/protocol/rotation.ts';
import {
  cancelRotation,
  planRotation,
  readCertificates,
  switchCertificate,
} from '../../../collector/registry/certificate-rotation.ts';
import { dataFolder, type DataFolder } from '../../../collector/registry/data-folder.ts';
import { makeCertificate } from '../../support/agent/certificate.ts';
import { START_MS, temporaryFolder } from './registry-fixture.ts';

let home: ReturnType<typeof temporaryFolder>;
let dataDir: string;
let folder: DataFolder;
const now = (): number => START_MS;

beforeEach(() => {
  home = temporaryFolder();
  dataDir = home.path;
  folder = dataFolder(dataDir);
});
afterEach(() => home.remove());

const read = () => readCertificates({ dataDir, names: [], now });
const plan = (more: Partial<Parameters<typeof planRotation>[0]> = {}) =>
  planRotation({ dataDir, names: [], inDays: 14, whenKnown: false, now, ...more });

describe('the certificates of a data folder', () => {
  it('begin with one that is served, and none that comes', async () => {
    const { current, next, statements } = await read();
    expect(current.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect([next, statements]).toEqual([undefined, []]);
  });

  it('keep a planned one beside the served one, whose key nobody else can read', async () => {
    const { current } = await read();
    const planned = await plan();
    expect(planned.current).toEqual(current);
    expect(planned.next).toMatchObject({ atMs: START_MS + 14 * 86_400_000, whenKnown: false });
    expect(planned.next?.certificate.fingerprint).not.toBe(current.fingerprint);
    expect(statSync(folder.nextCertificateKey).mode & 0o777).toBe(0o600);
    expect(await read()).toEqual(planned);
  });

  it('forget a plan that is given up, and the key with it', async () => {
    const { current } = await read();
    await plan();
    expect(await cancelRotation(dataDir, now)).toBe(true);
    expect(await cancelRotation(dataDir, now)).toBe(false);
    expect(existsSync(folder.nextCertificateKey)).toBe(false);
    expect(await read()).toEqual({ current, next: undefined, statements: [] });
  });

  it('change with a statement by the old key, again and again', async () => {
    const served = [(await read()).current.fingerprint];
    for (let change = 0; change < 3; change += 1) {
      const planned = await plan();
      const changed = await switchCertificate(dataDir, now);
      expect(changed.current).toEqual(planned.next?.certificate);
      expect(changed.next).toBeUndefined();
      served.push(changed.current.fingerprint);
    }
    const { statements } = await read();
    expect(statements).toHaveLength(3);
    for (const from of served) expect(leadsTo([from], served[3] ?? '', statements)).toBe(true);
    expect(leadsTo([served[3] ?? ''], served[0] ?? '', statements)).toBe(false);
    expect(existsSync(folder.nextCertificateKey)).toBe(false);
  });

  it('can be of the own making of whoever runs the collector', async () => {
    const own = await makeCertificate();
    await plan({ pair: { cert: own.cert, key: own.key } });
    expect((await switchCertificate(dataDir, now)).current.fingerprint).toBe(own.fingerprint);
    const other = await makeCertificate();
    await expect(plan({ pair: { cert: own.cert, key: other.key } })).rejects.toThrow(
      /does not belong to its key/,
    );
    expect(await read()).toMatchObject({ current: { fingerprint: own.fingerprint }, next: undefined });
  });

  it.each([
    ['before the key was replaced', () => undefined],
    ['between key and certificate', () => copyFileSync(folder.nextCertificateKey, folder.certificateKey)],
    [
      'before the plan was struck out',
      () => {
        copyFileSync(folder.nextCertificateKey, folder.certificateKey);
        copyFileSync(folder.nextCertificate, folder.certificate);
      },
    ],
  ])('end a change that was cut off %s', async (_, half) => {
    const { next } = await plan();
    const book = JSON.parse(readFileSync(folder.certificateBook, 'utf8'));
    book.next.begun = true;
    writeFileSync(folder.certificateBook, JSON.stringify(book));
    half();
    const { current, next: left } = await read();
    expect([current.fingerprint, left]).toEqual([next?.certificate.fingerprint, undefined]);
    expect(existsSync(folder.nextCertificate)).toBe(false);
  });

  it('say which file is damaged', async () => {
    await read();
    writeFileSync(folder.certificateBook, '{');
    await expect(read()).rejects.toThrow(/certificates\.json cannot be read: restore it from a backup/);
  });
});
