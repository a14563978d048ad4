/** What alerts say that scheduled hunts raise: what they found, and that they do not run. */
import type { RuleFacts } from './detection.ts';

export const HUNT_FOUND_RULE = 'house-hunt-found';
export const HUNT_FAILING_RULE = 'house-hunt-failing';

const NOTHING = { tags: [], falsePositives: [], references: [] };

export function huntFoundRule(name: string): RuleFacts {
  return {
    ruleId: HUNT_FOUND_RULE,
    title: `Scheduled hunt found events: ${name}`,
    titleVi: `Cuộc săn tìm theo lịch có kết quả: ${name}`,
    description:
      'A hunt that runs by itself found events that it had not counted before. What later runs find joins this alert while it is open.',
    descriptionVi:
      'Một cuộc săn tìm chạy theo lịch đã tìm thấy sự kiện chưa từng được đếm. Kết quả của các lần chạy sau gộp vào cảnh báo này khi nó còn mở.',
    advice:
      'Run the hunt by hand over the time of the run (vonggac hunt runs) and read the events. A hunt that finds what matters each time wants to be a rule: vonggac hunt --as-rule.',
    adviceVi:
      'Chạy lại cuộc săn tìm trong khoảng thời gian của lần chạy (vonggac hunt runs) và đọc các sự kiện. Nếu lần nào cũng có kết quả đáng kể, hãy chuyển thành quy tắc: vonggac hunt --as-rule.',
    severity: 'medium',
    ...NOTHING,
  };
}

export function huntFailingRule(name: string): RuleFacts {
  return {
    ruleId: HUNT_FAILING_RULE,
    title: `Scheduled hunt does not run: ${name}`,
    titleVi: `Cuộc săn tìm theo lịch không chạy được: ${name}`,
    description:
      'A hunt that should run by itself failed three times in a row, or was stopped because its owner may no longer hunt there. Nobody looks for what it looks for.',
    descriptionVi:
      'Một cuộc săn tìm theo lịch đã lỗi ba lần liên tiếp, hoặc bị dừng vì người sở hữu không còn quyền. Hiện không có gì tìm thay cho nó.',
    advice:
      'Read why in "vonggac hunt runs". Narrow a hunt that takes too long; schedule one anew whose owner has gone.',
    adviceVi:
      'Xem lý do bằng "vonggac hunt runs". Thu hẹp cuộc săn tìm chạy quá lâu; đặt lịch lại nếu người sở hữu đã nghỉ hoặc mất quyền.',
    severity: 'medium',
    ...NOTHING,
  };
}
