import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'guide.title': ['Hướng dẫn', 'Guides'],
  'guide.lead': [
    'Viết cho người dùng hằng ngày, theo thứ tự của công việc. Mỗi trang của bảng điều khiển có dấu hỏi dẫn tới chương của nó.',
    'Written for people who use this every day, in the order of the work. The question mark on each page leads to its chapter.',
  ],
  'guide.all': ['Các hướng dẫn', 'All guides'],
  'guide.contents': ['Nội dung', 'Contents'],
  'guide.none': ['Không có hướng dẫn này', 'There is no such guide'],
});
