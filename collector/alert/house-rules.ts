/** What alerts say of themselves that no rule of its own raises: risk, and rules over their budget. */
import type { RuleFacts } from './detection.ts';
import { BUDGET_RULE, RISK_RULES, type RiskKind } from './alert-keys.ts';

const NOTHING = { tags: [], falsePositives: [], references: [] };

const RISK_TEXTS: Readonly<
  Record<RiskKind, Pick<RuleFacts, 'title' | 'titleVi' | 'description' | 'descriptionVi'>>
> = {
  host: {
    title: 'Several rules found something on one host',
    titleVi: 'Nhiều quy tắc cùng phát hiện trên một máy',
    description:
      'What was detected on this host adds up: each detection counts by its severity, falls to a half within a day, and one rule alone cannot bring it over the threshold. What more hosts have counts less.',
    descriptionVi:
      'Các phát hiện trên máy này cộng lại vượt ngưỡng: mỗi phát hiện tính điểm theo mức độ, giảm một nửa sau một ngày, và một quy tắc đơn lẻ không đủ để vượt ngưỡng. Điều gì nhiều máy cùng có thì tính ít hơn.',
  },
  user: {
    title: 'Several rules found something about one user',
    titleVi: 'Nhiều quy tắc cùng phát hiện về một người dùng',
    description:
      'What was detected about this account adds up: each detection counts by its severity, falls to a half within a day, and one rule alone cannot bring it over the threshold. What more hosts have counts less.',
    descriptionVi:
      'Các phát hiện về tài khoản này cộng lại vượt ngưỡng: mỗi phát hiện tính điểm theo mức độ, giảm một nửa sau một ngày, và một quy tắc đơn lẻ không đủ để vượt ngưỡng. Điều gì nhiều máy cùng có thì tính ít hơn.',
  },
};

export function riskRule(kind: RiskKind): RuleFacts {
  return {
    ruleId: RISK_RULES[kind],
    ...RISK_TEXTS[kind],
    advice: 'Read the alerts of the rules named here together: they may be the steps of one attack.',
    adviceVi:
      'Hãy đọc cùng lúc các cảnh báo của những quy tắc nêu ở đây: có thể là các bước của cùng một cuộc tấn công.',
    severity: 'high',
    ...NOTHING,
  };
}

export const DIGEST_RULE = 'house-digest';

/** Of the one row for what is low or what many hosts have. */
export function digestRule(): RuleFacts {
  return {
    ruleId: DIGEST_RULE,
    title: 'Low findings, and what many hosts have in common',
    titleVi: 'Phát hiện mức thấp và những gì nhiều máy cùng có',
    description:
      'What is of low severity, or of medium severity and the same on many hosts, is gathered here while the queue is long. Each alert stands below with its proofs, counts for the risk of its host, and comes back to the queue when it becomes high.',
    descriptionVi:
      'Các cảnh báo mức thấp, hoặc mức trung bình nhưng giống nhau trên nhiều máy, được gom tại đây khi hàng đợi dài. Từng cảnh báo vẫn còn nguyên cùng bằng chứng, vẫn tính vào rủi ro của máy, và trở lại hàng đợi khi lên mức cao.',
    advice:
      'Look through the rules named below once a day. Except what is known to be harmless, and close the row; what comes then is a new one.',
    adviceVi:
      'Mỗi ngày xem qua các quy tắc nêu dưới đây. Tạo ngoại lệ cho những gì đã biết là vô hại rồi đóng dòng này; phần phát sinh sau sẽ thành dòng mới.',
    severity: 'low',
    ...NOTHING,
  };
}

/** Of a rule that would open more alerts than it may. */
export function budgetRule(rule: RuleFacts): RuleFacts {
  return {
    ruleId: BUDGET_RULE,
    title: `Rule over its budget: ${rule.title}`,
    titleVi: `Quy tắc vượt hạn mức cảnh báo: ${rule.titleVi ?? rule.title}`,
    description:
      'The rule would open more alerts in an hour than it may. What is beyond is counted here and opens no alert of its own; the detections are stored with their events.',
    descriptionVi:
      'Quy tắc sinh nhiều cảnh báo trong một giờ hơn mức cho phép. Phần vượt được đếm ở đây và không mở cảnh báo riêng; các phát hiện vẫn được lưu cùng sự kiện.',
    advice:
      'Find out what the values below have in common, and narrow the rule or except what is known to be harmless.',
    adviceVi:
      'Tìm điểm chung của các giá trị bên dưới, rồi thu hẹp quy tắc hoặc tạo ngoại lệ cho những gì đã biết là vô hại.',
    severity: 'medium',
    ...NOTHING,
  };
}
