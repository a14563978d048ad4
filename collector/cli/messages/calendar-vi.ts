/** `vonggac calendar` và `vonggac group` bằng tiếng Việt. */
import type { calendarHelpEn, CalendarMessages } from './calendar-en.ts';

export const calendarVi: CalendarMessages = {
  dayNames: ['t2', 't3', 't4', 't5', 't6', 't7', 'cn'],
  none: 'Không cơ quan nào có lịch riêng: theo tuần làm việc thường lệ (t2-t6, 07:00-18:00).',
  own: (agency) => `Cơ quan ${agency} có lịch riêng.`,
  inherited: (agency, of) =>
    of === null
      ? `Cơ quan ${agency} theo tuần làm việc thường lệ của Việt Nam.`
      : `Cơ quan ${agency} theo lịch của cơ quan ${of}.`,
  week: (days, from, to, zone) => `Làm việc ${days}, ${from}-${to} (${zone}).`,
  off: (year, days) => `Ngày nghỉ năm ${year}: ${days}`,
  working: (year, days) => `Ngày làm thêm ngoài tuần năm ${year}: ${days}`,
  announced: (year, isAnnounced) =>
    isAnnounced === null
      ? `Chưa biết ngày lễ năm ${year}: hãy đặt bằng --off.`
      : isAnnounced
        ? `Ngày lễ năm ${year} theo thông báo cho cơ quan nhà nước; hãy đối chiếu với văn bản.`
        : `Ngày lễ năm ${year} chỉ theo luật: hãy sửa khi có thông báo.`,
  nothing:
    'hãy nêu điều cần đổi: --days, --hours, --time-zone, --off, --working, --usual hoặc --vietnam-holidays',
  notDays: (text) => `"${text}" không phải các ngày trong tuần, ví dụ t2-t6 hoặc t2-t6,t7`,
  notHours: (text) => `"${text}" không phải giờ làm việc trong một ngày, ví dụ 07:00-17:30`,
  notDate: (text) => `"${text}" không phải ngày, ví dụ 2027-02-05`,
  notProfile: (text, choices) => `"${text}" không thuộc: ${choices}`,
  yes: 'có',
  no: 'không',
  noGroups: 'Không có nhóm tác tử nào; mã ghi danh tạo ra chúng.',
  profiles: {
    always: 'luôn bật',
    office: 'trong giờ làm việc',
    usual: 'theo loại máy (máy chủ và Linux luôn bật, máy khác trong giờ làm việc)',
  },
  profileSet: (group, expected) => `Máy của nhóm ${group} được mong đợi: ${expected}.`,
  columns: {
    days: 'NGÀY',
    hours: 'GIỜ',
    timeZone: 'MÚI GIỜ',
    off: 'NGÀY NGHỈ',
    working: 'NGÀY LÀM THÊM',
    holidays: 'NGHỈ LỄ',
    agents: 'TÁC TỬ',
    expected: 'MONG ĐỢI',
  },
};

export const calendarHelpVi: typeof calendarHelpEn = {
  calendar: 'giờ làm việc của các cơ quan: máy văn phòng chỉ bị coi là vắng trong giờ đó',
  calendarList: 'liệt kê cơ quan có lịch riêng',
  calendarShow: 'lịch mà một cơ quan theo, kèm ngày nghỉ và ngày làm thêm của một năm',
  calendarSet:
    'cho một cơ quan (gồm các cơ quan trực thuộc) lịch riêng, hoặc sửa lịch; điều không nêu thì giữ nguyên',
  calendarClear: 'bỏ lịch riêng của một cơ quan: theo lịch của cấp trên',
  calendarAgency: 'số hiệu cơ quan',
  calendarYear: 'năm cần xem; mặc định năm nay',
  calendarDays: 'các ngày làm việc trong tuần, ví dụ t2-t6 hoặc t2-t6,t7',
  calendarHours: 'giờ làm việc, ví dụ 07:00-17:30',
  calendarZone: 'múi giờ của các giờ đó',
  calendarOff: 'thêm ngày nghỉ, ví dụ 2027-04-29,2027-09-01',
  calendarWorking: 'ngày vẫn làm việc, ví dụ thứ bảy làm bù; đứng trước mọi ngày nghỉ',
  calendarUsual: 'ngày trở lại như tuần làm việc và ngày lễ quy định',
  calendarHolidays: 'ngày lễ của Việt Nam là ngày nghỉ',
  calendarNoHolidays: 'ngày lễ của Việt Nam như ngày thường',
  groupCommand: 'nhóm tác tử, và khi nào máy của nhóm được mong đợi',
  groupList: 'liệt kê nhóm tác tử',
  groupProfile: 'nói khi nào máy của một nhóm được mong đợi',
  groupProfileValue: '`always`: luôn bật; `office`: trong giờ làm việc; `usual`: theo loại máy',
};
