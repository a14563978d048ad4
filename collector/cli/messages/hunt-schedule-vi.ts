/** `vonggac hunt schedule | unschedule | runs` in Vietnamese. */
import type { huntScheduleEn, huntScheduleHelpEn } from './hunt-schedule-en.ts';

export const huntScheduleVi: typeof huntScheduleEn = {
  oneTurn: 'cần nêu lúc chạy: --every PHÚT (15 đến 44640) hoặc --daily GIỜ:PHÚT',
  scheduled: (name, next) => `"${name}" sẽ tự chạy, lần tới lúc ${next}.`,
  paused: (name) => `"${name}" đã có lịch và đang tạm dừng.`,
  unscheduled: (name) => `"${name}" không còn tự chạy. Các lần chạy trước vẫn xem được.`,
  noneKept: 'Chưa lưu cuộc săn tìm nào. POST /api/v1/hunts để lưu (docs/hunting.md).',
  noRuns: 'Chưa có lần tự chạy nào.',
  every: (minutes) => `mỗi ${minutes} phút`,
  daily: (at, zone) => `hằng ngày ${at} (${zone})`,
  never: 'không có lịch',
  columns: {
    id: 'MÃ',
    name: 'TÊN',
    when: 'LỊCH',
    state: 'TRẠNG THÁI',
    next: 'LẦN TỚI',
    missed: 'BỎ LỠ',
    at: 'LÚC',
    from: 'TỪ',
    to: 'ĐẾN',
    events: 'SỰ KIỆN',
    hosts: 'MÁY',
    seconds: 'GIÂY',
    fault: 'LỖI',
  },
  states: { well: 'tốt', failing: 'đang lỗi', stopped: 'đã dừng', paused: 'tạm dừng' },
  outcomes: { done: 'xong', failed: 'lỗi', stopped: 'đã dừng' },
};

export const huntScheduleHelpVi: typeof huntScheduleHelpEn = {
  huntSchedule: 'cho một cuộc săn tìm đã lưu tự chạy; kết quả mới tạo cảnh báo',
  huntUnschedule: 'thôi tự chạy một cuộc săn tìm đã lưu',
  huntRuns: 'kết quả từng lần chạy; không nêu tên: mọi cuộc săn tìm đã lưu cùng lịch',
  huntKept: 'mã hoặc tên của cuộc săn tìm đã lưu',
  huntEvery: 'mỗi chừng ấy phút, từ 15 trở lên',
  huntDaily: 'hằng ngày vào giờ này, theo giờ của cơ quan sở hữu',
  huntOverlap: 'nhìn lại chừng ấy phút trước lần chạy trước, cho sự kiện đến muộn (5 đến 10080)',
  huntThreshold: 'từ chừng ấy sự kiện mới thì tạo cảnh báo',
  huntPaused: 'có lịch nhưng chưa chạy, đến khi đặt lịch lại không có tùy chọn này',
};
