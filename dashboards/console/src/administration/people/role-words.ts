/** What a role is for, in a sentence. */
import type { Words } from '../../i18n/messages.ts';
import type { Person } from './people-api.ts';

export const rolePurpose: Readonly<Record<Person['role'], Words>> = {
  administrator: [
    'Điều hành vọng gác: người dùng, mã, cơ quan, chính sách, lưu giữ. Được làm mọi việc.',
    'Runs the watch post: people, tokens, agencies, policies, retention. May do everything.',
  ],
  'soc-lead': [
    'Dẫn dắt phân tích viên: duyệt ngoại lệ và lệnh ứng phó, đổi luật, giữ chứng cứ, xem nhật ký kiểm toán.',
    'Leads analysts: approves exceptions and commands, changes rules, holds evidence, reads the audit trail.',
  ],
  analyst: [
    'Xử lý cảnh báo, vụ việc, săn tìm; đề nghị lệnh ứng phó và ngoại lệ.',
    'Works on alerts, cases and hunts; asks for commands and exceptions.',
  ],
  'agency-operator': [
    'Cho máy của cơ quan mình vào gác, trả lời yêu cầu, đề nghị ngoại lệ. Dữ liệu cá nhân chỉ mở khi có lý do.',
    "Lets an agency's own hosts in, answers requests, asks for exceptions. Personal data for a reason only.",
  ],
  'agency-viewer': [
    'Chỉ xem. Dữ liệu cá nhân bị che.',
    'Looks and changes nothing. Personal data is masked.',
  ],
  auditor: [
    'Xem ai được làm gì và ai đã làm gì, không thay đổi gì. Dữ liệu cá nhân bị che. Hợp với đoàn thanh tra, kèm ngày hết hạn.',
    'Sees who may do what and who did what; changes nothing. Personal data is masked. Fits inspectors, with an end.',
  ],
  api: [
    'Dành cho máy: chỉ những quyền được chọn; không chọn thì chỉ xem. Không bao giờ ra lệnh, duyệt hay đọc dữ liệu cá nhân.',
    'For machines: only what is chosen; nothing chosen means to look. Never commands, approvals or personal data.',
  ],
};

/** Roles of people in the order of what they may. */
export const personRoles = [
  'agency-viewer',
  'agency-operator',
  'analyst',
  'soc-lead',
  'auditor',
  'administrator',
] as const;
