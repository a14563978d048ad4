/** What is said while the agent is taken off a host, in Vietnamese. */
import type { UninstallMessages } from './uninstall-en.ts';

export const uninstallVi: UninstallMessages = {
  help: {
    uninstall: 'chào bộ thu thập và gỡ những gì tác nhân lưu trên máy này',
    token: 'mã bộ thu thập cấp cho máy này: vonggac agent uninstall-token ID',
    force: 'không cần mã; bộ thu thập sẽ báo động',
    keepState: 'giữ nguyên danh tính, hàng đợi và cấu hình',
  },
  needsToken: (agentId) =>
    `Việc này phải được bộ thu thập cho phép. Chạy ở đó: vonggac agent uninstall-token ${agentId}, rồi đưa mã vào đây bằng --token; hoặc dùng --force, khi đó sẽ có báo động.`,
  told: 'Tác nhân đã chào bộ thu thập.',
  notTold: 'Chưa báo được cho bộ thu thập: máy này sẽ hiện là im lặng cho đến khi tác nhân bị thu hồi.',
  stillRunning: 'Tác nhân chưa dừng; chưa gỡ gì cả. Xem nhật ký của nó, hoặc dừng dịch vụ rồi thử lại.',
  done: (stateDir) => `${stateDir} đã được gỡ. Còn lại là chương trình và dịch vụ: hãy gỡ gói cài đặt.`,
  doneKept: (stateDir) => `Tác nhân đã dừng; ${stateDir} vẫn còn.`,
  faults: {
    unreadable: 'Đây không phải một mã đầy đủ. Chép lại, từ "vguninst1." đến ký tự cuối.',
    'other-agent': 'Mã này dành cho tác nhân khác.',
    expired: 'Mã này đã hết hạn (hoặc đồng hồ máy này sai). Hãy xin mã mới.',
    'not-trusted': 'Mã này không do ai mà tác nhân tin cậy ký.',
  },
};
