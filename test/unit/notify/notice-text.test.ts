/** What notices say, whatever events say. */
import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cefLines } from '../../../collector/notify/cef.ts';
import { leavingText } from '../../../collector/notify/leaving-text.ts';
import { noticeText, plainText, simpleHtml } from '../../../collector/notify/notice-text.ts';
import { checkTemplate, fillTemplate } from '../../../collector/notify/webhook-template.ts';
import { notice, noticeAlert } from './notice-fixture.ts';

describe('text that leaves', () => {
  it.each([
    ['CCCD 001204567890 of an', 'CCCD [cccd] of an'],
    ['call 0912 345 678', 'call [phone]'],
    ['call +84912345678.', 'call [phone].'],
    ['at 10.0.0.5 pid 123456 at 1764000000000', 'at 10.0.0.5 pid 123456 at 1764000000000'],
    ['a\r\nBcc: x@y.vn', 'a Bcc: [e-mail]'],
    ['phone 0912\u200B345678', 'phone [phone]'],
    ['abc\u202Egnp.exe\u200B', 'abc gnp.exe'],
  ])('%j is told as %j', (text, told) => {
    expect(leavingText(text, 200)).toBe(told);
  });

  it('is cut, visibly, and never in the middle of a character', () => {
    expect(leavingText('a'.repeat(20), 10)).toBe(`${'a'.repeat(9)}…`);
    expect(leavingText(`${'a'.repeat(8)}👮👮`, 10).isWellFormed()).toBe(true);
  });

  it('is one line without controls, whatever it was', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 300 }), (text) => {
        const told = leavingText(text, 100);
        expect(told.length).toBeLessThanOrEqual(100);
        expect(told).not.toMatch(/\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(told.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('a notice in words', () => {
  it('tells one alert in Vietnamese and in English', () => {
    const vi = noticeText(notice(), 'vi');
    expect(vi.subject).toBe('[cao] Phần mềm đào tiền ảo - web-01');
    expect(plainText(vi)).toContain(
      'Cơ quan: Sở Y tế\nMáy: web-01\nSố lần phát hiện: 3\nLần đầu: 2026-11-22 09:59:00',
    );
    const en = noticeText(notice(), 'en', (id) => `https://soc.example.vn/alerts/${id}`);
    expect(en.subject).toBe('[high] Miner started - web-01');
    expect(plainText(en)).toContain('Alert: https://soc.example.vn/alerts/a1b2c3d4');
  });

  it('tells a storm as one message that counts what it leaves out', () => {
    const many = notice({ kind: 'digest', alerts: [noticeAlert(), noticeAlert({ id: 'b' })], total: 900 });
    const said = noticeText(many, 'vi');
    expect(said.subject).toBe('900 cảnh báo: [cao] Phần mềm đào tiền ảo - web-01');
    expect(said.closing[0]).toBe('và 898 cảnh báo khác');
  });

  it('makes no HTML of what events say', () => {
    const evil = notice({
      alerts: [noticeAlert({ message: '<img src=x onerror="a()">', hostname: "<b>'" })],
    });
    const html = simpleHtml(noticeText(evil, 'en'), 'en');
    expect(html).toContain('&lt;img src=x onerror=&quot;a()&quot;&gt;');
    expect(html).not.toMatch(/<(img|b)\b/);
  });
});

describe('a line of CEF', () => {
  it('escapes what would end a field', () => {
    const evil = noticeAlert({ title: 'a|b\\c', message: 'x=1 \\ y|z\nCEF:0|' });
    const [line] = cefLines(notice({ alerts: [evil] }), '0.1.0');
    expect(line?.text).toContain(String.raw`CEF:0|Vong Gac|vonggac|0.1.0|linux-miner|a\|b\\c|8|rt=`);
    expect(line?.text).toContain(String.raw` msg=x\=1 \\ y|z CEF:0|`);
    expect(line?.severity).toBe(3);
  });

  it('keeps its seven fields and its keys, whatever events say', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 80 }), (text) => {
        const alert = noticeAlert({ title: text, message: text, hostname: text, ruleId: text });
        const [line] = cefLines(notice({ alerts: [alert] }), '0.1.0');
        const [head = '', ...rest] = (line?.text ?? '').split(/(?<=^(?:(?:[^|\\]|\\.)*\|){7})/s);
        expect(head.match(/^(?:(?:[^|\\]|\\.)*\|){7}$/s)).not.toBeNull();
        const bare = rest.join('').replaceAll(/\\[\\=]/g, '');
        expect(bare.match(/=/g)).toHaveLength(13);
      }),
    );
  });
});

describe('a template of a webhook', () => {
  const text = noticeText(notice(), 'vi');

  it('is filled inside its texts', () => {
    const template =
      '{"to":"0912","n":1,"text":"{{subject|sms}}","md":"{{subject|markdown}}","say":"{{ subject | voice }}"}';
    expect(checkTemplate(template)).toBeUndefined();
    expect(JSON.parse(fillTemplate(template, notice(), text))).toEqual({
      to: '0912',
      n: 1,
      text: '[cao] Phan mem dao tien ao - web-01',
      md: String.raw`\[cao\] Phần mềm đào tiền ảo \- web\-01`,
      say: 'cao Phần mềm đào tiền ảo web 01',
    });
  });

  it.each([
    ['{"a":', /no JSON/],
    ['"text"', /object or list/],
    ['{"a":"{{password}}"}', /there is no {{password}}/],
    ['{"a":"{{subject|shell}}"}', /there is no form \|shell/],
    ['{"a":"{{constructor}}"}', /there is no/],
  ])('%s is refused', (template, why) => {
    expect(checkTemplate(template)).toMatch(why);
  });

  it('keeps its shape, whatever events say', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 80 }), (said) => {
        const evil = notice({ alerts: [noticeAlert({ titleVi: `${said}","admin":true,"x":"{{text}}` })] });
        const filled = fillTemplate('{"a":["{{subject}}"],"b":true}', evil, noticeText(evil, 'vi'));
        const parsed = JSON.parse(filled);
        expect(Object.keys(parsed)).toEqual(['a', 'b']);
        expect(parsed.b).toBe(true);
        expect(parsed.a).toHaveLength(1);
      }),
    );
  });
});
