/** Words of the field that takes a file. */
import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'file.drop': ['Chọn tệp, hoặc kéo thả tệp vào đây.', 'Choose a file, or drop it here.'],
  'file.dropMany': ['Chọn các tệp, hoặc kéo thả vào đây.', 'Choose files, or drop them here.'],
  'file.limit': ['Tối đa {size}.', 'At most {size}.'],
  'file.limitTypes': ['{types}, tối đa {size}.', '{types}, at most {size}.'],
  'file.fault.type': ['{name}: chỉ nhận {types}', '{name}: only {types}'],
  'file.fault.large': ['{name}: {size}, tối đa {max}', '{name}: {size}, at most {max}'],
  'file.fault.empty': ['{name}: tệp rỗng', '{name}: the file is empty'],
  'file.fault.many': ['Chỉ nhận một tệp', 'One file only'],
  'file.sending': ['Đang gửi {name}: {percent}%', 'Sending {name}: {percent}%'],
  'file.sent': ['Đã gửi {name}, chờ máy chủ nhận', '{name} is sent, the server takes it in'],
});
