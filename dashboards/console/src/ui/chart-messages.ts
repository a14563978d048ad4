/** Words beside a chart over time. */
import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'chart.table': ['Xem dạng bảng', 'Show as a table'],
  'chart.time': ['Từ lúc', 'From'],
  'chart.brush': [
    'Kéo chuột trên biểu đồ để chọn khoảng thời gian',
    'Drag across the chart to choose a span',
  ],
  'chart.choose': ['Chọn khoảng này', 'Choose this span'],
  'chart.cut': ['Bảng chỉ có {n} khoảng mới nhất.', 'The table has the newest {n} spans only.'],
  'chart.total': ['Tổng', 'Total'],
});
