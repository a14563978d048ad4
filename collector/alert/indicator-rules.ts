/** What alerts say that indicators raise: seen at ingest, found in hindsight, and an indicator that shows too much. */
import type { RulePolicy } from './alert-policy.ts';
import type { RuleFacts } from './detection.ts';

const HOUR_MS = 3_600_000;
const YEAR_DAYS = 366;

export const INDICATOR_RULE = 'house-indicator';
export const HINDSIGHT_RULE = 'house-indicator-hindsight';
export const INDICATOR_THROTTLED_RULE = 'house-indicator-throttled';

/** Fields of a match, as ECS calls them; of several indicators in one event each is a list, the surest first. */
export const INDICATOR_FIELDS = {
  id: 'threat.indicator.id',
  kind: 'threat.indicator.type',
  value: 'threat.indicator.name',
  source: 'threat.indicator.provider',
  confidence: 'threat.indicator.confidence',
  field: 'threat.enrichments.matched.field',
  found: 'threat.enrichments.matched.atomic',
} as const;

/** One alert an indicator and agency; two agencies are one alert over all. */
export const INDICATOR_POLICY: RulePolicy = { fleetHostsMin: 2 };
/** However far apart the events are that history held. */
export const HINDSIGHT_POLICY: RulePolicy = { fleetHostsMin: 2, windowMs: 20 * YEAR_DAYS * 24 * HOUR_MS };

const COMMON = { tags: ['attack.command_and_control'], references: [] } as const;
const SHARED = [
  'Addresses and names that many share (hosting, content networks), or a list that is old or wrong: look at the source and its confidence.',
];

const FACTS: Readonly<Record<string, RuleFacts>> = {
  [INDICATOR_RULE]: {
    ruleId: INDICATOR_RULE,
    title: 'Indicator of compromise seen',
    titleVi: 'Phát hiện chỉ dấu xâm nhập (IoC)',
    description:
      'An event shows an address, name, URL, file or sender that a list of indicators names. The severity is that of the indicator’s confidence and of the system concerned.',
    descriptionVi:
      'Một sự kiện có địa chỉ, tên miền, URL, tệp hoặc người gửi nằm trong danh sách chỉ dấu xâm nhập. Mức độ tính theo độ tin cậy của chỉ dấu và cấp độ của hệ thống liên quan.',
    advice:
      'See which hosts showed it and since when (vonggac indicator sightings), what process spoke to it, and whether the connection was let through. Isolate a host that spoke to a command server.',
    adviceVi:
      'Xem các máy đã gặp chỉ dấu này và từ khi nào (vonggac indicator sightings), tiến trình nào kết nối và kết nối có được cho qua hay không. Cô lập máy đã liên lạc với máy chủ điều khiển.',
    severity: 'medium',
    falsePositives: SHARED,
    tags: [...COMMON.tags],
    references: [],
  },
  [HINDSIGHT_RULE]: {
    ruleId: HINDSIGHT_RULE,
    title: 'Indicator of compromise found in hindsight',
    titleVi: 'Chỉ dấu xâm nhập tìm thấy khi rà soát lại lịch sử',
    description:
      'Events that were stored before the indicator was known show it. The times are those of the events: it may have been going on for long.',
    descriptionVi:
      'Các sự kiện đã lưu trước khi có chỉ dấu này cho thấy nó đã xuất hiện. Thời gian là thời gian của sự kiện: việc này có thể đã diễn ra từ lâu.',
    advice:
      'Begin at the first event: what else did that host do around it, and which others showed it since?',
    adviceVi:
      'Bắt đầu từ sự kiện đầu tiên: lúc đó máy này còn làm gì khác, và từ đó đến nay còn máy nào gặp chỉ dấu này?',
    severity: 'medium',
    falsePositives: SHARED,
    tags: [...COMMON.tags],
    references: [],
  },
  [INDICATOR_THROTTLED_RULE]: {
    ruleId: INDICATOR_THROTTLED_RULE,
    title: 'Indicator shows too much and is throttled',
    titleVi: 'Chỉ dấu xâm nhập khớp quá nhiều, đã bị giảm tần suất',
    description:
      'The indicator matched more events in an hour than one may. From now on each host is told once a day only; what is left out is counted. Most often such an indicator names something that everybody uses.',
    descriptionVi:
      'Chỉ dấu khớp nhiều sự kiện trong một giờ hơn mức cho phép. Từ nay mỗi máy chỉ được báo một lần mỗi ngày; phần bỏ bớt được đếm. Thường đó là địa chỉ hoặc tên miền mà mọi người đều dùng.',
    advice:
      'Retire the indicator when it is wrong (vonggac indicator retire), or release it when it is right (vonggac indicator restore).',
    adviceVi:
      'Ngừng dùng chỉ dấu nếu sai (vonggac indicator retire), hoặc khôi phục nếu đúng (vonggac indicator restore).',
    severity: 'medium',
    falsePositives: [],
    tags: [],
    references: [],
  },
};

/** @throws RangeError for another rule */
export function indicatorRule(ruleId: string): RuleFacts {
  const facts = FACTS[ruleId];
  if (facts === undefined) throw new RangeError(`${ruleId} is no rule of indicators`);
  return facts;
}

export function policyOfIndicatorRule(ruleId: string): RulePolicy {
  return ruleId === HINDSIGHT_RULE ? HINDSIGHT_POLICY : INDICATOR_POLICY;
}
