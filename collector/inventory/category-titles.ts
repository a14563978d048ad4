/** What hosts tell of themselves, as people call it. */
import type { BothLanguages } from '#protocol/posture-policy.ts';

export const CATEGORY_TITLES: Readonly<Record<string, BothLanguages>> = {
  os: { vi: 'Hệ điều hành', en: 'Operating system' },
  hardware: { vi: 'Phần cứng', en: 'Hardware' },
  'network-interface': { vi: 'Giao diện mạng', en: 'Network interfaces' },
  user: { vi: 'Người dùng', en: 'Users' },
  'listening-port': { vi: 'Cổng đang mở', en: 'Listening ports' },
  package: { vi: 'Gói phần mềm', en: 'Packages' },
  'patch-level': { vi: 'Mức vá lỗi', en: 'Patch level' },
  group: { vi: 'Nhóm người dùng', en: 'Groups' },
  'sudo-rule': { vi: 'Quy tắc sudo', en: 'Rules of sudo' },
  'ssh-key': { vi: 'Khóa SSH được đăng nhập', en: 'SSH keys that may log in' },
  service: { vi: 'Dịch vụ', en: 'Services' },
  mount: { vi: 'Điểm gắn kết', en: 'Mounts' },
  disk: { vi: 'Ổ đĩa', en: 'Disks' },
  'scheduled-task': { vi: 'Tác vụ theo lịch', en: 'Scheduled tasks' },
  'kernel-module': { vi: 'Mô-đun nhân', en: 'Kernel modules' },
  container: { vi: 'Container', en: 'Containers' },
  'usb-device': { vi: 'Thiết bị USB', en: 'USB devices' },
  neighbour: { vi: 'Máy lân cận trên mạng', en: 'Neighbours on the network' },
  route: { vi: 'Tuyến mạng', en: 'Routes' },
  'dns-server': { vi: 'Máy chủ DNS', en: 'Name servers' },
  clock: { vi: 'Đồng hồ', en: 'Clock' },
  'backup-job': { vi: 'Sao lưu', en: 'Backups' },
  certificate: { vi: 'Chứng thư số', en: 'Certificates' },
  firewall: { vi: 'Tường lửa', en: 'Firewalls' },
  'access-control': { vi: 'Kiểm soát truy cập', en: 'Access control' },
  antivirus: { vi: 'Phòng chống mã độc', en: 'Antivirus' },
  locale: { vi: 'Múi giờ và ngôn ngữ', en: 'Time zone and language' },
  'startup-item': { vi: 'Mục tự khởi động', en: 'What starts by itself' },
  'browser-extension': { vi: 'Tiện ích trình duyệt', en: 'Browser extensions' },
  share: { vi: 'Thư mục chia sẻ', en: 'Shares' },
};

/** Title by category. */
export function categoryTitles(language: keyof BothLanguages): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(CATEGORY_TITLES).map(([name, title]) => [name, title[language]]));
}
