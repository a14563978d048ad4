/** The guides by their names in addresses, each in both languages. */
import type { Words } from '../i18n/messages.ts';

type Entry = { readonly slug: string; readonly title: Words; readonly about: Words };

export const guideList: readonly Entry[] = [
  {
    slug: 'installing-agents',
    title: ['Cài tác nhân ở cơ quan', 'Installing agents at an agency'],
    about: [
      'Cho cán bộ công nghệ thông tin: mã ghi danh, cài đặt, kiểm tra, gỡ lỗi.',
      'For IT staff: join tokens, installing, checking, what to do when a host does not appear.',
    ],
  },
  {
    slug: 'a-day-on-duty',
    title: ['Một ca trực ở trung tâm giám sát', 'A day on duty in the SOC'],
    about: [
      'Cho người trực: nhận ca, xử lý cảnh báo, săn tìm, mở vụ việc, giao ca.',
      'For analysts: taking over, triage, hunting, cases, handing over.',
    ],
  },
  {
    slug: 'from-dossier-to-report',
    title: ['Từ hồ sơ cấp độ đến báo cáo có chữ ký', 'From level dossier to signed report'],
    about: [
      'Cho người phụ trách tuân thủ và lãnh đạo: hồ sơ, bằng chứng, kế hoạch, Mẫu 08.',
      'For compliance officers and leaders: dossiers, evidence, the plan, the yearly report.',
    ],
  },
  {
    slug: 'hunting',
    title: ['Săn tìm điều chưa luật nào thấy', 'Hunting for what no rule found'],
    about: [
      'Cho người phân tích: đặt câu hỏi, đọc kết quả, lưu và đặt lịch, dấu hiệu xâm nhập.',
      'For analysts: asking, reading the answer, kept hunts and schedules, indicators.',
    ],
  },
  {
    slug: 'watching-hosts',
    title: ['Canh các máy', 'Watching hosts'],
    about: [
      'Cho người phân tích và cán bộ công nghệ thông tin: im tiếng, thay đổi, lỗ hổng, ứng phó.',
      'For analysts and IT staff: silence, changes, vulnerabilities, acting on hosts.',
    ],
  },
  {
    slug: 'rules-and-exceptions',
    title: ['Luật và ngoại lệ', 'Rules and exceptions'],
    about: [
      'Cho người tinh chỉnh: trạng thái, viết và thử luật, nhập luật, ngoại lệ có hạn.',
      'For who tunes the watch: states, writing and trying rules, imports, exceptions that end.',
    ],
  },
  {
    slug: 'training-with-stories',
    title: ['Tập huấn bằng kịch bản tấn công', 'Training with attack stories'],
    about: [
      'Cho người trực và người hướng dẫn: mười kịch bản, và cách đọc một vụ việc được đề xuất.',
      'For analysts and those who teach them: ten stories, and how to read a proposed case.',
    ],
  },
  {
    slug: 'administration',
    title: ['Quản trị', 'Administration'],
    about: [
      'Cho quản trị viên: cơ quan, người dùng, khóa, kênh báo tin, giữ dữ liệu, kiểm toán.',
      'For administrators: agencies, people, keys, who is told, what is kept, the audit trail.',
    ],
  },
];
