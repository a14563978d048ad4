/** Words of a host's load. */
import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'load.cpu': ['Bộ xử lý', 'Processor'],
  'load.cpuHint': ['phút bận nhất {max} %', 'busiest minute {max} %'],
  'load.memory': ['Bộ nhớ', 'Memory'],
  'load.disk': ['Ổ đĩa hệ thống', 'System disk'],
  'load.ofTotal': ['trên {total}', 'of {total}'],
  'load.told': ['Báo lúc', 'Told'],
  'load.over': ['của {n} phút trước đó', 'of the {n} {n|minute|minutes} before'],
  'load.none': ['Máy chưa báo mức tải nào', 'The host has told no load yet'],
  'load.noneText': [
    'Tác nhân báo mỗi giờ một lần, lần đầu sau năm phút. Máy đang im tiếng thì không báo.',
    'Agents tell it once an hour, first after five minutes. A silent host tells nothing.',
  ],
  'load.chart': ['Mức tải theo thời gian', 'Load over time'],
  'load.chartLabel': ['Phần trăm đã dùng', 'Percent used'],
  'load.cpuMax': ['Phút bận nhất', 'Busiest minute'],
  'load.span': ['Thời gian', 'Time'],
  'load.span.1': ['24 giờ', '24 hours'],
  'load.span.7': ['7 ngày', '7 days'],
  'load.span.30': ['30 ngày', '30 days'],
  'load.own': ['Tác nhân tốn bao nhiêu', 'What the agent costs'],
  'load.ownText': [
    'Phần của chính tác nhân, tính trên toàn máy. Giới hạn đặt ở mục “governor” của cấu hình.',
    'The share of the agent itself, of the whole machine. Its limits are set under “governor” of the settings.',
  ],
  'load.ownNone': [
    'Tác nhân của máy này chưa báo mức tốn của chính nó; chạy lệnh sau trên máy để xem:',
    'The agent of this host does not tell its own cost yet; run this on the host to see it:',
  ],
  'load.ownCpu': ['Bộ xử lý của tác nhân (%)', 'Processor of the agent (%)'],
  'load.ownMemory': ['Bộ nhớ của tác nhân', 'Memory of the agent'],
  'load.empty': ['Không có số liệu trong khoảng này.', 'There are no figures of this time.'],
});
