/** `vonggac demo` bằng tiếng Việt. */
import type { DemoMessages, demoHelpEn } from './demo-en.ts';

const number = (count: number): string => count.toLocaleString('vi');

export const demoVi: DemoMessages = {
  notEmpty: (agencies) =>
    `Bộ thu thập này đã có cơ quan (${agencies.slice(0, 3).join(', ')}): dữ liệu minh họa không bao giờ trộn với dữ liệu thật. Hãy chạy bộ thu thập trên thư mục mới: vonggac start --data demo/, rồi vonggac demo --data demo/`,
  tooFew: (least) => `tỉnh minh họa có ít nhất ${least} máy`,
  phases: {
    register: 'Cơ quan, hệ thống và hồ sơ cấp độ',
    hosts: 'Các máy ghi danh và gửi dữ liệu',
  },
  progress: (told, of) => `  ${number(told)} trên ${number(of)} máy`,
  stopped: 'Đã dừng khi chưa đủ máy; lần chạy sau cần thư mục dữ liệu mới.',
  done: (made) => [
    `Đã có tỉnh Minh Họa: ${made.agencies} cơ quan, ${made.systems} hệ thống, ${number(made.hosts)} máy (${made.silent} máy cố ý im lặng).`,
    'Không có gì trong đó là thật. Xem thử:',
    '  vonggac agency list                 các cơ quan',
    '  vonggac system list                 các hệ thống và cấp độ',
    '  vonggac agent list                  các máy',
    '  vonggac posture status              cấu hình của các máy',
    '  vonggac alert list                  những gì người trực xem trước',
    ...(made.incident === null
      ? []
      : [
          `  vonggac case notice ${made.incident} --kind initial-24h --out thong-bao.docx    thông báo ban đầu 24 giờ của một sự cố`,
        ]),
    '  vonggac compliance assess           các hệ thống đạt yêu cầu của cấp độ đến đâu',
    '  vonggac compliance attest list      các bản xác nhận chờ người thứ hai chấp nhận',
    '  vonggac system deadlines            các thời hạn của hồ sơ cấp độ',
    '  vonggac report --kind mau-08 --period 2026 --out mau-08.docx    bản xem trước của báo cáo năm',
  ],
  staying: 'Các máy giữ kết nối đến khi bấm Ctrl-C; thêm --once thì kết thúc tại đây.',
};

export const demoHelpVi: typeof demoHelpEn = {
  demo: 'đổ vào bộ thu thập trống một tỉnh minh họa: cơ quan, hệ thống, máy gửi dữ liệu; để xem thử và tập huấn',
  demoHosts: 'số máy',
  demoLogs: 'số dòng nhật ký của mỗi máy, trong một ngày trước đó',
  demoSeed: 'cùng một số thì ra cùng một tỉnh',
  demoOnce: 'kết thúc khi đã gửi hết; nếu không, các máy giữ kết nối đến khi bấm Ctrl-C',
};
