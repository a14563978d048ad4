/** `vonggac user` và `vonggac oidc` bằng tiếng Việt. */
import type { peopleEn, peopleHelpEn } from './people-en.ts';

export const peopleVi: typeof peopleEn = {
  invited: (username, until) =>
    `Đã mời ${username}, lời mời có hiệu lực đến ${until}; người đó tự đặt mật khẩu bằng mã sau (POST /api/v1/invitations/accept):`,
  changed: (username) => `Đã thay đổi ${username}; ai bị đổi quyền thì phải đăng nhập lại.`,
  enabled: (username) => `${username} được đăng nhập lại.`,
  unlocked: (username) => `Đã gỡ khóa tạm thời của ${username}.`,
  factorReset: (username) => `${username} không còn yếu tố thứ hai; mọi phiên đã đóng.`,
  linked: (username) => `Từ nay ${username} đăng nhập tại máy chủ đăng nhập tập trung; mật khẩu cũ đã bỏ.`,
  unlinked: (username) =>
    `${username} lại là tài khoản tại chỗ: "vonggac user reset-password ${username}" cấp mật khẩu.`,
  signedOut: (ended) => `Số phiên đã đóng: ${ended}.`,
  noSessions: 'Không có phiên nào đang mở.',
  nothingToChange: 'hãy nêu điều cần đổi: --role hoặc --agency',
  noGroups: 'Chưa nhóm nào được cấp quyền: không ai vào được qua máy chủ đăng nhập tập trung.',
  groupsSet: (groups) => `Đã đặt ${groups} nhóm; có hiệu lực từ lần đăng nhập kế tiếp của mỗi người.`,
  providerAnswers: (issuer, at) => `${issuer} có trả lời; người dùng được chuyển tới ${at}.`,
  providerAway: (issuer, why) => `${issuer} không trả lời: ${why}`,
  unreadable: (file, problem) => `${file} không phải danh sách nhóm: ${problem}`,
  yes: 'có',
  no: 'không',
  roleBy: { groups: 'vai trò theo nhóm', local: 'vai trò cấp tại chỗ', none: 'chưa có vai trò' },
  facts: {
    name: 'họ tên',
    email: 'thư điện tử',
    role: 'vai trò',
    agency: 'cơ quan',
    state: 'trạng thái',
    secondFactor: 'yếu tố thứ hai',
    provider: 'đăng nhập tập trung',
    created: 'tạo lúc',
    lastLogin: 'đăng nhập gần nhất',
  },
  columns: {
    began: 'BẮT ĐẦU',
    used: 'DÙNG GẦN NHẤT',
    ends: 'HẾT HẠN',
    address: 'TỪ',
    client: 'TRÌNH DUYỆT',
    group: 'NHÓM',
  },
};

export const peopleHelpVi: typeof peopleHelpEn = {
  userInvite: 'mời một người tự đặt mật khẩu; mã mời là dòng cuối cùng được in ra',
  userShow: 'mọi điều biết về một người',
  userChange: 'đổi vai trò hoặc cơ quan của một người; người đó phải đăng nhập lại',
  userResetFactor: 'bỏ yếu tố thứ hai của người đã làm mất nó',
  userEnable: 'cho người đã bị khóa tài khoản đăng nhập lại',
  userUnlock: 'gỡ khóa tạm thời do nhập sai mật khẩu',
  userSessions: 'liệt kê các phiên đang mở của một người',
  userSignOut: 'đóng các phiên của một người',
  userSession: 'chỉ phiên này',
  userLink: 'nêu tài khoản này là ai ở máy chủ đăng nhập tập trung; mật khẩu của nó bị bỏ',
  userSubject: '"sub" của người đó ở máy chủ đăng nhập tập trung',
  userUnlink: 'đưa tài khoản trở lại tại chỗ',
  oidc: 'máy chủ đăng nhập tập trung',
  oidcCheck: 'hỏi máy chủ đăng nhập tập trung; mã thoát 1 khi nó không trả lời',
  oidcGroups: 'liệt kê nhóm nào được cấp gì',
  oidcSet: 'đặt nhóm nào được cấp gì, theo tệp JSON (docs/people.md); - đọc từ đầu vào chuẩn',
  oidcFile: 'tệp, xếp theo thứ tự ưu tiên',
};
