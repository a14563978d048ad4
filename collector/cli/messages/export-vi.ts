/** Xuất tệp CSV, bằng tiếng Việt. */
import type { exportEn, exportHelpEn } from './export-en.ts';

export const exportVi: typeof exportEn = {
  progress: (rows) => `${rows} dòng`,
  written: (rows, file) => `Đã ghi ${rows} dòng vào ${file}.`,
  perhapsMore: 'Có thể còn nữa: hãy tăng --limit hoặc thu hẹp điều kiện.',
  unwritable: (file, code) => `không ghi được ${file} (${code})`,
};

export const exportHelpVi: typeof exportHelpEn = {
  alertExport: 'ghi các cảnh báo theo bộ lọc vào tệp CSV mở bằng Excel; việc này được ghi nhật ký',
  exportOut: 'tệp kết quả; có đủ hoặc không có gì',
  exportLimit: 'nhiều nhất bấy nhiêu dòng (10000)',
  huntCsv: 'ghi các sự kiện vào tệp CSV mở bằng Excel; việc này được ghi nhật ký',
};
