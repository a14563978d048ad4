/** What people are told themselves: who, of what, when, and cut to what they may see. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Severity } from '../../../collector/api/contract.ts';
import type { Notice } from '../../../collector/notify/notice.ts';
import { noticeText } from '../../../collector/notify/notice-text.ts';
import { personalSettingsSchema } from '../../../collector/notify/personal-settings.ts';
import { NotifyService } from '../../../collector/services/notify/notify-service.ts';
import { createAgency, rootAgencyId } from '../../../collector/registry/agencies.ts';
import { addNote, changeAlert, watchAlert } from '../../../collector/registry/alert-acts.ts';
import { changeCase, createCase } from '../../../collector/registry/cases/case-acts.ts';
import { addCaseNote } from '../../../collector/registry/cases/case-notes.ts';
import { addTask } from '../../../collector/registry/cases/case-tasks.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { raiseHouseAlert } from '../../../collector/registry/house-alerts.ts';
import { houseFacts } from '../../../collector/liveness/house-rules.ts';
import { createChannel, type NewChannel } from '../../../collector/registry/notify-channels.ts';
import { listMessages } from '../../../collector/registry/notify-messages.ts';
import { noteNews } from '../../../collector/registry/notify-outbox.ts';
import { setPersonalSettings } from '../../../collector/registry/personal-news/personal-settings.ts';
import { memoryRegistry, type TestClock } from './registry-fixture.ts';
import { CONTEXT } from '../notify/notice-fixture.ts';

const ALL = { kind: 'all' } as const;
const AN = { actor: 'user:an', scope: ALL };
const KEY = Buffer.alloc(32, 1);
const MINUTE = 60_000;

let registry: Registry;
let clock: TestClock;
let service: NotifyService;
let root: number;
let commune: number;
let sent: Notice[];
let faults: unknown[];

describe('what people are told themselves', () => {
  beforeEach(async () => {
    ({ registry, clock } = await memoryRegistry());
    root = await rootAgencyId(registry.db);
    commune = (await createAgency(registry, { name: 'Xã A', kind: 'commune', parentId: root }, 'user:an')).id;
    [sent, faults] = [[], []];
    service = new NotifyService({
      registry,
      key: KEY,
      context: CONTEXT,
      leads: () => true,
      chance: () => 1,
      onOutcome: () => undefined,
      onFault: (error) => faults.push(error),
      deliver: async (_settings, _secrets, notice) => {
        if (notice.kind === 'personal') sent.push(notice);
        return { answer: 'ok', refused: [] };
      },
    });
    for (const [username, agencyId] of [
      ['an', root],
      ['lan', root],
      ['xa', commune],
    ] as const)
      await account(username, agencyId);
  });
  afterEach(async () => {
    if (faults.length > 0) throw new AggregateError(faults);
    await registry.close();
  });

  const account = (username: string, agencyId: number) =>
    registry.db
      .insertInto('user_account')
      .values({
        username,
        password_hash: '!',
        role: 'analyst',
        agency_id: agencyId,
        must_change_password: 0,
        failed_attempts: 0,
        locked_until_ms: null,
        created_ms: 1,
        password_changed_ms: 1,
        disabled_ms: null,
        display_name: null,
        email: `${username}@example.vn`,
        external_issuer: null,
        external_subject: null,
        external_role: null,
        totp_secret: null,
        totp_since_ms: null,
        totp_last_step: null,
        last_login_ms: null,
      })
      .execute();

  const mail = (change: Partial<NewChannel> = {}) =>
    createChannel(
      registry,
      KEY,
      {
        name: `mail-${change.agencyId ?? root}`,
        settings: {
          kind: 'email',
          host: 'mail.example.vn',
          port: 587,
          security: 'starttls',
          from: 'soc@example.vn',
          to: ['all@example.vn'],
          language: 'vi',
        },
        secrets: {},
        agencyId: root,
        severityMin: 'critical',
        windowMs: 10 * MINUTE,
        messagesPerHourMax: 1,
        ...change,
      },
      AN,
    );

  let finding = 0;
  const alert = async (severity: Severity = 'high', agencyId = root): Promise<string> => {
    finding += 1;
    const found = {
      rule: { ...houseFacts('vonggac:audit-head-unsent', 'high', { en: 'A title', vi: 'Tên' }), severity },
      entity: { finding: String(finding) },
      finding: String(finding),
      agencyId,
      agentId: null,
      hostname: 'web-01',
      message: 'm',
      matched: {},
      timeMs: clock.ms,
    };
    const id = await registry.db.transaction().execute((trx) => raiseHouseAlert(trx, found, clock.ms));
    return id ?? '';
  };
  const watch = (id: string, username: string) => watchAlert(registry, id, { username, watches: true }, AN);
  const settings = (username: string, wanted: z.input<typeof personalSettingsSchema>) =>
    setPersonalSettings(
      registry,
      username,
      { settings: personalSettingsSchema.parse(wanted) },
      `user:${username}`,
    );

  const look = async (minutes = 0): Promise<Notice[]> => {
    clock.ms += minutes * MINUTE;
    await service.look();
    return sent.splice(0);
  };
  const byText = (a: string, b: string): number => (a < b ? -1 : 1);
  const textOf = ([notice]: readonly (Notice | undefined)[], language: 'vi' | 'en') => {
    if (notice === undefined) throw new Error('nothing was told');
    return noticeText(notice, language);
  };
  const receivers = (notices: readonly Notice[]) =>
    notices.map(({ person }) => person?.email ?? '').toSorted(byText);

  it('tells watchers of an alert, and nobody of their own acts', async () => {
    await mail();
    const id = await alert();
    await watch(id, 'lan');
    await watch(id, 'an');
    await changeAlert(registry, id, { state: 'acknowledged', reason: 'gọi 0912345678' }, AN);
    const told = await look();
    expect(receivers(told)).toEqual(['lan@example.vn']);
    const { subject, parts, closing } = textOf(told, 'vi');
    expect(subject).toBe(
      `[cao] Cảnh báo ${id}: Không gửi được dấu niêm của nhật ký kiểm toán: Tên (an: đổi trạng thái)`,
    );
    expect(parts[0]?.rows[0]?.[1]).toMatch(/^an: đổi trạng thái: trạng thái: acknowledged - gọi /);
    expect(JSON.stringify(parts)).not.toContain('0912345678');
    expect(closing.join()).toContain('/api/v1/notifications/personal');
    expect(await look(60)).toEqual([]);
  });

  it('tells who is called in a note, of alerts and of cases, and lets them watch', async () => {
    await mail();
    const id = await alert();
    await addNote(registry, id, 'nhờ @Lan xem, không phải lan@example.vn', AN);
    const caseId = await createCase(
      registry,
      { title: 'Vụ', severity: 'medium', class: 'malware', ownAgencyId: root },
      AN,
    );
    await addCaseNote(registry, caseId, { text: '@lan @nobody @xa xem giúp' }, AN);
    const told = await look();
    expect(receivers(told)).toEqual(['lan@example.vn']);
    const [first, second] = told[0]?.personal?.subjects ?? [];
    expect(first).toMatchObject({
      kind: 'alert',
      acts: [{ why: 'mention', text: expect.stringContaining('@Lan') }],
    });
    expect(second).toMatchObject({ kind: 'case', name: expect.stringMatching(/^VG-/), title: 'Vụ' });
    await addNote(registry, id, 'thêm', AN);
    expect((await look(10))[0]?.personal?.subjects[0]?.acts).toMatchObject([{ why: 'watch', text: 'thêm' }]);
  });

  it('tells whom something is given to: alerts, cases and tasks', async () => {
    await mail();
    const id = await alert();
    await changeAlert(registry, id, { assignee: 'lan' }, AN);
    const wanted = { title: 'Vụ', severity: 'high', class: 'malware', ownAgencyId: root } as const;
    const caseId = await createCase(registry, { ...wanted, assignee: 'lan' }, AN);
    await addTask(registry, caseId, { title: 'Gọi đơn vị', detail: '', assignee: 'lan' }, AN);
    await changeCase(registry, caseId, { assignee: 'an' }, { ...AN, actor: 'user:lan' });
    const told = await look();
    expect(receivers(told)).toEqual(['an@example.vn', 'lan@example.vn']);
    const lan = told.find(({ person }) => person?.email === 'lan@example.vn')?.personal;
    expect(lan?.subjects.flatMap(({ acts }) => acts.map(({ why }) => why))).toEqual(
      Array.from({ length: 3 }, () => 'assigned'),
    );
    expect(JSON.stringify(lan)).toContain('Gọi đơn vị');
  });

  it('makes one message of a storm, and waits for the next one', async () => {
    await mail();
    const ids: string[] = [];
    for (let n = 0; n < 30; n += 1) ids.push(await alert(n === 7 ? 'critical' : 'low'));
    for (const id of ids) await watch(id, 'lan');
    for (const id of ids) await addNote(registry, id, 'x', AN);
    const [one, ...more] = await look();
    expect(more).toEqual([]);
    expect(one?.personal).toMatchObject({
      subjectsInAll: 30,
      subjects: { length: 20, 0: { severity: 'critical' } },
    });
    expect(textOf([one], 'en').subject).toMatch(/^30 things that you watch: \[critical\]/);
    for (const id of ids) await addNote(registry, id, 'y', AN);
    expect(await look(5)).toEqual([]);
    expect(await look(5)).toHaveLength(1);
    // What people are told themselves takes nothing of what the channel may carry, nor marks it.
    expect(await listMessages(registry.db, { scope: ALL, limit: 10 })).toMatchObject([
      { username: 'lan', items: 30, state: 'sent' },
      { username: 'lan', items: 30 },
      { username: null },
    ]);
  });

  it('holds quiet time and digests: the own ones, else those of the channel', async () => {
    clock.ms = Date.parse('2026-11-26T23:00:00+07:00');
    const quiet = {
      window: { days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '06:00' },
      severityMin: 'critical',
    };
    await mail({ routing: { hours: 'always', quiet: { ...quiet, severityMin: 'critical' }, digestAt: [] } });
    const id = await alert('high');
    await watch(id, 'lan');
    await watch(id, 'xa');
    await settings('lan', { routing: { digestAt: ['23:30'], quiet: null } });
    await addNote(registry, id, 'x', AN);
    expect(await look()).toEqual([]);
    expect(receivers(await look(30))).toEqual(['lan@example.vn']);
    const serious = await alert('critical');
    await watch(serious, 'an');
    await addNote(registry, serious, 'x', { ...AN, actor: 'user:lan' });
    expect(receivers(await look(5))).toEqual(['an@example.vn']);
  });

  it('is ended by whoever does not want it, or narrowed to what calls them', async () => {
    await mail();
    const id = await alert();
    await watch(id, 'lan');
    await watch(id, 'an');
    await settings('lan', { about: 'mentions' });
    await addNote(registry, id, 'x', { ...AN, actor: 'user:xa' });
    expect(receivers(await look())).toEqual(['an@example.vn']);
    await addNote(registry, id, '@lan', { ...AN, actor: 'user:xa' });
    expect(receivers(await look(10))).toEqual(['an@example.vn', 'lan@example.vn']);
    await addNote(registry, id, '@lan @an', { ...AN, actor: 'user:xa' });
    await look();
    // What waits for them goes, too.
    await settings('lan', { about: 'nothing' });
    expect(receivers(await look(10))).toEqual(['an@example.vn']);
    const stale = { settings: personalSettingsSchema.parse({}), version: 1 };
    await expect(setPersonalSettings(registry, 'lan', stale, 'user:lan')).rejects.toMatchObject({
      code: 'version-conflict',
    });
  });

  it('tells nothing of what lies outside, or of what was seen before', async () => {
    await mail();
    const [above, own] = [await alert('high', root), await alert('high', commune)];
    await watch(above, 'xa');
    await watch(own, 'xa');
    await addNote(registry, above, 'bí mật của tỉnh', AN);
    await addNote(registry, own, 'của xã', AN);
    const [told] = await look();
    expect(JSON.stringify(told)).toContain('của xã');
    expect(JSON.stringify(told)).not.toContain('bí mật');
    const caseId = await createCase(
      registry,
      { title: 'Tên vụ của tỉnh', severity: 'high', class: 'malware', ownAgencyId: root, agencyId: root },
      AN,
    );
    await addCaseNote(registry, caseId, { text: '@xa chuyện của tỉnh', agencyId: root }, AN);
    await addCaseNote(registry, caseId, { text: '@xa chuyện của xã', agencyId: commune }, AN);
    const [ofCase] = await look(10);
    expect(JSON.stringify(ofCase)).toContain('chuyện của xã');
    expect(JSON.stringify(ofCase)).not.toContain('của tỉnh');
    await registry.db
      .updateTable('user_account')
      .set({ disabled_ms: 1 })
      .where('username', '=', 'xa')
      .execute();
    await addNote(registry, own, 'nữa', AN);
    expect(await look(10)).toEqual([]);
  });

  it('tells watchers when an alert becomes more serious by itself', async () => {
    await mail();
    const id = await alert('low');
    await watch(id, 'lan');
    await look();
    await registry.db.transaction().execute(async (trx) => {
      const raised = { alertId: id, agencyId: root, severityRank: 4, change: 'raised' } as const;
      await noteNews(trx, [raised, raised], clock.ms);
    });
    const [told] = await look(10);
    expect(told?.personal?.subjects[0]?.acts).toMatchObject([{ action: 'alert.raised' }]);
  });

  it('goes by the mail channel of the own agency, else of the nearest above, and waits for none', async () => {
    const id = await alert('high', commune);
    await watch(id, 'xa');
    await addNote(registry, id, 'x', AN);
    expect(await look()).toEqual([]);
    await mail();
    await mail({ agencyId: commune });
    expect(await look()).toEqual([]);
    await addNote(registry, id, 'y', AN);
    await look();
    const [last] = await listMessages(registry.db, { scope: ALL, limit: 10 });
    expect(last).toMatchObject({ username: 'xa', channel: `mail-${commune}` });
  });
});
