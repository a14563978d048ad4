/** Why rules are refused, in Vietnamese: what the engine really says of bad rules. */
import { describe, expect, it } from 'vitest';
import { refusedVi } from '../../../collector/content/refused-vi.ts';
import { lintVi } from '../../../collector/content/lint-vi.ts';
import { compile, parseRules } from '../../../rules/sigma/index.ts';

const head = 'title: T\nid: 9b6f2f5a-6f1c-4f0e-9d0c-1d6d3f0f3b11\nlogsource: { product: linux }\n';
const rule = (detection: string): string => `${head}detection:\n${detection}`;
const correlation = (body: string): string =>
  `${rule('  s: { a: x }\n  condition: s\n')}---\ntitle: C\nid: 9b6f2f5a-6f1c-4f0e-9d0c-1d6d3f0f3b12\ncorrelation:\n${body}`;
const ID = '9b6f2f5a-6f1c-4f0e-9d0c-1d6d3f0f3b11';

/** The first thing that the engine says of it. */
function said(text: string): string {
  const parsed = parseRules(text, { source: 'r.yml' });
  const [error] = [...parsed.errors, ...compile([parsed]).errors];
  if (error === undefined) throw new Error('the rule is taken');
  return error.message;
}

describe('the reason why a rule is refused', () => {
  it.each([
    ['a: [', 'YAML không hợp lệ'],
    ['a: 1\na: 2\n', 'khóa "a" đứng hai lần trong một ánh xạ: hãy giữ một'],
    ['a: *x\n', 'bí danh *x chưa có neo phía trước'],
    [head, 'luật cần "detection"'],
    [rule('  condition: s\n'), 'detection không có vùng chọn nào'],
    [rule('  s: {}\n  condition: s\n'), 'vùng chọn "s" rỗng'],
    [rule('  s: []\n  condition: s\n'), 'vùng chọn "s" là danh sách rỗng'],
    [rule('  s: { a: { b: 1 } }\n  condition: s\n'), 'cần một giá trị hoặc danh sách giá trị'],
    [rule('  s: { a: x }\n  condition: t\n'), 'điều kiện nêu "t", không phải vùng chọn nào'],
    [rule('  s: { a: x }\n  condition: s and\n'), 'điều kiện kết thúc ở chỗ cần tên một vùng chọn'],
    [
      rule('  s: { a: x }\n  condition: s s\n'),
      'trong điều kiện: cần "and", "or" hoặc chỗ kết thúc, lại gặp "s"',
    ],
    [rule('  s: { a: x }\n  condition: s | count() > 5\n'), 'Sigma đã bỏ phép gộp'],
    [rule('  s: { a|contians: x }\n  condition: s\n'), 'phải chăng là "contains"'],
    [rule('  s: { a|re: "(?=x)" }\n  condition: s\n'), 'không nhận phép nhìn trước'],
    [rule('  s: { a|re: "(" }\n  condition: s\n'), 'không hiểu biểu thức chính quy'],
    [rule('  s: { a|cidr: 10.0.0.1/8 }\n  condition: s\n'), 'còn bit của máy sau /8'],
    [rule('  s: { a|cidr: here }\n  condition: s\n'), 'không phải mạng IPv4 hay IPv6'],
    [rule('  s: { a|gt: x }\n  condition: s\n'), '"gt" cần một số'],
    [rule('  s: { a|exists: maybe }\n  condition: s\n'), '"exists" nhận'],
    [rule('  s: { a|expand: "%users%" }\n  condition: s\n'), 'biến %users% chưa có giá trị'],
    [correlation('  type: event_cuont\n  rules: [x]\n'), 'event_count'],
    [
      correlation(`  type: event_count\n  rules: [${ID}]\n  condition: { gte: 3 }\n`),
      'luật tương quan cần "timespan"',
    ],
    [
      correlation('  type: event_count\n  rules: [nobody]\n  timespan: 5m\n  condition: { gte: 3 }\n'),
      'luật "nobody" chưa được nạp',
    ],
    [
      correlation(`  type: event_count\n  rules: [${ID}]\n  timespan: soon\n`),
      '"timespan" phải là số lớn hơn 0',
    ],
  ])('is said: %j', (text, wanted) => {
    const message = said(text);
    expect([message, refusedVi(message)]).toEqual([message, expect.stringContaining(wanted)]);
  });

  it('is left as it came where it is not known, also of a hostile length', () => {
    expect(refusedVi('the moon is full')).toBeUndefined();
    expect(lintVi.rejected('the moon is full', '', '')).toBe('the moon is full');
    const begun = performance.now();
    expect(refusedVi(`in the condition: expected ${'x, found '.repeat(20_000)}`)).toContain(
      'trong điều kiện',
    );
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
