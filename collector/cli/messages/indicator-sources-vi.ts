/** `vonggac indicator source | own` in Vietnamese. */
import type { indicatorSourcesEn, indicatorSourcesHelpEn } from './indicator-sources-en.ts';

export const indicatorSourcesVi: typeof indicatorSourcesEn = {
  none: 'Chưa có chỉ dấu nào và chưa nguồn nào có giá trị mặc định.',
  nothingToSet: 'cần nêu điều muốn đặt: --confidence, --days, --tlp hoặc --description',
  set: (name, version) => `Mặc định của ${name} áp dụng cho những gì nạp từ nay (phiên bản ${version}).`,
  noneOwn: 'Danh sách những gì không bao giờ là chỉ dấu đang trống.',
  addedOwn: (id, value) => `${value} và mọi thứ bên dưới sẽ không bao giờ là chỉ dấu (${id}).`,
  removedOwn: (id) => `Đã bỏ mục ${id} khỏi danh sách.`,
  columns: {
    days: 'SỐ NGÀY',
    indicators: 'CHỈ DẤU',
    retired: 'NGỪNG DÙNG',
    version: 'PHIÊN BẢN',
    description: 'MÔ TẢ',
    reason: 'LÝ DO',
    added: 'THÊM LÚC',
  },
};

export const indicatorSourcesHelpVi: typeof indicatorSourcesHelpEn = {
  indicatorSources: 'các nguồn chỉ dấu, và giá trị mặc định khi tệp của nguồn không nêu',
  indicatorSourceList: 'các nguồn cùng giá trị mặc định và số chỉ dấu của từng nguồn',
  indicatorSourceSet: 'đặt giá trị mặc định của một nguồn; không nêu thì giữ nguyên, "none" thì bỏ',
  indicatorSourceName: 'tên của nguồn',
  indicatorAtVersion: 'chỉ khi nguồn vẫn ở phiên bản này (0: chưa ai đặt)',
  indicatorOwn: 'tên miền và địa chỉ của chính đơn vị, không bao giờ là chỉ dấu',
  indicatorOwnList: 'những gì có trong danh sách đó',
  indicatorOwnAdd: 'thêm một tên miền (cùng mọi tên bên dưới) hoặc một mạng vào danh sách',
  indicatorOwnValue: 'tên miền, địa chỉ hoặc mạng',
  indicatorOwnRemove: 'bỏ một mục khỏi danh sách',
  indicatorOwnId: 'số của mục trong danh sách',
};
