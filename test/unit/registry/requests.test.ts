/** Requests to agencies in the control plane: who sees what, what follows what, what is told, and that links open one door once. */
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RuleFacts } from '../../../collector/alert/detection.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { readHistory } from '../../../collector/registry/alert-history.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { houseAlertId, raiseHouseAlerts } from '../../../collector/registry/house-alerts.ts';
import { createChannel } from '../../../collector/registry/notify-channels.ts';
import { dueMessages } from '../../../collector/registry/notify-messages.ts';
import { packMessages } from '../../../collector/registry/notify-outbox.ts';
import { readNotice } from '../../../collector/registry/read-notice.ts';
import { answerByLink, lookByLink } from '../../../collector/registry/requests/answer-by-link.ts';
import {
  answerRequest,
  seeRequest,
  type NewAnswer,
} from '../../../collector/registry/requests/answer-request.ts';
import {
  previewRequests,
  requestsStep,
  type RequestBulk,
} from '../../../collector/registry/requests/bulk-requests.ts';
import {
  editRequest,
  moveRequest,
  type RequestMove,
} from '../../../collector/registry/requests/change-request.ts';
import { createRequest, type NewRequest } from '../../../collector/registry/requests/create-request.ts';
import { createLink, openLink } from '../../../collector/registry/requests/request-links.ts';
import {
  findRequest,
  listRequests,
  overdueByAgency,
  readAnswers,
  type AgencyRequest,
} from '../../../collector/registry/requests/request-rows.ts';
import { lookAtRequests } from '../../../collector/registry/requests/request-watch.ts';
import { loadTemplates } from '../../../collector/request/load-templates.ts';
import { memoryRegistry, type TestClock } from './registry-fixture.ts';

const { templates } = loadTemplates([path.join(import.meta.dirname, '../../../rules/requests')]);
const EVERYWHERE = { kind: 'all' } as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let registry: Registry;
let clock: TestClock;
let agency: number;
let another: number;
const ROOT = 1;

const scopeOf = (id: number) => ({ kind: 'some' as const, agencyIds: [id] });
const soc = { actor: 'user:lan', scope: EVERYWHERE, agencyId: ROOT };
const operator = () => ({ actor: 'user:minh', scope: scopeOf(agency) });

const rule: RuleFacts = {
  ruleId: 'rule-1',
  title: 'Malware',
  titleVi: 'Phát hiện mã độc',
  description: '',
  descriptionVi: null,
  advice: null,
  adviceVi: null,
  severity: 'high',
  tags: ['attack.execution'],
  falsePositives: [],
  references: [],
};

async function alert(name: string, agencyId = agency): Promise<string> {
  const found = {
    rule,
    finding: name,
    entity: { host: name },
    agencyId,
    agentId: null,
    hostname: name,
    timeMs: clock.ms,
    message: `bad thing on ${name}`,
    matched: {},
  };
  await raiseHouseAlerts(registry.db, [found], clock.ms);
  return houseAlertId('rule-1', name);
}

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  agency = (await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'test')).id;
  another = (await createAgency(registry, { name: 'Sở Tài chính', kind: 'department' }, 'test')).id;
});
afterEach(() => registry.close());

const draft = async (wanted: NewRequest = {}): Promise<AgencyRequest> =>
  createRequest(registry, templates, { ...wanted, alertIds: wanted.alertIds ?? [await alert('pc-01')] }, soc);
const move = (id: string, to: RequestMove, detail = {}, by: Parameters<typeof moveRequest>[4] = soc) =>
  moveRequest(registry, id, to, detail, by);
const sent = async (wanted?: NewRequest): Promise<AgencyRequest> =>
  (await move((await draft(wanted)).id, 'send')).request;
const answerOf = ({ steps }: AgencyRequest): NewAnswer => ({
  name: 'Trần Minh',
  text: 'Đã xử lý.',
  steps: steps.map((_step, at) => ({ step: at + 1, outcome: 'done', note: '' })),
  files: [{ name: 'quet.log', sha256: 'ab'.repeat(32) }],
});
const stateOf = async (id: string): Promise<string> => (await findRequest(registry.db, id, EVERYWHERE)).state;

describe('a request', () => {
  test('goes from draft to accepted, and each act is in its history, the audit trail and the alert’s', async () => {
    const made = await draft();
    expect(made).toMatchObject({ state: 'draft', template: 'malware', severity: 'high', agencyId: agency });
    expect(made.body).toContain('pc-01');
    expect(made.body).toContain('Phát hiện mã độc');
    const { request } = await move(made.id, 'send');
    expect(request.state).toBe('sent');
    await seeRequest(registry, made.id, operator());
    expect(await stateOf(made.id)).toBe('seen');
    const { alertIds } = await answerRequest(registry, made.id, answerOf(made), operator());
    expect(alertIds).toEqual([houseAlertId('rule-1', 'pc-01')]);
    expect(await readAnswers(registry.db, made.id)).toMatchObject([
      { actor: 'user:minh', name: 'Trần Minh', files: [{ name: 'quet.log' }] },
    ]);
    await move(made.id, 'accept');
    expect(await stateOf(made.id)).toBe('accepted');
    const history = await readHistory(registry.db, alertIds[0] ?? '', { limit: 9 });
    expect(history.map(({ action, actor }) => `${action} ${actor}`)).toEqual([
      'alert.request-accepted user:lan',
      'alert.request-answered user:minh',
      'alert.request-sent user:lan',
    ]);
    expect(history[1]).toMatchObject({
      changes: { request: [made.id, 'answered: 6 done, 0 not done, 0 cannot'] },
      reason: 'Đã xử lý.',
    });
    const audit = (await listAudit(registry, { limit: 20 })).filter(({ action }) =>
      action.startsWith('request.'),
    );
    expect(audit.map(({ action }) => action)).toEqual([
      'request.accept',
      'request.answer',
      'request.seen',
      'request.send',
      'request.create',
    ]);
  });

  test('that is returned is asked again with a new deadline', async () => {
    const request = await sent();
    await answerRequest(registry, request.id, answerOf(request), operator());
    await expect(move(request.id, 'return')).rejects.toMatchObject({
      code: 'request-invalid',
      subject: 'reason',
    });
    clock.ms += 10 * DAY_MS;
    const { request: returned } = await move(request.id, 'return', { reason: 'thiếu kết quả quét' });
    expect(returned).toMatchObject({ state: 'returned', stateReason: 'thiếu kết quả quét' });
    expect(returned.dueMs).toBeGreaterThan(clock.ms);
    await answerRequest(registry, request.id, answerOf(request), operator());
    expect(await stateOf(request.id)).toBe('answered');
  });

  const TABLE: readonly [state: string, allowed: readonly string[]][] = [
    ['draft', ['edit', 'send', 'cancel']],
    ['sent', ['answer', 'cancel']],
    ['answered', ['accept', 'return', 'cancel']],
    ['accepted', []],
    ['cancelled', []],
  ];
  test.each(TABLE)('that is %s can be moved on by %j only', async (state, allowed) => {
    const acts: Record<string, (id: string, request: AgencyRequest) => Promise<unknown>> = {
      edit: (id) => editRequest(registry, id, { title: 'Khác' }, soc),
      send: (id) => move(id, 'send'),
      answer: (id, request) => answerRequest(registry, id, answerOf(request), operator()),
      accept: (id) => move(id, 'accept'),
      return: (id) => move(id, 'return', { reason: 'r' }),
      cancel: (id) => move(id, 'cancel', { reason: 'r' }),
    };
    const way = {
      draft: [],
      sent: ['send'],
      answered: ['send', 'answer'],
      accepted: ['send', 'answer', 'accept'],
    };
    for (const [name, act] of Object.entries(acts)) {
      const request = await draft();
      for (const step of state === 'cancelled' ? ['cancel'] : (way[state as keyof typeof way] ?? []))
        await acts[step]?.(request.id, request);
      expect(await stateOf(request.id)).toBe(state);
      const outcome = await act(request.id, request).then(
        () => 'done',
        (error: { code?: string }) => error.code,
      );
      expect([name, outcome]).toEqual([name, allowed.includes(name) ? 'done' : outcomeOf(name, state)]);
    }
  });
  // An agency does not know of what was never sent to it.
  const outcomeOf = (act: string, state: string): string =>
    act === 'answer' && state === 'draft' ? 'request-unknown' : 'request-state';

  test('is about one agency, and something', async () => {
    const alertIds = [await alert('pc-01'), await alert('pc-02', another)];
    await expect(draft({ alertIds })).rejects.toMatchObject({ code: 'request-invalid', subject: 'alertIds' });
    await expect(draft({ alertIds: [] })).rejects.toMatchObject({ code: 'request-invalid' });
    await expect(draft({ template: 'none' })).rejects.toMatchObject({ subject: 'template' });
    await expect(draft({ dueOn: '2026-11-20' })).rejects.toMatchObject({ subject: 'dueOn' });
    await expect(draft({ alertIds: ['none'] })).rejects.toMatchObject({ code: 'alert-unknown' });
  });

  test('is changed at the version that was read, by who asks only', async () => {
    const { id, version } = await draft();
    await editRequest(registry, id, { title: 'Một' }, { ...soc, version });
    await expect(editRequest(registry, id, { title: 'Hai' }, { ...soc, version })).rejects.toMatchObject({
      code: 'version-conflict',
    });
    await move(id, 'send');
    for (const act of ['accept', 'cancel', 'return'] as const)
      await expect(move(id, act, { reason: 'r' }, operator())).rejects.toMatchObject({
        code: 'request-not-yours',
      });
    const given = await editRequest(registry, id, { dispatch: { number: '1234' }, dueOn: '2026-12-31' }, soc);
    expect(given).toMatchObject({ dispatch: { number: '1234', day: null } });
    expect(new Date(given.dueMs).toISOString()).toBe('2026-12-31T11:00:00.000Z');
  });

  test('is seen by its agency once it is sent, and by no other', async () => {
    const { id } = await draft();
    const list = async (scope: Parameters<typeof listRequests>[1]['scope']) =>
      (await listRequests(registry.db, { filter: {}, scope, limit: 10 })).requests.length;
    expect([await list(EVERYWHERE), await list(scopeOf(agency)), await list(scopeOf(another))]).toEqual([
      1, 0, 0,
    ]);
    await move(id, 'send');
    expect([await list(EVERYWHERE), await list(scopeOf(agency)), await list(scopeOf(another))]).toEqual([
      1, 1, 0,
    ]);
    await expect(findRequest(registry.db, id, scopeOf(another))).rejects.toMatchObject({
      code: 'request-unknown',
    });
  });

  test('is listed in pages, and by alert', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 5; at += 1) ids.push((await draft({ alertIds: [await alert(`pc-${at}`)] })).id);
    const seen: string[] = [];
    let after: Parameters<typeof listRequests>[1]['after'];
    do {
      const page = await listRequests(registry.db, { filter: {}, scope: EVERYWHERE, limit: 2, after });
      seen.push(...page.requests.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(seen.toSorted()).toEqual(ids.toSorted());
    const about = { filter: { alertId: houseAlertId('rule-1', 'pc-3') }, scope: EVERYWHERE, limit: 9 };
    expect((await listRequests(registry.db, about)).requests.map(({ id }) => id)).toEqual([ids[3]]);
  });
});

describe('an answer', () => {
  test.each<[string, (answer: NewAnswer) => NewAnswer, string]>([
    ['without a step', (a) => ({ ...a, steps: a.steps.slice(1) }), 'steps'],
    ['with one twice', (a) => ({ ...a, steps: [...a.steps, ...a.steps.slice(0, 1)] }), 'steps'],
    [
      'with one that is not there',
      (a) => ({ ...a, steps: [...a.steps, { step: 19, outcome: 'done', note: '' }] }),
      'steps',
    ],
    [
      'that does not say why',
      (a) => ({ ...a, steps: a.steps.map((one) => ({ ...one, outcome: 'cannot' as const, note: ' ' })) }),
      'steps.0.note',
    ],
  ])('%s is refused whole', async (_name, change, subject) => {
    const request = await sent();
    await expect(
      answerRequest(registry, request.id, change(answerOf(request)), operator()),
    ).rejects.toMatchObject({
      code: 'request-invalid',
      subject,
    });
    expect([await stateOf(request.id), await readAnswers(registry.db, request.id)]).toEqual(['sent', []]);
  });
});

describe('time', () => {
  test('reminds, makes overdue and escalates once each, and tells the channels above', async () => {
    const channel = {
      name: 'truc-ban',
      settings: { kind: 'syslog' as const, target: 'syslog+tls://siem.example.vn' },
      secrets: {},
      agencyId: ROOT,
      severityMin: 'high' as const,
      windowMs: 0,
      messagesPerHourMax: 1_000,
    };
    const { id } = await draft(); // the alert itself is news before the channel is there
    await createChannel(registry, Buffer.alloc(32, 1), channel, soc);
    await createChannel(registry, Buffer.alloc(32, 1), { ...channel, name: 'khac', agencyId: another }, soc);
    await createChannel(
      registry,
      Buffer.alloc(32, 1),
      { ...channel, name: 'lanh-dao', severityMin: 'critical' },
      soc,
    );
    const { request } = await move(id, 'send');
    const told: string[] = [];
    const look = async (): Promise<void> => {
      await Promise.all([lookAtRequests(registry), lookAtRequests(registry)]);
      await lookAtRequests(registry);
      await packMessages(registry.db, clock.ms);
      const now: string[] = [];
      for (const message of await dueMessages(registry.db, clock.ms, 10)) {
        const notice = await readNotice(registry.db, message);
        for (const one of notice?.alerts ?? [])
          now.push(`${message.channelId} ${one.titleVi.split(':')[0] ?? ''}`);
        await registry.db
          .updateTable('notify_message')
          .set({ state: 'sent' })
          .where('id', '=', message.id)
          .execute();
      }
      told.push(...now.toSorted());
    };
    await look();
    for (let at = 0; at < 24; at += 1) {
      clock.ms += 12 * HOUR_MS;
      await look();
    }
    expect(told).toEqual([
      '1 Yêu cầu mới',
      '1 Nhắc việc',
      '1 Yêu cầu quá hạn trả lời',
      '1 Báo cáo cấp trên',
      '3 Báo cáo cấp trên',
      '1 Báo cáo cấp trên',
      '3 Báo cáo cấp trên',
    ]);
    expect(await findRequest(registry.db, id, EVERYWHERE)).toMatchObject({ state: 'overdue', nextMs: null });
    expect(await overdueByAgency(registry.db, EVERYWHERE, clock.ms)).toEqual([
      { agencyId: agency, agencyName: 'Sở Y tế', waiting: 1, overdue: 1, oldestDueMs: request.dueMs },
    ]);
    expect(await overdueByAgency(registry.db, scopeOf(another), clock.ms)).toEqual([]);
    // It can be answered still, and another day takes it back.
    const later = await editRequest(registry, id, { dueOn: '2027-01-29' }, soc);
    expect(later).toMatchObject({ state: 'sent', overdueMs: null });
    expect(later.nextMs).not.toBeNull();
    await answerRequest(registry, id, answerOf(request), operator());
    expect(await findRequest(registry.db, id, EVERYWHERE)).toMatchObject({ state: 'answered', nextMs: null });
  });
});

describe('a link', () => {
  test('opens one request and takes one answer, and only its hash is kept', async () => {
    const request = await sent();
    const { token } = await createLink(registry, request.id, 7, soc);
    const kept = JSON.stringify(await registry.db.selectFrom('request_link').selectAll().execute());
    expect(kept).not.toContain(token.split('.')[1]);
    const audit = JSON.stringify(await listAudit(registry, { limit: 50 }));
    expect(audit).not.toContain(token.split('.')[1]);
    expect((await lookByLink(registry, token))?.request).toMatchObject({ id: request.id, state: 'seen' });
    const bad = { ...answerOf(request), steps: [] };
    await expect(answerByLink(registry, token, bad)).rejects.toMatchObject({ code: 'request-invalid' });
    const answers = await Promise.all([1, 2, 3].map(() => answerByLink(registry, token, answerOf(request))));
    expect(answers.filter((one) => one !== undefined)).toHaveLength(1);
    expect(await readAnswers(registry.db, request.id)).toMatchObject([
      { actor: expect.stringMatching(/^request-link:[\w-]{12}$/) },
    ]);
    expect(await lookByLink(registry, token)).toBeUndefined();
  });

  test('does not open when it is wrong, old, ended, or its request no longer waits', async () => {
    const request = await sent();
    const { token } = await createLink(registry, request.id, 1, soc);
    const other = await createLink(registry, request.id, 1, soc);
    const [id = '', secret = ''] = token.split('.');
    const [otherId = ''] = other.token.split('.');
    for (const wrong of [
      '',
      id,
      `${id}.`,
      `${otherId}.${secret}`,
      `${id}.${secret}x`,
      token.toUpperCase(),
      '%00',
      `${id}.${'A'.repeat(43)}`,
    ])
      expect([wrong, await openLink(registry.db, wrong, clock.ms)]).toEqual([wrong, undefined]);
    expect(await openLink(registry.db, token, clock.ms + DAY_MS)).toBeUndefined();
    expect(await openLink(registry.db, token, clock.ms)).toBeDefined();
    await answerRequest(registry, request.id, answerOf(request), operator());
    expect(await openLink(registry.db, token, clock.ms)).toBeUndefined();
    await move(request.id, 'return', { reason: 'r' });
    // A returned request needs a new one.
    expect(await openLink(registry.db, token, clock.ms)).toBeUndefined();
    await expect(createLink(registry, request.id, 1, operator())).rejects.toMatchObject({
      code: 'request-not-yours',
    });
  });
});

describe('requests in bulk', () => {
  const bulk = (change: Partial<RequestBulk> = {}): RequestBulk => ({
    filter: { states: ['new'] },
    send: false,
    actor: 'user:lan',
    agencyId: ROOT,
    askedMs: clock.ms,
    ...change,
  });
  const run = async (
    params: RequestBulk,
    scope: typeof EVERYWHERE | ReturnType<typeof scopeOf> = EVERYWHERE,
  ) => {
    let cursor: unknown = null;
    for (let step = 0; step < 20; step += 1) {
      const context = { jobId: 'job-1', cursor, scope, templates, nowMs: clock.ms };
      const outcome = await registry.db.transaction().execute((trx) => requestsStep(trx, params, context));
      ({ cursor } = outcome);
      if (outcome.isEnd) return;
    }
  };

  test('are one an agency, leave out what is asked already, and are sent when that was said', async () => {
    for (const name of ['a', 'b', 'c']) await alert(name);
    await alert('d', another);
    await sent({ alertIds: [houseAlertId('rule-1', 'a')] });
    const params = bulk({ send: true });
    expect(await previewRequests(registry.db, params, EVERYWHERE)).toEqual({
      total: 2,
      changes: 2,
      skipped: { 'asked-already': 1 },
      sample: [
        { agencyId: agency, agencyName: 'Sở Y tế', alerts: 2 },
        { agencyId: another, agencyName: 'Sở Tài chính', alerts: 1 },
      ],
      needsApproval: [],
    });
    await run(params);
    // A step that is begun again finds nothing left to ask.
    await run(params);
    const { requests } = await listRequests(registry.db, {
      filter: { jobId: 'job-1' },
      scope: EVERYWHERE,
      limit: 9,
    });
    expect(requests.map(({ agencyId, state }) => `${agencyId} ${state}`).toSorted()).toEqual([
      `${agency} sent`,
      `${another} sent`,
    ]);
  });

  test('ask of an alert over all hosts each agency about its own', async () => {
    const fleet = await alert('fleet', ROOT);
    const members = [await alert('a'), await alert('b', another)];
    await registry.db.updateTable('alert').set({ kind: 'fleet' }).where('id', '=', fleet).execute();
    await registry.db
      .updateTable('alert')
      .set({ fleet_id: fleet, fold: 2 })
      .where('id', 'in', members)
      .execute();
    const params = bulk({ filter: {}, ids: [fleet] });
    await run(params);
    const made = await listRequests(registry.db, { filter: { jobId: 'job-1' }, scope: EVERYWHERE, limit: 9 });
    expect(new Set(made.requests.map(({ agencyId }) => agencyId))).toEqual(new Set([agency, another]));
    expect(
      await previewRequests(registry.db, bulk({ filter: {}, ids: [fleet] }), scopeOf(agency)),
    ).toMatchObject({
      total: 0,
    });
  });

  test('that go out to many agencies take a second person', async () => {
    for (let at = 0; at < 21; at += 1) {
      const { id } = await createAgency(registry, { name: `Xã ${at}`, kind: 'commune' }, 'test');
      await alert(`pc-${at}`, id);
    }
    expect((await previewRequests(registry.db, bulk({ send: true }), EVERYWHERE)).needsApproval).toEqual([
      'more-than-20',
    ]);
    expect((await previewRequests(registry.db, bulk(), EVERYWHERE)).needsApproval).toEqual([]);
  });
});
