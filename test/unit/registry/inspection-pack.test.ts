/** What an inspection pack says of the control plane: as of a day, of one system or an agency, contradictions first. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scoreOf } from '../../../collector/compliance/score.ts';
import type { SnapshotBody } from '../../../collector/compliance/snapshot.ts';
import { createAgency, rootAgencyId } from '../../../collector/registry/agencies.ts';
import { createDossier, patchDossier } from '../../../collector/registry/compliance/dossiers.ts';
import { writeRun } from '../../../collector/registry/compliance/snapshots.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { buildPack, type PackReader } from '../../../collector/registry/inspection/build-pack.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { createUser } from '../../../collector/registry/users.ts';
import { packFiles } from '../../../collector/report/inspection/pack-files.ts';
import type { InspectionPack } from '../../../collector/report/inspection/pack.ts';
import { makePack } from '../../../collector/services/reports/inspection-desk.ts';
import { migratedMemory } from './migrated-memory.ts';
import { CHEAP, enrolRequest } from './registry-fixture.ts';

const reader: PackReader = {
  scope: { kind: 'all' },
  actor: 'user:lan',
  seesPersonal: true,
  events: undefined,
};
const by = { actor: 'user:lan', scope: { kind: 'all' }, approves: true } as const;
const DAY_MS = 86_400_000;
let nowMs: number;
let registry: Registry;
let root: number;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 26, 8);
  registry = await migratedMemory(() => nowMs);
  root = await rootAgencyId(registry.db);
});
afterEach(() => registry.close());

const rowsOf = (pack: InspectionPack, id: string) =>
  (pack.parts.find((part) => part.id === id)?.rows ?? []).map(({ cells }) => cells);
const ofSystem = (asOf: string, systemId: number) => ({ asOf, agencyId: null, systemId });

/** A control that people answered for and hosts do not meet. */
function snapshot(systemId: number, agencyId: number): SnapshotBody {
  return {
    form: 1,
    systemId,
    systemName: 'Cổng dịch vụ công',
    agencyId,
    atMs: nowMs,
    profile: 'vn-2026',
    catalogue: 'c',
    level: 3,
    hosts: { total: 2, reporting: 1, shared: 0 },
    score: scoreOf(['partly', 'met']),
    controls: [
      {
        id: 'LG-07',
        mode: 'partial',
        status: 'partly',
        attestation: { id: 1, status: 'met', reason: { code: 'attested', args: {} } },
        evidence: [
          {
            kind: 'retention',
            parameters: {},
            status: 'not-met',
            counts: { met: 1, notMet: 1, excepted: 0, notApplicable: 0, notAssessed: 0 },
            findings: [
              {
                subject: { kind: 'host', id: 'a', hostname: '<b>may-1</b>' },
                result: 'not-met',
                reason: { code: 'no-hosts', args: {} },
                atMs: nowMs,
              },
            ],
          },
        ],
      },
      { id: 'LG-01', mode: 'manual', status: 'met', evidence: [] },
    ],
  };
}

it('tells a past day as it was then, however often and late it is asked', async () => {
  const { id } = await createSystem(
    registry,
    { name: 'Cổng dịch vụ công', level: 3, lawProfile: 'vn-2026' },
    'test',
  );
  const dossier = await createDossier(
    registry,
    id,
    { status: 'submitted', submittedOn: '2026-11-20', proposedLevel: 3 },
    by,
  );
  await writeRun(registry, { day: '2026-11-26', atMs: nowMs, actor: 'system' }, [snapshot(id, root)]);
  const first = await buildPack(registry, ofSystem('2026-11-26', id), reader);
  const endOfDay = { ...first };
  nowMs += 2 * DAY_MS;
  const second = await buildPack(registry, ofSystem('2026-11-26', id), reader);
  await patchDossier(
    registry,
    dossier.id,
    { status: 'appraised', appraisalNumber: '12/TĐ', appraisedOn: '2026-11-28' },
    { ...by, version: 1 },
  );
  const third = await buildPack(registry, ofSystem('2026-11-26', id), reader);
  expect(packFiles(third)).toEqual(packFiles(second));
  expect(rowsOf(endOfDay, 'dossiers')).toMatchObject([{ status: 'Đã gửi thẩm định', level: 3 }]);
  const later = await buildPack(registry, ofSystem('2026-11-28', id), reader);
  expect(rowsOf(later, 'dossiers')).toMatchObject([{ status: 'Đã thẩm định' }]);
  expect(rowsOf(later, 'decisions')).toMatchObject([
    { what: 'Thẩm định', number: '12/TĐ', on: '2026-11-28' },
  ]);
  expect(rowsOf(later, 'dossier-history')).toHaveLength(2);
  expect(rowsOf(later, 'audit')).toContainEqual({
    what: 'Kết quả đối chiếu',
    value: 'Chuỗi nguyên vẹn từ mục đầu đến mục cuối',
  });
});

it('begins with what does not fit together', async () => {
  const { id } = await createSystem(
    registry,
    { name: 'Cổng dịch vụ công', level: 3, lawProfile: 'vn-2026' },
    'test',
  );
  const none = await buildPack(registry, ofSystem('2026-11-26', id), reader);
  expect(none.parts[0]?.id).toBe('contradictions');
  expect(rowsOf(none, 'contradictions').map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['Hồ sơ', 'Thiếu kết quả đánh giá', 'Máy không có tác tử']),
  );
  await writeRun(registry, { day: '2026-11-26', atMs: nowMs, actor: 'system' }, [snapshot(id, root)]);
  const kept = await buildPack(registry, ofSystem('2026-11-26', id), reader);
  const found = rowsOf(kept, 'contradictions');
  expect(found).toContainEqual(
    expect.objectContaining({ kind: 'Xác nhận trái với số đo', text: expect.stringMatching(/^LG-07/) }),
  );
  expect(found.map(({ kind }) => kind)).not.toContain('Thiếu kết quả đánh giá');
  expect(rowsOf(kept, 'assessments')).toMatchObject([
    {
      arithmetic: '(1 + 0 + 1/2) / (2 - 0) = 75 %',
      proof: expect.stringMatching(/^khớp; mục kiểm toán \d+$/),
    },
  ]);
  expect(rowsOf(kept, 'controls')[0]).toMatchObject({ arithmetic: 'retention: 1 đạt, 1 chưa đạt' });
  nowMs += DAY_MS;
  const next = await buildPack(registry, ofSystem('2026-11-27', id), reader);
  expect(rowsOf(next, 'contradictions')).toContainEqual(
    expect.objectContaining({
      text: 'Không có kết quả của ngày 2026-11-27; kết quả gần nhất là của ngày 2026-11-26',
    }),
  );
});

it('is of an agency and what is below it, and of nobody else', async () => {
  const health = await createAgency(
    registry,
    { name: 'Sở Y tế', kind: 'department', parentId: root },
    'test',
  );
  const school = await createAgency(
    registry,
    { name: 'Sở Giáo dục', kind: 'department', parentId: root },
    'test',
  );
  await createSystem(registry, { name: 'Bệnh án', agencyId: health.id, lawProfile: 'vn-2026' }, 'test');
  const other = await createSystem(
    registry,
    { name: 'Học bạ', agencyId: school.id, lawProfile: 'vn-2026' },
    'test',
  );
  const person = { password: 'correct-horse-battery', mustChangePassword: false };
  for (const [username, agencyId] of [
    ['tren', root],
    ['y-te', health.id],
    ['giao-duc', school.id],
  ] as const)
    await createUser(registry, { ...person, username, role: 'auditor', agencyId }, 'test', CHEAP);
  const scope = { kind: 'some', agencyIds: [health.id] } as const;
  const pack = await buildPack(
    registry,
    { asOf: '2026-11-26', agencyId: health.id, systemId: null },
    { ...reader, scope },
  );
  const text = packFiles(pack)
    .map((file) => file.text)
    .join('\n');
  expect(text).toContain('Bệnh án');
  expect(text).not.toMatch(/Học bạ|giao-duc|argon2/);
  expect(rowsOf(pack, 'accounts').map(({ account }) => account)).toEqual(['tren', 'y-te']);
  await expect(
    buildPack(registry, ofSystem('2026-11-26', other.id), { ...reader, scope }),
  ).rejects.toMatchObject({
    code: 'system-unknown',
  });
  await expect(
    buildPack(registry, { asOf: '2026-11-26', agencyId: school.id, systemId: null }, { ...reader, scope }),
  ).rejects.toMatchObject({ code: 'agency-unknown' });
  await expect(
    buildPack(registry, { asOf: '2026-11-27', agencyId: health.id, systemId: null }, reader),
  ).rejects.toMatchObject({ code: 'date-invalid' });
});

it('is on record with its hash, and masked for who may not read personal data', async () => {
  await registry.db
    .insertInto('user_account')
    .values({
      username: 'lan',
      password_hash: '!',
      role: 'analyst',
      agency_id: root,
      must_change_password: 0,
      created_ms: 0,
      password_changed_ms: 0,
      failed_attempts: 0,
      display_name: 'Nguyễn Thị Lan',
    })
    .execute();
  const wanted = { asOf: '2026-11-26', agencyId: root, systemId: null };
  const open = await makePack(registry, wanted, reader);
  expect(open.files.map(({ text }) => text).join('')).toContain('Nguyễn Thị Lan');
  const masked = await makePack(registry, wanted, { ...reader, seesPersonal: false });
  expect(masked.files.map(({ text }) => text).join('')).not.toContain('Nguyễn Thị Lan');
  const entries = await registry.db
    .selectFrom('audit_log')
    .select(['actor', 'target', 'detail'])
    .where('action', '=', 'inspection.pack')
    .orderBy('seq')
    .execute();
  expect(entries.map(({ actor, target }) => [actor, target])).toEqual([
    ['user:lan', `agency:${root}`],
    ['user:lan', `agency:${root}`],
  ]);
  expect(JSON.parse(entries[1]?.detail ?? '')).toMatchObject({
    asOf: '2026-11-26',
    masked: true,
    manifest: masked.manifestSha256,
  });
});

it('masks names that logs and alerts say are of people, in their messages too', async () => {
  const { id } = await createSystem(registry, { name: 'Một cửa', lawProfile: 'vn-2026' }, 'test');
  const token = await createJoinToken(registry, { agencyId: root, uses: 1 }, 'test');
  const enrolled = await enrolAgent(registry, enrolRequest(token), '::1');
  if (!enrolled.ok) throw new Error('not enrolled');
  const { agentId } = enrolled;
  await registry.db
    .insertInto('host_system')
    .values({ agent_id: agentId, system_id: id, valid_from_ms: nowMs, valid_to_ms: null })
    .execute();
  const asked: unknown[] = [];
  const event = (channel: string) => ({
    id: `${agentId}/e/0/1`,
    timeMs: nowMs,
    receivedMs: nowMs,
    agentId,
    hostname: 'pc-01',
    agencyId: root,
    channel,
    origin: '',
    logsources: [],
    ruleIds: [],
    message: 'Accepted publickey for le.hoang from 10.0.0.1',
    fields: { 'user.name': 'le.hoang' },
  });
  const events = {
    search: async (query: unknown) => {
      asked.push(query);
      return [event('posture'), event('log/linux-syslog')];
    },
  };
  const open = await buildPack(registry, ofSystem('2026-11-26', id), { ...reader, events });
  expect(rowsOf(open, 'log-extract')).toMatchObject([
    { host: 'pc-01', message: expect.stringContaining('le.hoang') },
  ]);
  expect(asked).toEqual([{ fromMs: nowMs - DAY_MS, toMs: nowMs + 1, agentIds: [agentId], limit: 2_000 }]);
  const masked = await buildPack(registry, ofSystem('2026-11-26', id), {
    ...reader,
    events,
    seesPersonal: false,
  });
  expect(rowsOf(masked, 'log-extract')).toMatchObject([
    { message: expect.stringMatching(/^Accepted publickey for (?!le\.hoang).+ from 10\.0\.0\.1$/) },
  ]);
});
