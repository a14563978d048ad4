/** What the commands about expected machines say, in Vietnamese. */
import type { installedEn, installedHelpEn } from './installed-en.ts';

export const installedVi: typeof installedEn = {
  columns: {
    expected: 'CẦN CÀI',
    installed: 'ĐÃ CÀI',
    missing: 'CHƯA CÀI',
    silent: 'IM LẶNG',
    outdated: 'BẢN CŨ',
    unlisted: 'NGOÀI DANH SÁCH',
    id: 'SỐ',
    machine: 'MÁY',
    place: 'VỊ TRÍ',
    person: 'NGƯỜI DÙNG',
    state: 'TRẠNG THÁI',
    since: 'TỪ LÚC',
    why: 'LÝ DO',
    last: 'LẦN CUỐI',
    system: 'HỆ ĐIỀU HÀNH',
    times: 'SỐ LẦN',
    address: 'ĐỊA CHỈ',
  },
  totals: ({ expected, installed, missing }) =>
    expected === null
      ? `${installed} máy có tác nhân; chưa biết cần cài bao nhiêu: hãy chạy "vonggac installed import TỆP" hoặc "vonggac installed count CƠ-QUAN SỐ"`
      : `đã cài ${installed}/${expected} máy; còn ${missing ?? 0} máy chưa cài`,
  unnamed: (count) => `${count} máy trong số đã khai chưa có tên trong danh sách`,
  contradiction: (agency, listed, counted) =>
    `mâu thuẫn: danh sách của ${agency} có ${listed} máy, số đã khai là ${counted}`,
  whichOnes: 'xem những máy nào: "vonggac installed --missing"',
  elsewhere: (agency) => `đang báo về từ ${agency}`,
  nothing:
    'chưa khai máy nào và chưa máy nào có tác nhân: "vonggac installed import TỆP" để nhập danh sách, "vonggac installed count CƠ-QUAN SỐ" để khai số máy',
  removed: (count, dryRun) => `${dryRun ? 'sẽ bỏ' : 'đã bỏ'} ${count} máy khỏi danh sách`,
  counted: (machines) =>
    machines === null ? 'đã bỏ số máy đã khai của cơ quan này' : `cơ quan này cần cài ${machines} máy`,
  taken: (id) => `đã bỏ máy số ${id} khỏi danh sách`,
  noRefusal: 'chưa máy nào bị từ chối',
};

export const installedHelpVi: typeof installedHelpEn = {
  installed: 'máy nào cần cài tác nhân, máy nào đã cài, máy nào chưa và vì sao',
  installedAgency: 'của cơ quan này và các cơ quan bên dưới',
  installedMissing: 'chỉ những máy chưa có tác nhân',
  installedState: 'chỉ những máy ở các trạng thái này',
  installedText: 'chỉ những máy có các chữ này trong tên, vị trí, người dùng, mã tài sản hay số sê-ri',
  installedCsv: 'dạng CSV, "installed import" đọc lại được',
  installedImport: 'nhập danh sách máy từ tệp CSV; sai một dòng thì không nhập gì',
  installedImportAgency: 'cơ quan của những dòng không ghi cơ quan; mặc định là cơ quan trên cùng',
  installedReplace: 'tệp là toàn bộ danh sách của các cơ quan có trong tệp: bỏ những máy khác của họ',
  installedExport: 'ghi danh sách kèm trạng thái ra tệp CSV mới, import đọc lại được',
  installedCount: 'khai số máy của một cơ quan',
  installedMachines: 'số máy, hoặc "none" để bỏ số đã khai',
  installedSource: 'số này lấy từ đâu',
  installedRemove: 'bỏ một máy khỏi danh sách',
  installedId: 'số của máy trong danh sách',
  installedRefusals: 'những máy bị từ chối khi ghi danh, theo lời chúng tự khai',
};
