import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'systemsTable.title': ['Danh mục hệ thống: nhập từ tệp CSV', 'The register of systems: import a CSV file'],
  'systemsTable.back': ['Hệ thống', 'Systems'],
  'systemsTable.download': ['Tải CSV hiện nay', 'Download the present CSV'],
  'systemsTable.text': [
    'UTF-8 (Excel: “CSV UTF-8”), các cột Mã hệ thống, Tên hệ thống, Chủ quản, Đơn vị vận hành, Cấp độ, Căn cứ, Mô tả, thứ tự nào cũng được. Tệp tải ra có đúng các cột đó. Hệ thống được nhận ra theo mã, không thì theo tên ở chủ quản; hệ thống không có trong tệp giữ nguyên, ô trống không xóa gì. Cấp độ ghi ở đây là cấp độ đã quyết định; hồ sơ nhập ở “Nhập bảng năm trước”.',
    'UTF-8 (Excel: “CSV UTF-8”) with columns Code, Name, Owner, Operator, Level, Law profile, Description, in any order. The file that is downloaded has these columns. A system is found again by its code, else by its name at its owner; what is not in the file stays, an empty cell takes nothing away. A level written here is the one decided; dossiers are entered under “Last year’s tables”.',
  ],
  'systemsTable.effect': [
    'Nhập cả tệp hoặc không gì cả, thành một việc. Hoàn lại được khi các hệ thống chưa bị sửa tiếp, ở đây hoặc trong “Nhập bảng năm trước”.',
    'All of the file or nothing, as one act. It can be taken back while these systems were not changed since, here or under “Last year’s tables”.',
  ],
  'systemsTable.rows': ['Các dòng thay đổi điều gì đó', 'Rows that do something'],
  'systemsTable.line': ['Dòng', 'Line'],
  'systemsTable.action': ['Sẽ', 'What happens'],
  'systemsTable.name': ['Tên', 'Name'],
  'systemsTable.code': ['Mã', 'Code'],
  'systemsTable.owner': ['Chủ quản', 'Owner'],
  'systemsTable.operator': ['Vận hành', 'Operator'],
  'systemsTable.level': ['Cấp độ', 'Level'],
  'systemsTable.law': ['Căn cứ', 'Law profile'],
  'systemsTable.description': ['Mô tả', 'Description'],
  'systemsTable.changes': ['Thay đổi', 'Changes'],
  'systemsTable.done': [
    'Đã nhập: {created} mới, {changed} sửa.',
    'Imported: {created} new, {changed} changed.',
  ],
});
