/** What is read from a page, and what is made of it: spam, defacement, hidden parts, hostile markup. */
import { describe, expect, test } from 'vitest';
import type { Page } from '../../../../../agent/sources/probe/fetch-page.ts';
import { judgePage } from '../../../../../agent/sources/probe/judge-page.ts';
import { readPage } from '../../../../../agent/sources/probe/page-facts.ts';
import { drift, learn, missingShare, newPageModel } from '../../../../../agent/sources/probe/page-model.ts';
import type { PageModel } from '../../../../../agent/sources/probe/page-model.ts';
import { findDefacedWords, findSpamWords } from '../../../../../agent/sources/probe/spam-words.ts';
import { portal } from '../../../../support/probe/test-site.ts';

const URL_OF_PAGE = 'https://hoabinh.example.gov.vn/';
const RULES = { changeMax: 0.6, hosts: [], ignoreWords: [] };

function fetched(text: string): Page {
  const common = { address: undefined, contentType: 'text/html', server: '', cut: false, unreadable: false };
  const times = { firstByteMs: 1, totalMs: 2 };
  return {
    ...common,
    ...times,
    status: 200,
    url: URL_OF_PAGE,
    redirects: [],
    text,
    bytes: text.length,
    tls: undefined,
  };
}

async function judge(html: string, model?: PageModel, rules: Parameters<typeof judgePage>[3] = RULES) {
  return judgePage(fetched(html), await readPage(html, URL_OF_PAGE), model, rules);
}

async function learned(pages: readonly string[]): Promise<PageModel> {
  let model = newPageModel();
  for (const html of pages)
    model = learn(model, await readPage(html, URL_OF_PAGE), URL_OF_PAGE, pages.length);
  return model;
}

const NEWS = [
  'Khai giảng năm học mới tại trường tiểu học',
  'Ra quân vệ sinh môi trường cuối tuần',
  'Tập huấn phòng cháy chữa cháy cho các hộ kinh doanh',
  'Công bố kết quả kỳ họp thứ mười của Hội đồng nhân dân',
  'Phát động tháng thanh niên tình nguyện',
  'Chi trả lương hưu qua tài khoản ngân hàng',
];
const BETTING = ['nhà cái uy tín', 'tài xỉu online', 'soi kèo bóng đá', 'nổ hũ đổi thưởng'];

describe('spam words', () => {
  test.each([
    ['với dấu', 'Top NHÀ CÁI uy tín nhất', ['nhà cái', 'nhà cái uy tín']],
    ['decomposed', 'nhà cái'.normalize('NFD'), ['nhà cái']],
    ['without marks, as in an address', 'https://x.vn/tai-xiu-online.html', ['tài xỉu', 'tài xỉu online']],
    ['a brand', 'đăng ký 789BET nhận thưởng', ['789bet']],
    ['nothing in what only looks alike without marks', 'Cả cuộc đời cống hiến, ca sĩ hát trong cuộc thi', []],
    ['nothing in part of a word', 'kubetonline xoilacs', []],
    ['nothing in an office text', 'Thủ tục đăng ký kinh doanh và cấp phép xây dựng', []],
  ])('%s', (_, text, words) => {
    expect(findSpamWords(text).map(({ word }) => word)).toEqual(words);
  });

  test('defacers’ signatures', () => {
    expect(findDefacedWords('Hacked By xXx_Team')).toEqual(['hacked by']);
    expect(findDefacedWords('Website này ĐÃ BỊ HACK BỞI nhóm')).toContain('đã bị hack bởi');
    expect(findDefacedWords('Hướng dẫn phòng chống tấn công mạng')).toEqual([]);
  });
});

describe('a page by itself', () => {
  test('a portal has no findings', async () => {
    expect((await judge(portal({ news: NEWS }))).findings).toEqual([]);
  });

  test('one news item about a raid on bettors is no spam', async () => {
    const news = ['Công an triệt phá đường dây cá cược, đánh bạc quy mô lớn', ...NEWS];
    expect((await judge(portal({ news }))).findings).toEqual([]);
  });

  test('links of betting at the foot are spam', async () => {
    const links = BETTING.map((text, index) => `<a href="https://bet${index}.example/">${text}</a>`).join(
      ' ',
    );
    const { findings, facts } = await judge(portal({ body: `<div>${links}</div>` }));
    expect(findings).toEqual(['spam-links']);
    expect(facts['spamWords']).toContain('nhà cái');
  });

  test('links pushed off the screen are hidden links, also without words', async () => {
    const links = [1, 2, 3, 4].map((index) => `<a href="https://a${index}.example/">xem thêm</a>`).join('');
    const body = `<div style="position:absolute; left:-9999px">${links}</div>`;
    expect((await judge(portal({ body }))).findings).toEqual(['hidden-links']);
  });

  test('a closed menu of the site’s own pages is none', async () => {
    const links = [1, 2, 3, 4].map((index) => `<a href="/p${index}">mục ${index}</a>`).join('');
    expect((await judge(portal({ body: `<ul style="display:none">${links}</ul>` }))).findings).toEqual([]);
  });

  test('a defacer’s page', async () => {
    const html =
      '<html><head><title>Hacked by Someone</title></head><body><h1>greetz to all</h1></body></html>';
    expect((await judge(html)).findings).toEqual(['defaced']);
  });

  test('a text that must be there', async () => {
    const rules = { ...RULES, contains: 'Chịu trách nhiệm nội dung' };
    expect((await judge(portal(), undefined, rules)).findings).toEqual([]);
    expect((await judge('<p>Đang bảo trì</p>', undefined, rules)).findings).toEqual(['text-missing']);
  });
});

describe('a page against what was learned', () => {
  test('other news are no change; another page is', async () => {
    const model = await learned(NEWS.map((news) => portal({ news: [news, `${news} (tiếp)`] })));
    expect(model.learned).toBe(true);
    expect((await judge(portal({ news: ['Tin hoàn toàn mới hôm nay ở xã'] }), model)).findings).toEqual([]);
    const other =
      '<title>Cổng thông tin điện tử xã Hòa Bình</title><div class="x"><p>Trang này nay là của người khác</p></div>';
    expect((await judge(other, model)).findings).toEqual(['page-replaced']);
  });

  test('a title, a script, a frame and a form of other hosts are told apart', async () => {
    const model = await learned([portal(), portal()]);
    const body =
      '<script src="https://cdn.bad.example/x.js"></script><iframe src="//frame.bad.example/"></iframe><form action="https://form.bad.example/post"></form>';
    const { findings } = await judge(portal({ title: 'Trang khác', body }), model);
    expect(findings).toEqual(['title-changed', 'script-host-new', 'frame-host-new', 'form-host-new']);
    const rules = { ...RULES, hosts: ['cdn.bad.example', 'frame.bad.example', 'form.bad.example'] };
    expect((await judge(portal({ body }), model, rules)).findings).toEqual([]);
  });

  test('scripts that hide what they do, and foreign writing', async () => {
    const model = await learned([portal(), portal()]);
    const packed = '<script>eval(function(p,a,c,k,e,d){return p}("x",1,1,"".split("|"),0,{}))</script>';
    expect((await judge(portal({ body: packed }), model)).findings).toEqual(['obfuscated-script']);
    const kana = `<p>${'激安ブランドコピー通販専門店スーパー'.repeat(40)}</p>`;
    expect((await judge(portal({ body: kana }), model)).findings).toContain('foreign-writing');
  });

  test('a page drifts with what stays, and keeps its hosts', async () => {
    let model = await learned([portal(), portal()]);
    const changed = portal({
      body: '<p>Mục mới thường trực của cổng thông tin</p><script src="https://new.example/a.js"></script>',
    });
    const before = missingShare(model, await readPage(portal(), URL_OF_PAGE));
    expect(before).toBe(0);
    for (let look = 0; look < 10; look += 1) model = drift(model, await readPage(changed, URL_OF_PAGE), 2);
    expect(missingShare(model, await readPage(portal(), URL_OF_PAGE))).toBeGreaterThan(0);
    expect((await judge(changed, model)).findings).toEqual(['script-host-new']);
  });
});

describe('hostile markup', () => {
  const bounded = (html: string) => readPage(html, URL_OF_PAGE);

  test('a page of a million open tags, and closings of what was never opened, is left in time', async () => {
    const startedMs = performance.now();
    const facts = await bounded('<b>'.repeat(600_000) + '</i>'.repeat(500_000));
    expect(facts.tooDeep).toBe(true);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  test('links, blocks and shapes are bounded', async () => {
    const many = Array.from(
      { length: 20_000 },
      (_, at) => `<p class="c${at}">khối chữ số ${at} <a href="https://h${at}.example/">x</a></p>`,
    );
    const facts = await bounded(many.join(''));
    expect(facts.references.length).toBeLessThanOrEqual(5_000);
    expect(facts.blocks.length).toBeLessThanOrEqual(5_000);
    expect(facts.shape.length).toBeLessThanOrEqual(3_000);
  });

  test.each([
    ['nothing', ''],
    ['an open tag', '<a href="'],
    ['bytes that are no text', '\u0000\ufffd<\u0000a href=\u0001>'],
    ['a base that is no address', '<base href="http://[">x<a href="y">z</a>'],
    [
      'strange addresses',
      '<a href="javascript:alert(1)">a</a><a href="data:text/html,x">b</a><a href="https://[::1">c</a>',
    ],
    [
      'names of prototypes',
      '<div __proto__="x" constructor="y" style="hasOwnProperty"><toString>z</toString></div>',
    ],
  ])('%s is read without a fault', async (_, html) => {
    expect((await judge(html)).findings).toEqual([]);
  });
});
