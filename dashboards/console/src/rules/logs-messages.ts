/** Words of the page that says which logs are missing. */
import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'logs.title': ['Nhật ký còn thiếu', 'Missing logs'],
  'logs.summary': [
    'Luật đang bật không thấy gì nếu máy không ghi nhật ký mà luật cần',
    'A rule that is on sees nothing where hosts do not write the log it needs',
  ],
  'logs.toMatrix': ['Ma trận ATT&CK', 'ATT&CK matrix'],
  'logs.kinds': ['Theo loại máy', 'By kind of host'],
  'logs.kindsText': [
    'Bao nhiêu luật không thấy gì khi chưa làm gì, sau khi chạy vonggac-agent audit install, và khi có thêm Sysmon.',
    'How many rules see nothing with nothing done, after vonggac-agent audit install, and with Sysmon besides.',
  ],
  'logs.kind': ['Loại máy', 'Kind of host'],
  'logs.kind.officePc': ['Máy tính văn phòng (Windows)', 'Office PC (Windows)'],
  'logs.kind.domainController': ['Máy chủ miền', 'Domain controller'],
  'logs.kind.linuxServer': ['Máy chủ Linux', 'Linux server'],
  'logs.kind.webServer': ['Máy chủ web (Linux)', 'Web server (Linux)'],
  'logs.kind.networkDevice': ['Thiết bị mạng', 'Network device'],
  'logs.rules': ['Luật', 'Rules'],
  'logs.blindNothing': ['Chưa làm gì', 'Nothing done'],
  'logs.blindAudit': ['Sau audit install', 'After audit install'],
  'logs.blindSysmon': ['Thêm Sysmon', 'With Sysmon, too'],
  'logs.share': ['Thấy được', 'Seen'],
  'logs.shareText': [
    '{kind}: {rules} luật; {itself} thấy ngay, {audit} thấy sau audit install, {rest} cần thêm việc khác',
    '{kind}: {rules} {rules|rule|rules}; {itself} {itself|sees|see} at once, {audit} after audit install, {rest} {rest|needs|need} something else',
  ],
  'logs.done': ['Trên các máy này đã', 'On these hosts there is'],
  'logs.done.audit': ['chạy audit install', 'audit install'],
  'logs.done.sysmon': ['cài Sysmon', 'Sysmon'],
  'logs.says': [
    '{blind} trong {rules} luật về loại máy này không thấy gì.',
    '{blind} of {rules} {rules|rule|rules} about such hosts see nothing.',
  ],
  'logs.all': [
    'Cả {rules} luật về loại máy này đều có nhật ký để xem.',
    'All {rules} {rules|rule|rules} about such hosts have a log to see by.',
  ],
  'logs.tableCaption': [
    'Nhật ký của loại máy này, nhật ký còn thiếu đứng trước',
    'Logs of such hosts, the missing ones first',
  ],
  'logs.log': ['Nhật ký', 'Log'],
  'logs.state': ['Tình trạng', 'State'],
  'logs.state.missing': ['Còn thiếu', 'Missing'],
  'logs.state.unproven': ['Ít khi ghi', 'Rarely written'],
  'logs.state.seen': ['Có', 'There'],
  'logs.need': ['Luật cần', 'Rules'],
  'logs.blind': ['Không thấy gì', 'See nothing'],
  'logs.blindRules': ['{n} luật', '{n} {n|rule|rules}'],
  'logs.how': ['Bật thế nào', 'How to switch it on'],
  'logs.install': [
    'Bật audit install cho cả nhóm máy một lần: đặt audit.keep: true trong chính sách tác nhân.',
    'To have audit install on a whole group at once: set audit.keep: true in the policy of agents.',
  ],
  'logs.toPolicies': ['Chính sách tác nhân', 'Agent policies'],
});
