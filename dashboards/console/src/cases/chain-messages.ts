/** The words of chains: why alerts belong together. */
import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'chain.proposals': ['Đề xuất vụ việc', 'Proposed cases'],
  'chain.considered': [
    'Ghép từ {n} cảnh báo đang mở, chưa thuộc vụ việc nào',
    'Formed of {n} open {n|alert|alerts} that {n|is|are} in no case',
  ],
  'chain.untold': [
    'Còn {n} cảnh báo nữa cũng thuộc về đây.',
    '{n} more {n|alert belongs|alerts belong} to it, too.',
  ],
  'chain.cut': [
    'Ghép từ {n} trong {open} cảnh báo đang mở, chưa thuộc vụ việc nào. Mỗi máy lấy 4 cảnh báo mới nhất của một luật, nhiều nhất 60; cảnh báo nặng lấy trước.',
    'Formed of {n} of {open} open {open|alert|alerts} that are in no case. Of each host the 4 newest of a rule are taken, 60 at most; severe ones first.',
  ],
  'chain.none': ['Không có cảnh báo nào cần ghép', 'No alerts belong together'],
  'chain.noneText': [
    'Khi nhiều cảnh báo có chung tiến trình, tệp, địa chỉ hay tài khoản, chúng hiện ở đây thành một vụ việc.',
    'When alerts share a process, a file, an address or an account, they stand here as one case.',
  ],
  'chain.title': ['{alerts} cảnh báo trên {hosts}', '{alerts} {alerts|alert|alerts} on {hosts}'],
  'chain.open': ['Mở vụ việc', 'Open a case'],
  'chain.explained': ['Vì sao là một vụ việc', 'Why this is one case'],
  'chain.begins': ['Bắt đầu từ đây', 'It begins here'],
  'chain.alone': ['Không có điểm chung với cảnh báo nào trước đó', 'Shares nothing with an alert before it'],
  'chain.because': [
    'Vì {reasons}, với “{title}” trên {host}',
    'Because of {reasons}, as “{title}” on {host}',
  ],
  'chain.gap': [', cách {gap}', ', {gap} apart'],
  'chain.seconds': ['{n} giây', '{n} s'],
  'chain.minutes': ['{n} phút', '{n} min'],
  'chain.hours': ['{n} giờ', '{n} h'],
  'chain.process': ['cùng tiến trình {label}', 'the same process {label}'],
  'chain.file': ['cùng tệp {label}', 'the same file {label}'],
  'chain.domain': ['cùng tên miền {label}', 'the same name {label}'],
  'chain.address': ['cùng địa chỉ {label}', 'the same address {label}'],
  'chain.user': ['cùng tài khoản {label}', 'the same account {label}'],
  'chain.host': ['cùng máy, cùng lúc', 'the same host at the same time'],
  'chain.leads': ['Đường sang máy khác', 'How it went from host to host'],
  'chain.leftOut': ['Ở gần nhưng không thuộc vụ việc', 'Near it, and not of it'],
  'chain.minor': [
    'chỉ trùng máy, trùng lúc, và mức độ thấp',
    'only at the same time on the same host, and not serious',
  ],
  'chain.common': ['điểm chung này có ở nhiều máy', 'what they share, many hosts have'],
  'chain.hidden': ['{n} cảnh báo không thuộc phạm vi của bạn', '{n} {n|alert|alerts} outside your agencies'],
  'chain.empty': ['Vụ việc chưa có cảnh báo nào', 'There are no alerts in the case yet'],
});
