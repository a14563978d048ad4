/** The texts of a new rule and of its test, from a template. Pure: id, date and words come from the caller. */
import { dump } from 'js-yaml';
import type { RuleTemplate } from './rule-templates.ts';

export interface NewRule {
  id: string;
  title: string;
  titleVi: string;
  /** product/category/service; an empty part is none. */
  logsource: string;
  level: string;
  author: string;
  /** YYYY-MM-DD. */
  date: string;
}

const REPLACE =
  '# A template: replace what says so (also in the test beside it), then run "vonggac rules test" on it.\n';
const LINE_CHARS = 110;
/** What an author replaces. */
const TEMPLATE_TEXT = /# A template: |['"\s]Replace: |Thay bằng (?:mô tả|lời khuyên): |\breplace[-.]me\b/i;
export const TITLE_VI = 'Luật mới, chưa đặt tên';

export function writeRule(rule: NewRule, template: RuleTemplate): { rule: string; test: string } {
  const [product, category, service] = rule.logsource.split('/');
  const technique = template.tags.find((tag) => /^t\d/.test(tag)) ?? '';
  const document = {
    title: rule.title,
    id: rule.id,
    status: 'experimental',
    description: 'Replace: what happened, in words that an administrator understands.',
    references: [`https://attack.mitre.org/techniques/${technique.toUpperCase().replace('.', '/')}/`],
    author: rule.author,
    date: rule.date,
    tags: template.tags.map((tag) => `attack.${tag}`),
    logsource: Object.fromEntries(
      Object.entries({ product, category, service }).filter(
        ([, value]) => value !== '' && value !== undefined,
      ),
    ),
    detection: { selection: Object.fromEntries(template.selection), condition: 'selection' },
    falsepositives: ['Replace: what else looks like this'],
    level: rule.level,
    title_vi: rule.titleVi,
    description_vi: 'Thay bằng mô tả: điều gì đã xảy ra, bằng lời mà quản trị viên hiểu.',
    advice: 'Replace: what the reader should do now.',
    advice_vi: 'Thay bằng lời khuyên: người đọc nên làm gì ngay.',
    vonggac: { entity: template.entity },
  };
  const cases = (list: RuleTemplate['match']): unknown => list.map(([name, record]) => ({ name, record }));
  const test = { rule: rule.id, match: cases(template.match), near_miss: cases(template.nearMiss) };
  return { rule: REPLACE + yaml(document), test: yaml(test) };
}

function yaml(value: unknown): string {
  return dump(value, { lineWidth: LINE_CHARS, noRefs: true });
}

/** Lines, from 1, of a rule or its test that still say what the template says. */
export function templateLines(text: string): number[] {
  return text
    .split('\n')
    .flatMap((line, at) => (TEMPLATE_TEXT.test(line) || line.endsWith(` ${TITLE_VI}`) ? [at + 1] : []));
}
