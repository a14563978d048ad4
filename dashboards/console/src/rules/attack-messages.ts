/** Words of the ATT&CK matrix. */
import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'attack.title': ['Ma trận ATT&CK', 'ATT&CK matrix'],
  'attack.sum': [
    '{techniques} kỹ thuật, {data} có dữ liệu',
    '{techniques} {techniques|technique|techniques}, {data} with data',
  ],
  'attack.product': ['Nền tảng', 'Platform'],
  'attack.all': ['Tất cả', 'All'],
  'attack.toLogs': ['Nhật ký còn thiếu', 'Missing logs'],
  'attack.layer': ['Tải lớp cho Navigator', 'Navigator layer'],
  'attack.asTable': ['Dạng bảng', 'As a table'],
  'attack.asMatrix': ['Dạng ma trận', 'As a matrix'],
  'attack.tactic': ['Chiến thuật', 'Tactic'],
  'attack.technique': ['Kỹ thuật', 'Technique'],
  'attack.rules': ['Luật đang bật', 'Rules on'],
  'attack.withData': ['Có dữ liệu', 'With data'],
  'attack.matches': ['Khớp 30 ngày', 'Matches, 30 days'],
  'attack.cell': [
    '{id}: {rules} luật, {data} có dữ liệu, {matches} lần khớp trong 30 ngày',
    '{id}: {rules} {rules|rule|rules}, {data} with data, {matches} {matches|match|matches} in 30 days',
  ],
  'attack.cellRules': ['{n} luật', '{n} {n|rule|rules}'],
  'attack.none': ['Chưa có luật', 'No rules'],
  'attack.empty': [
    'Chưa có luật nào đang bật mang nhãn ATT&CK cho lựa chọn này',
    'No rule that is on has an ATT&CK tag for this choice',
  ],
  'attack.others': ['Không rõ chiến thuật', 'Of no known tactic'],
  'attack.legendData': ['Có dữ liệu và có luật', 'Rules, and data arrives'],
  'attack.legendNoData': ['Có luật, chưa có dữ liệu', 'Rules, but no data'],
  'attack.legendMatches': ['Có khớp trong 30 ngày', 'Matched in 30 days'],
});
