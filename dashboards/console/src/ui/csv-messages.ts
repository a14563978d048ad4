import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'csv.file': ['Tệp CSV', 'CSV file'],
  'csv.look': ['Xem trước', 'Look first'],
  'csv.do': ['Nhập {n} dòng', 'Import {n} {n|row|rows}'],
  'csv.created': ['Thêm mới', 'New'],
  'csv.changed': ['Sửa', 'Changed'],
  'csv.unchanged': ['Giữ nguyên', 'As they are'],
  'csv.nothing': ['Tệp không thay đổi gì.', 'The file changes nothing.'],
  'csv.faults': ['Chỗ sai', 'Faults'],
  'csv.faultText': [
    'Còn chỗ sai nên chưa ghi gì. Sửa tệp rồi chọn lại.',
    'There are faults, so nothing is written. Mend the file and choose it again.',
  ],
  'csv.line': ['Dòng', 'Line'],
  'csv.column': ['Cột', 'Column'],
  'csv.why': ['Vì sao', 'Why'],
  'csv.more': ['và {n} chỗ sai nữa', 'and {n} more'],
});
