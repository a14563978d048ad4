/** The list of expected machines: taken in from CSV, held against hosts that enrolled, and counted. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listInstalled, showInstalled } from '../../../collector/api/installed-view.ts';
import { INSTALLED_COLUMNS, inWords } from '../../../collector/api/installed-words.ts';
import { csvHead, csvLine } from '../../../collector/api/csv-columns.ts';
import { hardwareDigest } from '../../../collector/protocol/hardware.ts';
import { createAgency, scopeOfAgency } from '../../../collector/registry/agencies.ts';
import { readSystemsAt } from '../../../collector/registry/compliance/assessed-systems.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { listRefusals, noteRefusal, REFUSAL_LIMITS } from '../../../collector/registry/enrol-refusals.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import {
  importMachines,
  removeMachine,
  setExpectedCount,
} from '../../../collector/registry/installed/expected-machines.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { writePresence } from '../../../collector/registry/presence.ts';
import { createSystem, setSystemLevel } from '../../../collector/registry/systems.ts';
import { version } from '../../../collector/version.ts';
import { enrolRequest, memoryRegistry, type TestClock } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;

let registry: Registry;
let clock: TestClock;
let commune: number;
let by: { actor: string; scope: typeof ALL; agencyId: number };

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  const { id } = await createAgency(
    registry,
    { name: 'UBND xã An Bình', kind: 'commune', parentId: 1 },
    'test',
  );
  commune = id;
  by = { actor: 'user:an', scope: ALL, agencyId: commune };
});
afterEach(() => registry.close());

const take = (csv: string, options: { dryRun?: boolean; replace?: boolean } = {}) =>
  importMachines(registry, csv, by, { dryRun: false, ...options });
const token = () => createJoinToken(registry, { agencyId: commune, uses: 10 }, 'test');
async function enrol(hostname: string, serial?: string, agencyId = commune): Promise<string> {
  const base = enrolRequest(await createJoinToken(registry, { agencyId }, 'test'), {
    agentVersion: version(),
  });
  const hardware =
    serial === undefined
      ? []
      : [{ kind: 'product-serial' as const, digest: hardwareDigest('product-serial', serial) }];
  const request = { ...base, host: { ...base.host, hostname }, hardware };
  const outcome = await enrolAgent(registry, request, '192.0.2.1');
  if (!outcome.ok) throw new Error(outcome.fault);
  const presence = { agentId: outcome.agentId, online: true, network: '192.0.2.0/24', atMs: clock.ms };
  await writePresence(registry.db, [presence]);
  return outcome.agentId;
}
const rows = (seesPeople = true, filter = {}) => listInstalled(registry, ALL, filter, seesPeople);
const stateOf = async () => (await rows()).map(({ hostname, state }) => `${hostname} ${state}`);

const LIST = [
  'Cơ quan;Tên máy;Số sê-ri;Địa chỉ MAC;Vị trí;Người dùng;Chuyển sự kiện tới',
  'UBND xã An Bình;PC-01;SN-1;AA-BB-CC-00-11-22;Phòng 1;Nguyễn Văn An;',
  ';PC-02;;;Phòng 2;;',
  ';PC-XP;;;Kho;;PC-01',
].join('\r\n');

test('a list says which machines have an agent, which do not, and why', async () => {
  expect(await take(LIST)).toMatchObject({ created: 3, changed: 0, unchanged: 0, faults: [] });
  await enrol('renamed-by-somebody', 'sn-1');
  await enrol('not-listed');
  expect(await stateOf()).toEqual([
    'not-listed unlisted',
    'PC-01 reporting',
    'PC-02 missing',
    'PC-XP not-assessed',
  ]);
  const { totals, agencies } = await showInstalled(registry, ALL, undefined);
  expect(totals).toMatchObject({ expected: 3, installed: 1, missing: 2, listed: 3 });
  expect(agencies.map(({ agencyName }) => agencyName)).toEqual(['UBND xã An Bình']);
  await setExpectedCount(registry, { agencyId: commune, machines: 5, source: 'Kiểm kê 2026' }, by);
  const counted = await showInstalled(registry, ALL, commune);
  expect(counted.totals).toMatchObject({ expected: 5, unnamed: 2, installed: 2, missing: 3 });
  expect(counted.agencies[0]?.counted).toMatchObject({ machines: 5, source: 'Kiểm kê 2026' });
});

test('the same file twice changes nothing, and empty cells take nothing back', async () => {
  await take(LIST);
  expect(await take(LIST)).toMatchObject({ created: 0, changed: 0, unchanged: 3 });
  expect(await take('Tên máy;Vị trí\r\nPC-01;Phòng 9\r\n')).toMatchObject({ changed: 1 });
  expect((await rows(true, { text: 'phong 9' }))[0]).toMatchObject({
    serial: 'SN-1',
    person: 'Nguyễn Văn An',
  });
});

test('what is written out is read in again and changes nothing', async () => {
  await take(LIST);
  const lines = (await rows()).map((row) => csvLine(INSTALLED_COLUMNS, 'vi', inWords(row, 'vi')));
  const csv = csvHead(INSTALLED_COLUMNS, 'vi') + lines.join('');
  expect(csv).toContain('chuyển sự kiện sang máy khác');
  expect(await take(csv)).toMatchObject({ created: 0, changed: 0, unchanged: 3, faults: [] });
});

test('faults name line and column, and nothing is written', async () => {
  const csv = [
    'Cơ quan;Tên máy;Địa chỉ MAC;Số sê-ri',
    'Xã Không Có;PC-01;;',
    ';PC 02;;',
    ';PC-03;AA-BB;',
    ';;;',
    ';PC-04;;SN-4',
    ';PC-05;;sn-4',
    'UBND xã An Bình;;;',
  ].join('\r\n');
  const { faults, created } = await take(csv);
  expect(faults.map(({ line, column }) => [line, column])).toEqual([
    [2, 1],
    [3, 2],
    [4, 3],
    [7, 4],
    [8, 2],
  ]);
  expect(created).toBe(1);
  expect(await rows()).toEqual([]);
  const unknown = await take('Tên máy;Màu sắc\r\nPC-01;đỏ\r\n');
  expect(unknown.faults[0]).toMatchObject({ line: 1, column: 2, vi: expect.stringContaining('Màu sắc') });
});

test('a dry run writes nothing, and a whole list takes off what it does not name', async () => {
  expect(await take(LIST, { dryRun: true })).toMatchObject({ created: 3 });
  expect(await rows()).toEqual([]);
  await take(LIST);
  const rest = 'Tên máy\r\nPC-01\r\nPC-02\r\n';
  expect(await take(rest, { replace: true, dryRun: true })).toMatchObject({ unchanged: 2, removed: 1 });
  expect(await rows()).toHaveLength(3);
  expect(await take(rest, { replace: true })).toMatchObject({ removed: 1 });
  const [first] = await rows();
  await removeMachine(registry, first?.machineId ?? 0, by);
  await expect(removeMachine(registry, first?.machineId ?? 0, by)).rejects.toMatchObject({
    code: 'machine-unknown',
  });
  expect(await stateOf()).toEqual(['PC-02 missing']);
});

test('a host of another agency is found by its hardware, for who sees that agency', async () => {
  const { id: other } = await createAgency(
    registry,
    { name: 'Sở Y tế', kind: 'department', parentId: 1 },
    'test',
  );
  await take(LIST);
  await enrol('PC-02', undefined, other);
  await enrol('PC-01', 'SN-1', other);
  const scope = await scopeOfAgency(registry.db, commune);
  const own = await listInstalled(registry, scope, {}, false);
  expect(own.map(({ state, person }) => [state, person])).toEqual([
    ['missing', null],
    ['missing', null],
    ['not-assessed', null],
  ]);
  const found = (await rows()).find(({ hostname, machineId }) => machineId !== null && hostname === 'PC-01');
  expect(found).toMatchObject({
    state: 'reporting',
    matchedBy: 'hardware',
    elsewhere: { agencyName: 'Sở Y tế' },
  });
});

test('a refused host is on record once for each reason until it is let in, and there is an end to it', async () => {
  await take(LIST);
  const { id: tokenId } = await token();
  const said = { osName: 'Windows 7', osVersion: '6.1.7601', arch: 'x86', tokenId, address: '192.0.2.3' };
  const refuse = (hostname: string) => noteRefusal(registry, { ...said, hostname, reason: 'old-system' });
  expect(await refuse('pc-02')).toBe(true);
  clock.ms += 60_000;
  expect(await refuse('PC-02.xa.local')).toBe(true);
  expect(await listRefusals(registry.db, ALL)).toMatchObject([
    { times: 2, lastMs: clock.ms, agencyId: commune },
  ]);
  expect((await rows(true, { text: 'pc-02' }))[0]).toMatchObject({
    state: 'not-assessed',
    reason: 'old-system',
    system: { name: 'Windows 7', arch: 'x86' },
  });
  await enrol('PC-02');
  expect(await listRefusals(registry.db, ALL)).toEqual([]);
  for (let index = 0; index < REFUSAL_LIMITS.ofTokenMax; index += 1) await refuse(`made-up-${index}`);
  expect(await refuse('one-more')).toBe(false);
  expect(await refuse('made-up-7')).toBe(true);
  expect(await noteRefusal(registry, { ...said, hostname: 'x', tokenId: 'none', reason: 'old-system' })).toBe(
    false,
  );
});

test('the list says how many machines a system has where no dossier does, also on a past day', async () => {
  const { id } = await createSystem(
    registry,
    { name: 'Một cửa', code: 'MC', agencyId: commune, lawProfile: 'vn-2026' },
    'test',
  );
  await setSystemLevel(registry, id, { level: 2 }, 'test');
  const listedAt = async (atMs: number) =>
    (await readSystemsAt(registry.db, { atMs, nowMs: clock.ms })).graded.map((one) => one.expectedHosts);
  clock.ms += 1_000;
  expect(await listedAt(clock.ms)).toEqual([undefined]);
  await take('Tên máy;Hệ thống\r\nPC-01;MC\r\nPC-02;Một cửa\r\nPC-03;\r\n');
  const before = clock.ms;
  expect(await listedAt(before)).toEqual([2]);
  clock.ms += 86_400_000;
  await take('Tên máy\r\nPC-01\r\n', { replace: true });
  expect(await listedAt(clock.ms)).toEqual([1]);
  expect(await listedAt(before)).toEqual([2]);
  expect((await take('Tên máy;Hệ thống\r\nPC-09;Không có\r\n')).faults).toMatchObject([
    { line: 2, column: 2 },
  ]);
});
