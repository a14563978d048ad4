/** Lệnh `vonggac inventory` bằng tiếng Việt. */
import { categoryTitles } from '../../inventory/category-titles.ts';
import type { InventoryMessages } from './inventory-en.ts';
import type { inventoryHelpEn } from './inventory-en.ts';

export const inventoryVi: InventoryMessages = {
  categories: categoryTitles('vi'),
  states: { complete: 'đầy đủ', partial: 'một phần', failed: 'không đọc được', unknown: 'chưa rõ' },
  changes: { added: 'thêm', changed: 'đổi', removed: 'mất' },
  columns: {
    category: 'Loại',
    code: 'Tên cho --category',
    items: 'Số mục',
    state: 'Đọc được',
    toldAt: 'Báo lúc',
    item: 'Mục',
    facts: 'Thông tin',
    change: 'Thay đổi',
  },
  heading: (host, at) => `${host}, tại thời điểm ${at}`,
  diffHeading: (host, from, to) => `${host}, từ ${from} đến ${to}`,
  nothingTold: 'Đến lúc đó chưa có thông tin nào về máy này.',
  seeCategory: 'Xem các mục của một loại: --category TÊN. Xem tất cả: --json.',
  failed: (category, reason) =>
    `${category}: agent không đọc được (${reason}); đang hiện những gì thấy lần gần nhất.`,
  unread: (category, reasons) => `${category}: phần không đọc được: ${reasons}`,
  truncated: (category, count) => `${category}: còn ${count} mục bị bỏ bớt vì quá nhiều.`,
  differs: (category) =>
    `${category}: ở đây thiếu bản ghi mà agent đã báo; lần báo đầy đủ kế tiếp (trong một tuần) sẽ bù lại.`,
  noChange: 'Không có gì thay đổi.',
  unknownThen: (category) => `${category}: một trong hai thời điểm chưa có thông tin.`,
  more: 'Còn nhiều hơn những gì đã xem xét: hãy hỏi hẹp hơn.',
  found: (hosts, all) => `${hosts} trên ${all} máy đã báo loại này.`,
  incomplete: (count, names) => `${count} máy chưa biết đầy đủ: ${names}`,
};

export const inventoryHelpVi: typeof inventoryHelpEn = {
  inventory: 'máy có những gì, hiện nay hoặc vào một ngày bất kỳ trước đó',
  inventoryHost: 'tên máy, hoặc mã agent, hoặc các ký tự đầu của mã',
  inventoryAt: 'thời điểm, ví dụ 2026-11-01 (cuối ngày đó) hoặc 2026-11-01T08:00+07:00 (mặc định: hiện tại)',
  inventoryCategory: 'chỉ một loại',
  inventoryDiff: 'những thay đổi trên một máy giữa hai thời điểm',
  inventoryFrom: 'thời điểm trước, viết như --at',
  inventoryTo: 'thời điểm sau, viết như --at (mặc định: hiện tại)',
  inventoryFind: 'những máy nào có: một gói, một cổng, một người dùng, một hệ điều hành cũ',
  inventoryFindCategory: 'tìm trong loại nào',
  inventoryKey: 'tên của mục; * là bất kỳ (mặc định: *)',
  inventoryVersionBelow: 'chỉ phiên bản thấp hơn phiên bản này, theo thứ tự của dpkg hoặc rpm',
  inventoryWhere: 'chỉ mục có thông tin này, TÊN=GIÁ-TRỊ; có thể lặp lại',
  inventoryAgency: 'chỉ một đơn vị',
};
