/** `vonggac quota` và `vonggac bandwidth` bằng tiếng Việt. */
import type { LimitsMessages, limitsHelpEn } from './limits-en.ts';

export const limitsVi: LimitsMessages = {
  all: 'tất cả',
  each: 'từng tác tử',
  together: 'cộng lại',
  quotaSet: (id) => `Hạn mức ${id} có hiệu lực từ bây giờ: phần vượt phải chờ, không bị bỏ.`,
  quotaCleared: (id) => `Hạn mức ${id} không còn hiệu lực.`,
  noQuotas: 'Không có hạn mức nào.',
  capSet: (id) =>
    `Giới hạn đường truyền ${id} có hiệu lực từ bây giờ, chia đều cho các tác tử đang trực tuyến.`,
  capCleared: (id) => `Giới hạn đường truyền ${id} không còn hiệu lực.`,
  noCaps: 'Không có giới hạn đường truyền nào.',
  notHours: (text) => `"${text}" không phải khoảng giờ trong ngày, ví dụ 7-18, hoặc 22-6 qua nửa đêm`,
  columns: {
    each: 'CHO',
    eventsPerSecond: 'SỰ KIỆN/GIÂY',
    mbPerDay: 'MB/NGÀY',
    slowing: 'ĐANG HÃM',
    prefix: 'DẢI ĐỊA CHỈ',
    hours: 'GIỜ',
    timeZone: 'MÚI GIỜ',
    kbps: 'KBIT/GIÂY',
  },
};

export const limitsHelpVi: typeof limitsHelpEn = {
  quota: 'cơ quan và nhóm được gửi bao nhiêu; phần vượt phải chờ',
  quotaSet: 'đặt hạn mức cho một cơ quan (gồm các cơ quan trực thuộc), một nhóm, hoặc tất cả',
  quotaList: 'liệt kê hạn mức, và hạn mức nào đang hãm',
  quotaClear: 'bỏ một hạn mức',
  quotaPerAgent: 'cho từng tác tử, thay vì cộng lại',
  quotaEps: 'số sự kiện mỗi giây; dồn trong mười giây vẫn qua',
  quotaMbPerDay: 'số megabyte mỗi ngày, chưa nén; phần vượt được nhận theo mức trung bình của ngày',
  limitAgency: 'số hiệu cơ quan',
  limitGroup: 'nhóm tác tử',
  limitId: 'số của nó trong danh sách',
  bandwidth: 'đường truyền của các điểm được dùng bao nhiêu theo giờ, chia cho các tác tử của điểm đó',
  bandwidthSet: 'giới hạn đường truyền của một cơ quan (gồm các cơ quan trực thuộc) hoặc một dải địa chỉ',
  bandwidthList: 'liệt kê giới hạn đường truyền',
  bandwidthClear: 'bỏ một giới hạn đường truyền',
  bandwidthPrefix: 'địa chỉ của điểm, ví dụ 10.20.30.0/24 hoặc 2001:db8:7::/48',
  bandwidthHours: 'từ giờ nào đến giờ nào, ví dụ 7-18, 22-6 hoặc 0-24',
  bandwidthKbps: 'kilobit mỗi giây, mọi tác tử của điểm cộng lại',
  bandwidthZone: 'múi giờ của các giờ đó',
};
