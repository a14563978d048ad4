/** What is written to agencies: templates, deadlines, reminders; and that nothing put into a text can be more than text. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_CALENDAR } from '../../../collector/liveness/calendar.ts';
import { addWorkDays, dueAfter } from '../../../collector/request/due-day.ts';
import { factsOf } from '../../../collector/request/finding-facts.ts';
import { loadTemplates } from '../../../collector/request/load-templates.ts';
import { nextAct } from '../../../collector/request/reminder-plan.ts';
import { chooseTemplate, fillTemplate, PLACEHOLDERS } from '../../../collector/request/request-template.ts';
import { REQUEST_LIMITS } from '../../../collector/request/request-words.ts';
import { dayInWords, momentInWords } from '../../../collector/request/vietnamese-time.ts';

const FOLDER = path.join(import.meta.dirname, '../../../rules/requests');
const BOOK = loadTemplates([FOLDER]);
const at = (text: string): number => Date.parse(`${text}+07:00`);

describe('deadlines', () => {
  test.each([
    // A Thursday.
    ['2026-11-26T10:00', 'critical', '2026-11-27T18:00'],
    ['2026-11-26T10:00', 'high', '2026-12-01T18:00'],
    ['2026-11-27T23:59', 'critical', '2026-11-30T18:00'],
    // 24 November 2026 is a public holiday.
    ['2026-11-23T10:00', 'critical', '2026-11-25T18:00'],
    // Over Tết.
    ['2026-02-13T10:00', 'high', '2026-02-25T18:00'],
  ] as const)('asked at %s, %s: %s', (from, severity, due) => {
    expect(new Date(dueAfter(DEFAULT_CALENDAR, at(from), severity)).toISOString()).toBe(
      new Date(at(due)).toISOString(),
    );
  });

  test('go by the calendar of the agency, and end where it never works', () => {
    const own = { ...DEFAULT_CALENDAR, weekDays: [6], vietnamHolidays: false };
    expect(addWorkDays(own, '2026-11-26', 2)).toBe('2026-12-05');
    expect(addWorkDays(DEFAULT_CALENDAR, '2026-11-30', -1)).toBe('2026-11-27');
    expect(addWorkDays({ ...own, weekDays: [] }, '2026-11-26', 1)).toBe('2027-12-31');
  });

  test('are reminded of the working day before, told higher up two after, and then left alone', () => {
    const dueMs = at('2026-12-01T18:00');
    const plan: string[] = [];
    let nowMs = at('2026-11-26T10:00');
    for (let after = nextAct(DEFAULT_CALENDAR, dueMs, undefined, nowMs); after !== undefined;) {
      plan.push(`${after.kind} ${new Date(after.atMs + 7 * 3_600_000).toISOString().slice(0, 16)}`);
      nowMs = after.atMs;
      after = nextAct(DEFAULT_CALENDAR, dueMs, after.kind, nowMs);
    }
    expect(plan).toEqual([
      'reminder 2026-11-30T07:00',
      'overdue 2026-12-01T18:00',
      'escalation 2026-12-03T07:00',
      'last-reminder 2026-12-08T07:00',
    ]);
    expect(nextAct(DEFAULT_CALENDAR, dueMs, undefined, at('2026-12-01T08:00'))).toEqual({
      kind: 'overdue',
      atMs: dueMs,
    });
  });
});

describe('templates', () => {
  test('are all right, and there is one for every kind of finding', () => {
    expect(BOOK.rejected).toEqual([]);
    expect(BOOK.templates.length).toBeGreaterThanOrEqual(10);
    for (const kind of ['alert', 'silence', 'posture'] as const) {
      const ruleId = kind === 'silence' ? 'vonggac:silent-agent' : 'none';
      expect([kind, chooseTemplate(BOOK.templates, { kind, ruleId, tags: [] })?.id]).toEqual([
        kind,
        { alert: 'general', silence: 'silent-host', posture: 'posture' }[kind],
      ]);
    }
  });

  test.each([
    [['attack.impact', 'attack.t1486'], 'none', 'ransomware'],
    [['attack.credential-access', 'attack.t1110.001'], 'none', 'account'],
    [['attack.persistence', 'attack.t1505.003'], 'none', 'website'],
    [['attack.execution', 'attack.t1486'], '7b1f00a7-e5a9-4d8b-a93a-9db646d68d82', 'outdated'],
    [['attack.t15050'], 'none', 'general'],
  ])('tags %j of rule %s choose %s...', (tags, ruleId, id) => {
    expect(chooseTemplate(BOOK.templates, { kind: 'alert', ruleId, tags })?.id).toBe(id);
  });

  test('keep what facts say as it is, within their limits, however hostile it is', () => {
    const hostile = '{{agency}} <script>$&$1 {{nothing}}'.repeat(400);
    const facts = Object.fromEntries(PLACEHOLDERS.map((name) => [name, hostile])) as Record<
      (typeof PLACEHOLDERS)[number],
      string
    >;
    for (const template of BOOK.templates) {
      const text = fillTemplate(template, facts);
      expect(text.title.length).toBeLessThanOrEqual(REQUEST_LIMITS.titleChars);
      expect(text.body.length).toBeLessThanOrEqual(REQUEST_LIMITS.bodyChars);
      expect(Math.max(...text.steps.map(({ length }) => length))).toBeLessThanOrEqual(
        REQUEST_LIMITS.stepChars,
      );
      // Filled once: what a fact says is no placeholder.
      expect(text.body).toContain('{{agency}} <script>$&$1 {{nothing}}');
    }
  });

  test('of a folder of one’s own go before those that ship; bad ones are named and left out', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'vonggac-templates-'));
    try {
      const own = 'id: general\nname: Khác\ntitle: Tựa\nbody: "{{finding}}"\nsteps: [Một]\n';
      writeFileSync(path.join(folder, 'a.yml'), own);
      writeFileSync(
        path.join(folder, 'b.yml'),
        own.replace('{{finding}}', '{{password}}').replace('general', 'other'),
      );
      writeFileSync(path.join(folder, 'c.yml'), 'id: [1\n');
      writeFileSync(path.join(folder, 'd.yml'), '!!js/function "function () {}"\n');
      writeFileSync(path.join(folder, 'e.txt'), 'not looked at');
      const book = loadTemplates([FOLDER, folder, path.join(folder, 'not-there')]);
      expect(book.templates.find(({ id }) => id === 'general')?.name).toBe('Khác');
      expect(book.rejected.map(({ source }) => path.basename(source))).toEqual(['b.yml', 'c.yml', 'd.yml']);
      expect(book.rejected[0]?.message).toContain('{{agency}}');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('facts name hosts and findings once, the most frequent first, and count the rest', () => {
  const one = (hostname: string | null, title: string) => ({
    hostname,
    title,
    detail: 'd',
    advice: 'Hãy xem.',
    firstMs: at('2026-01-05T08:05'),
    lastMs: at('2026-11-26T10:00'),
  });
  const about = { agencyName: 'Sở Y tế', severity: 'high', calendar: DEFAULT_CALENDAR } as const;
  const names = ['a', 'b', 'b', 'c', 'd', 'e', 'f', 'g'];
  const facts = factsOf(
    names.map((name) => one(name, `T${name}`)),
    about,
  );
  expect(facts).toMatchObject({
    hosts: '7 máy (b, a, c, d, e và 2 máy khác)',
    finding: 'Tb; Ta; Tc và 4 loại dấu hiệu khác',
    advice: 'Hãy xem.',
    first: '08 giờ 05, ngày 05 tháng 01 năm 2026',
    severity: 'cao',
  });
  expect(factsOf([one(null, 'T')], about).hosts).toBe('hệ thống');
  expect(factsOf([], about)).toMatchObject({ first: '', last: '' });
});

test('days are written as documents of the state write them', () => {
  expect(dayInWords('2026-02-05')).toBe('ngày 05 tháng 02 năm 2026');
  expect(dayInWords('2026-11-26')).toBe('ngày 26 tháng 11 năm 2026');
  expect(dayInWords('2026-03-09')).toBe('ngày 09 tháng 3 năm 2026');
  expect(momentInWords(DEFAULT_CALENDAR, at('2026-11-26T17:00'))).toBe(
    '17 giờ 00, ngày 26 tháng 11 năm 2026',
  );
});
