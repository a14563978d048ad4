/** Dòng lệnh bằng tiếng Việt. */
import type { RefusalCode } from '../../registry/refusal.ts';
import { refusalsVi } from './refusals-vi.ts';
import { bundleVi, bundleHelpVi } from './bundle-vi.ts';
import { rulesVi, rulesHelpVi } from './rules-vi.ts';
import { indicatorVi, indicatorHelpVi, indicatorRefusalsVi } from './indicator-vi.ts';
import { vulnerabilityHelpVi, vulnerabilityRefusalsVi, vulnerabilityVi } from './vulnerability-vi.ts';
import { exceptionVi, exceptionHelpVi } from './exception-vi.ts';
import { exportVi, exportHelpVi } from './export-vi.ts';
import { keysVi, keysHelpVi } from './keys-vi.ts';
import { releaseVi, releaseHelpVi } from './release-vi.ts';
import { updateHelpVi, updateRefusalsVi, updateVi } from './update-vi.ts';
import { fileVi } from './file-vi.ts';
import { huntVi, huntHelpVi } from './hunt-vi.ts';
import { huntScheduleVi, huntScheduleHelpVi } from './hunt-schedule-vi.ts';
import { auditVi, auditHelpVi } from './audit-vi.ts';
import { peopleVi, peopleHelpVi } from './people-vi.ts';
import { inspectionHelpVi, inspectionVi } from './inspection-vi.ts';
import { incidentVi, incidentHelpVi } from './incident-vi.ts';
import { reportHelpVi, reportRefusalsVi, reportVi } from './report-vi.ts';
import { requestHelpVi, requestRefusalsVi, requestVi } from './request-vi.ts';
import { notifyVi, notifyHelpVi } from './notify-vi.ts';
import { oncallRefusalsVi } from './oncall-vi.ts';
import { complianceAssessVi, complianceAssessHelpVi } from './compliance-assess-vi.ts';
import { complianceCatalogueVi, complianceCatalogueHelpVi } from './compliance-catalogue-vi.ts';
import { dossierVi, dossierHelpVi } from './dossier-vi.ts';
import { complianceOverridesVi, complianceOverridesHelpVi } from './compliance-overrides-vi.ts';
import { complianceListsVi, complianceListsHelpVi } from './compliance-lists-vi.ts';
import { calendarVi, calendarHelpVi } from './calendar-vi.ts';
import { agencyHelpVi, agencyRefusalsVi, agencyVi } from './agency-vi.ts';
import { inventoryHelpVi, inventoryVi } from './inventory-vi.ts';
import { ledgerHelpVi, ledgerVi } from './ledger-vi.ts';
import { retentionHelpVi, retentionVi } from './retention-vi.ts';
import { identityHelpVi, identityVi } from './identity-vi.ts';
import { backupVi, backupHelpVi } from './backup-vi.ts';
import { caseHelpVi, caseRefusalsVi, caseVi } from './case-vi.ts';
import { alertHelpVi, alertRefusalsVi, alertVi, jobVi } from './alert-vi.ts';
import { responseVi, responseHelpVi, responseRefusalsVi } from './response-vi.ts';
import { policyVi, policyHelpVi, policyRefusalsVi } from './policy-vi.ts';
import { limitsVi, limitsHelpVi } from './limits-vi.ts';
import { demoHelpVi, demoVi } from './demo-vi.ts';
import { exchangeHelpVi, exchangeVi } from './exchange-vi.ts';
import { simulateHelpVi, simulateVi } from './simulate-vi.ts';
import { doctorVi, doctorHelpVi, sizeVi } from './doctor-vi.ts';
import { probeHelpVi, probeVi } from './probe-vi.ts';
import { installedHelpVi, installedVi } from './installed-vi.ts';
import { postureHelpVi, postureVi } from './posture-vi.ts';
import { sigmaHelpVi, sigmaVi } from './sigma-vi.ts';
import type { Messages } from './en.ts';

export const vi: Messages = {
  usage: 'Cách dùng:',
  optionsWord: 'tùy chọn',
  commandWord: 'lệnh',
  argumentsTitle: 'Tham số:',
  optionsTitle: 'Tùy chọn:',
  globalOptionsTitle: 'Tùy chọn của mọi lệnh:',
  commandsTitle: 'Lệnh:',
  defaultIs: 'mặc định:',
  choicesAre: 'chọn trong:',
  examples: 'Ví dụ:',
  exitCodes: [
    'Mã thoát:',
    '  0  đã xong',
    '  1  bị từ chối hoặc thất bại; thông báo nêu lý do',
    '  2  dùng sai dòng lệnh',
    '  3  cần bộ thu thập đang chạy, hoặc dữ liệu chưa có',
    '  4  tiến trình khác đang giữ thư mục dữ liệu',
  ].join('\n'),
  usageError: {
    unknownOption: (option) => `không có tùy chọn ${option}; xem --help`,
    unknownCommand: (command) => `không có lệnh ${command}; xem --help`,
    missingArgument: (argument) => `thiếu tham số ${argument}; xem --help`,
    optionMissingArgument: (option) => `tùy chọn ${option} cần một giá trị`,
    missingOption: (option) => `bắt buộc phải có tùy chọn ${option}`,
    invalidArgument: (detail) => `giá trị không hợp lệ: ${detail}`,
    excessArguments: 'thừa tham số; xem --help để biết cách viết đúng',
    notInteger: (text) => `"${text}" không phải số nguyên lớn hơn không`,
    notWhole: (text) => `"${text}" không phải số nguyên không âm`,
    notFact: (text) => `"${text}" không có dạng TÊN=GIÁ-TRỊ, ví dụ support=ended`,
    notTime: (text) => `"${text}" không phải thời điểm, ví dụ 2026-11-25T08:00+07:00`,
    notNumber: (text) => `"${text}" không phải số lớn hơn không`,
    commandMissing: 'hãy chọn một lệnh; xem --help',
  },
  help: {
    program: 'Vọng Gác: bộ thu thập của trạm giám sát an ninh mạng và công cụ quản trị.',
    version: 'in phiên bản',
    help: 'in hướng dẫn này',
    data: 'thư mục dữ liệu (mặc định: VONGGAC_DATA, nếu không có thì ./data)',
    lang: 'ngôn ngữ: vi hoặc en (mặc định: theo LC_ALL, LC_MESSAGES, LANG)',
    json: 'in dạng JSON',
    start: 'chạy bộ thu thập cho đến khi dừng; in "ready" khi đã phục vụ',
    listen: 'MÁY:CỔNG để phục vụ (mặc định: VONGGAC_LISTEN, nếu không có thì 127.0.0.1:8443)',
    rules: 'thêm thư mục hoặc tệp luật Sigma; dùng được nhiều lần',
    joinToken: 'mã ghi danh: cho phép máy ghi danh',
    joinTokenCreate: 'tạo mã ghi danh; mã là dòng cuối cùng được in ra',
    joinTokenList: 'liệt kê mã ghi danh và máy đã dùng',
    joinTokenRevoke: 'thu hồi mã ghi danh; máy đã ghi danh vẫn giữ nguyên',
    uses: 'số máy được ghi danh bằng mã này',
    days: 'số ngày có hiệu lực',
    agency: 'số hiệu cơ quan (mặc định: cơ quan gốc; xem "vonggac agency list")',
    group: 'nhóm máy, được tạo nếu chưa có',
    tokenId: 'số hiệu của mã, như trong danh sách',
    agent: 'tác nhân: các máy báo cáo về đây',
    agentList: 'liệt kê tác nhân',
    agentShow: 'mọi điều biết về một tác nhân',
    agentRevoke: 'cắt hẳn một tác nhân; phiên đang mở bị đóng',
    agentId: 'số hiệu tác nhân, hoặc các ký tự đầu',
    apiToken: 'mã API cho chương trình',
    apiTokenCreate: 'tạo mã API; mã là dòng cuối cùng được in ra',
    apiTokenList: 'liệt kê mã API',
    apiTokenRevoke: 'thu hồi mã API',
    tokenMay: 'chỉ các quyền này trong số quyền của vai trò',
    role: 'administrator (quản trị), soc-lead (trưởng ca), analyst (phân tích), agency-operator (vận hành đơn vị), agency-viewer (xem của đơn vị), auditor (kiểm tra); api cho mã có danh sách quyền riêng',
    tokenName: 'mã dùng để làm gì',
    user: 'người đăng nhập vào bảng điều khiển',
    userCreate: 'thêm người dùng; mật khẩu dùng một lần là dòng cuối cùng được in ra',
    userList: 'liệt kê người dùng',
    userResetPassword: 'cấp mật khẩu dùng một lần mới; mật khẩu là dòng cuối cùng được in ra',
    userDisable: 'khóa tài khoản và đóng mọi phiên của một người',
    username: 'tên đăng nhập',
    agencyCommand: 'cây cơ quan',
    agencyList: 'liệt kê cơ quan',
    agencyCreate: 'thêm cơ quan',
    agencyName: 'tên cơ quan',
    kind: 'province (tỉnh), department (sở), commune (xã) hoặc unit (đơn vị)',
    parent: 'số hiệu cơ quan cấp trên (mặc định: cơ quan gốc)',
    status: 'tình trạng của bộ thu thập đang chạy',
    replay: 'đưa một nhật ký đã ghi qua toàn bộ đường xử lý và cho biết kết quả',
    source: 'loại nhật ký: sshd, apache, linux-syslog hoặc windows-xml',
    file: 'nhật ký đã ghi',
    ...agencyHelpVi,
    ...inventoryHelpVi,
    ...probeHelpVi,
    ...ledgerHelpVi,
    ...retentionHelpVi,
    ...sigmaHelpVi,
    ...postureHelpVi,
    ...installedHelpVi,
    ...identityHelpVi,
    ...backupHelpVi,
    ...simulateHelpVi,
    ...demoHelpVi,
    ...exchangeHelpVi,
    ...limitsHelpVi,
    ...policyHelpVi,
    ...responseHelpVi,
    ...exceptionHelpVi,
    ...huntHelpVi,
    ...exportHelpVi,
    ...keysHelpVi,
    ...releaseHelpVi,
    ...updateHelpVi,
    ...huntScheduleHelpVi,
    ...rulesHelpVi,
    ...indicatorHelpVi,
    ...vulnerabilityHelpVi,
    ...alertHelpVi,
    ...caseHelpVi,
    ...auditHelpVi,
    ...peopleHelpVi,
    ...notifyHelpVi,
    ...inspectionHelpVi,
    ...incidentHelpVi,
    ...reportHelpVi,
    ...requestHelpVi,
    ...bundleHelpVi,
    ...calendarHelpVi,
    ...complianceAssessHelpVi,
    ...complianceCatalogueHelpVi,
    ...complianceOverridesHelpVi,
    ...complianceListsHelpVi,
    ...dossierHelpVi,
    ...doctorHelpVi,
  },
  columns: {
    id: 'SỐ HIỆU',
    state: 'TRẠNG THÁI',
    agency: 'CƠ QUAN',
    group: 'NHÓM',
    uses: 'ĐÃ DÙNG',
    created: 'TẠO LÚC',
    by: 'NGƯỜI TẠO',
    expires: 'HẾT HẠN',
    usedBy: 'MÁY ĐÃ DÙNG',
    host: 'MÁY',
    system: 'HỆ ĐIỀU HÀNH',
    version: 'PHIÊN BẢN',
    lastSeen: 'LẦN CUỐI THẤY',
    name: 'TÊN',
    role: 'VAI TRÒ',
    permissions: 'QUYỀN',
    lastUsed: 'LẦN CUỐI DÙNG',
    passwordSince: 'MẬT KHẨU TỪ',
    kind: 'LOẠI',
    parent: 'CẤP TRÊN',
    severity: 'MỨC ĐỘ',
    count: 'SỐ LẦN',
    title: 'CẢNH BÁO',
    entity: 'ĐỐI TƯỢNG',
  },
  states: {
    pending: 'chờ duyệt',
    replaced: 'đã thay thế',
    usable: 'dùng được',
    'used-up': 'đã dùng hết',
    expired: 'hết hạn',
    revoked: 'đã thu hồi',
    online: 'đang nối',
    offline: 'mất nối',
    unknown: 'chưa rõ',
    active: 'hoạt động',
    invited: 'đã mời',
    unmapped: 'chưa có vai trò',
    locked: 'tạm khóa',
    disabled: 'đã khóa',
  },
  allOfRole: 'theo vai trò',
  roles: {
    administrator: 'quản trị viên',
    'soc-lead': 'trưởng SOC',
    analyst: 'phân tích viên',
    'agency-operator': 'vận hành đơn vị',
    'agency-viewer': 'người xem của đơn vị',
    auditor: 'kiểm tra viên',
    api: 'máy (API)',
  },
  kinds: { province: 'tỉnh', department: 'sở, ngành', commune: 'xã, phường', unit: 'đơn vị' },
  severities: {
    informational: 'thông tin',
    low: 'thấp',
    medium: 'trung bình',
    high: 'cao',
    critical: 'nghiêm trọng',
  },
  never: 'chưa bao giờ',
  none: 'không có',
  andMore: (count) => `và ${count} máy khác`,
  mustChange: 'phải đổi ở lần đăng nhập tới',
  facts: {
    id: 'Tác nhân',
    host: 'Máy',
    state: 'Trạng thái',
    agency: 'Cơ quan',
    group: 'Nhóm',
    system: 'Hệ điều hành',
    timeZone: 'Múi giờ',
    agentVersion: 'Phiên bản tác nhân',
    machineId: 'Mã máy',
    joinToken: 'Mã ghi danh',
    enrolled: 'Ghi danh lúc',
    lastSeen: 'Lần cuối thấy',
    clockSkew: 'Đồng hồ',
    revoked: 'Thu hồi lúc',
  },
  clockSkew: (ms) =>
    Math.abs(ms) < 50
      ? 'đúng'
      : `${ms > 0 ? 'nhanh' : 'chậm'} ${Math.abs(ms / 1_000)
          .toFixed(1)
          .replace('.', ',')} giây`,
  joinTokenCreated: ({ id, uses, expires }) =>
    `Mã ghi danh ${id}: cho ${uses} máy, đến ${expires}. Mã chỉ hiện một lần:`,
  joinTokenRevoked: (id) => `Đã thu hồi mã ghi danh ${id}.`,
  apiTokenCreated: ({ id, role, expires }) =>
    `Mã API ${id}: vai trò ${role}, đến ${expires}. Mã chỉ hiện một lần:`,
  apiTokenRevoked: (id) => `Đã thu hồi mã API ${id}.`,
  agentRevoked: ({ id, hostname }) => `Đã thu hồi tác nhân ${id} (${hostname}).`,
  userCreated: (username) =>
    `Đã thêm người dùng ${username}, phải chọn mật khẩu mới ở lần đăng nhập đầu. Mật khẩu dùng một lần:`,
  passwordReset: (username) =>
    `Người dùng ${username} có mật khẩu mới và phải đổi ở lần đăng nhập tới; mọi phiên đã đóng. Mật khẩu dùng một lần:`,
  userDisabled: (username) => `Đã khóa người dùng ${username}; mọi phiên đã đóng.`,
  agencyCreated: ({ id, name }) => `Đã thêm cơ quan ${id}: ${name}`,
  /** By the name of the check; one that is not here is shown as it is. */
  checks: { 'event store': 'Kho sự kiện', writer: 'Bộ ghi', disk: 'Đĩa' },
  status: {
    ready: 'sẵn sàng',
    notReady: 'chưa sẵn sàng',
    collector: 'Bộ thu thập',
    since: 'Chạy từ',
    agents: 'Tác nhân',
    events: 'Sự kiện',
    rules: 'Luật',
    alerts: 'Cảnh báo mở',
    ledger: 'Sổ mất mát',
    ok: 'tốt',
    failed: 'hỏng',
    agentsLine: (online, total) => `${online} đang nối trên ${total}`,
    eventsLine: (stored, perSecond) =>
      `${stored === null ? 'chưa rõ' : stored.toLocaleString('vi')} đã lưu, ${perSecond.toLocaleString('vi', { maximumFractionDigits: 1 })} mỗi giây`,
    rulesLine: (loaded, rejected) => `${loaded} đã nạp, ${rejected} bị loại`,
  },
  start: {
    serving: (url, fingerprint) => `Bảng điều khiển và API: ${url} (chứng thư SHA-256 ${fingerprint})`,
    signIn: (file) => `Đăng nhập: admin, mật khẩu dùng một lần trong ${file}`,
    ruleRejected: (place, reason) => `luật bị loại: ${place}: ${reason}`,
    upgradeBackup: (name) =>
      `Phiên bản này thay đổi cơ sở dữ liệu: đang tạo bản sao lưu ${name} trước. Việc này có thể mất một lúc.`,
    stopSlow: (ms) => `dừng lâu hơn ${ms} ms nên đã bị ngắt`,
    inUse: (dataDir, pid) =>
      `thư mục dữ liệu ${dataDir} đang do ${pid === undefined ? 'tiến trình khác' : `tiến trình ${pid}`} giữ; hãy dừng nó, hoặc chọn thư mục khác bằng --data`,
    fewFiles: ({ limit, socketsMax, wanted }) =>
      `tiến trình này chỉ được mở ${limit} tệp, nên tối đa ${socketsMax} tác tử kết nối được; một tỉnh cần ${wanted}: hãy nâng giới hạn (LimitNOFILE= trong tệp dịch vụ, hoặc "ulimit -n")`,
    addressTaken: (listen) =>
      `${listen} đang do chương trình khác dùng: hãy chọn địa chỉ khác bằng --listen MÁY:CỔNG hoặc VONGGAC_LISTEN`,
    addressAbsent: (listen) =>
      `${listen} không phải địa chỉ của máy này: hãy chọn địa chỉ khác bằng --listen MÁY:CỔNG hoặc VONGGAC_LISTEN`,
    addressForbidden: (listen) =>
      `người dùng này không được phép dùng ${listen}: hãy chọn cổng trên 1023, hoặc cấp quyền cho cổng này`,
    diskFull:
      'đĩa đã đầy: hãy giải phóng dung lượng, hoặc chuyển thư mục dữ liệu bằng --data hoặc VONGGAC_DATA',
  },
  replay: {
    notFile: 'đó không phải một tệp',
    sending: (file, url) => `Đang gửi ${file} đến ${url}`,
    failed: 'Chưa gửi xong; các dòng trên nêu lý do.',
    stored: (events) => `Đã lưu ${events.toLocaleString('vi')} sự kiện.`,
    noAlerts: 'Không có cảnh báo nào mới hoặc thay đổi.',
    alerts: (count) => `${count} cảnh báo mới hoặc thay đổi:`,
    look: (url) => `Xem tại ${url}/alerts`,
  },
  inventory: inventoryVi,
  probe: probeVi,
  ledger: ledgerVi,
  retention: retentionVi,
  sigma: sigmaVi,
  posture: postureVi,
  installed: installedVi,
  identity: identityVi,
  backup: backupVi,
  simulate: simulateVi,
  demo: demoVi,
  exchange: exchangeVi,
  agency: agencyVi,
  limits: limitsVi,
  policy: policyVi,
  response: responseVi,
  exception: exceptionVi,
  hunt: huntVi,
  export: exportVi,
  huntSchedule: huntScheduleVi,
  rules: rulesVi,
  indicator: indicatorVi,
  vulnerability: vulnerabilityVi,
  alert: alertVi,
  case: caseVi,
  job: jobVi,
  audit: auditVi,
  people: peopleVi,
  notify: notifyVi,
  inspection: inspectionVi,
  incident: incidentVi,
  report: reportVi,
  request: requestVi,
  bundle: bundleVi,
  calendar: calendarVi,
  complianceAssess: complianceAssessVi,
  complianceCatalogue: complianceCatalogueVi,
  complianceOverrides: complianceOverridesVi,
  complianceLists: complianceListsVi,
  dossier: dossierVi,
  doctor: doctorVi,
  size: sizeVi,
  file: fileVi,
  keys: keysVi,
  release: releaseVi,
  update: updateVi,
  errors: {
    notRunning: (dataDir) =>
      `không có bộ thu thập nào đang chạy trên ${dataDir}: hãy chạy ("npm start" hoặc "vonggac start"), hoặc chỉ đúng thư mục bằng --data`,
    noData: (dataDir) =>
      `chưa có dữ liệu của bộ thu thập trong ${dataDir}: hãy chạy bộ thu thập một lần, hoặc chỉ đúng thư mục bằng --data`,
    inUse: (dataDir, pid) =>
      `thư mục dữ liệu ${dataDir} đang do ${pid === undefined ? 'tiến trình khác' : `tiến trình ${pid}`} giữ và nó không trả lời; hãy thử lại khi nó đã chạy hoặc đã dừng`,
    badInput: (detail) => `không hợp lệ: ${detail}`,
    failed: (detail) => `bộ thu thập gặp lỗi khi làm việc này, xem thêm trong nhật ký của nó: ${detail}`,
    otherVersion: (running, own) =>
      running === own
        ? `bộ thu thập đang chạy khác mã với lệnh này, dù cùng là phiên bản ${own}: hãy khởi động lại bộ thu thập`
        : `bộ thu thập đang chạy phiên bản ${running === '' ? 'không rõ, cũ hơn' : running}, lệnh này là phiên bản ${own}: hãy nâng cấp rồi khởi động lại bộ thu thập, hoặc dùng lệnh đi cùng nó`,
  },
  refusals: {
    'notify-channel-unknown': () => 'không có kênh thông báo đó; "vonggac notify channels" liệt kê các kênh',
    'notify-channel-exists': () => 'đã có kênh thông báo mang tên đó',
    'notify-message-unknown': () => 'không có thông báo đã bỏ cuộc nào mang mã đó',
    'agency-unknown': () => 'không có cơ quan này; xem "vonggac agency list"',
    'system-unknown': () => 'không có hệ thống này; xem "vonggac system list"',
    'system-exists': () => 'cơ quan đó đã có hệ thống cùng tên',
    'rule-exists': () => 'đã có luật mang mã này: hãy thêm phiên bản cho nó (--id)',
    'rule-invalid': (detail) => `không phải một luật dùng được: ${detail}`,
    'rule-state': (detail) => `không chuyển được trạng thái: ${detail}`,
    'bulk-changed': () => 'các luật đã thay đổi từ lúc yêu cầu, nay cần người thứ hai: hãy yêu cầu lại',
    'rule-needs': (detail) => `tương quan này cần một luật chưa dùng: ${detail}`,
    'rule-in-use': (detail) => `một tương quan đang dùng luật này: ${detail}`,
    'rule-version-unknown': () => 'luật không có phiên bản này; xem "vonggac rules versions"',
    'hunt-unknown': () => 'không có cuộc săn tìm này',
    'hunt-exists': () => 'đã có cuộc săn tìm mang tên này',
    'baseline-unknown': (subject) => `${subject} chưa báo mã của mốc so sánh nào`,
    'baseline-changed': (subject) => `${subject} đã báo mã khác: hãy xem lại trước khi duyệt`,
    'baseline-tampered': (subject) => `mốc so sánh của ${subject} đã bị sửa: hãy xem máy đó trước`,
    'baseline-approval-unknown': () => 'không có lần duyệt này, hoặc đã rút lại',
    'alert-view-unknown': () => 'không có bộ lọc cảnh báo này',
    'alert-view-exists': () => 'đã có bộ lọc mang tên này',
    'alert-view-not-yours': () => 'bộ lọc dùng chung do người có quyền xử lý cảnh báo tạo và sửa',
    'alert-views-too-many': () => 'đã lưu quá nhiều bộ lọc: hãy xóa bớt',
    'hunts-too-many': () => 'đã lưu quá nhiều cuộc săn tìm: hãy xóa bớt',
    'hold-unknown': () => 'không có lệnh giữ này; xem "vonggac hold list"',
    'hold-released': () => 'lệnh giữ này đã được dỡ trước đó',
    'months-too-few': () =>
      'ít hơn số tháng quy định đòi hỏi, hoặc quá 240 tháng; xem "vonggac retention status"',
    'retention-running': () => 'đang có một lần chạy, hoặc bộ thu thập khác đảm nhiệm: hãy đợi nó xong',
    'agency-exists': () => 'đã có cơ quan cùng tên ở đó',
    'agent-unknown': () => 'không có tác nhân này; xem "vonggac agent list"',
    'agent-ambiguous': () => 'nhiều tác nhân bắt đầu như vậy: hãy ghi thêm ký tự của số hiệu',
    'join-token-unknown': () => 'không có mã ghi danh này; xem "vonggac join-token list"',
    'api-token-unknown': () => 'không có mã API này; xem "vonggac api-token list"',
    'user-unknown': () => 'không có người dùng này; xem "vonggac user list"',
    'user-exists': () => 'đã có người dùng này',
    'user-linked': () => 'người đó đã gắn với một tài khoản khác',
    'external-groups-lockout': (detail: string) =>
      `danh sách này lấy mất quyền quản trị của chính ${detail}; hãy giữ nhóm cho quyền đó, đặt trước các nhóm khác`,
    'user-external': () =>
      'tài khoản này đăng nhập tập trung và không có mật khẩu ở đây; hãy gỡ liên kết trước: "vonggac user unlink"',
    'provider-absent': () => 'chưa cấu hình máy chủ đăng nhập tập trung: VONGGAC_OIDC_ISSUER',
    'second-factor-needed': () => 'cần mã của yếu tố thứ hai',
    'upgrade-first': () =>
      'phiên bản này thay đổi dữ liệu quản lý: hãy khởi động bộ thu trước, khi đó có bản sao lưu rồi mới đổi',
    'backup-running': () => 'đang có một bản sao lưu được tạo; hãy đợi xong',
    'backup-impossible': () =>
      'sự kiện nằm trên máy chủ ClickHouse: hãy nêu ổ đĩa, bộ S3 hoặc thư mục mà máy chủ được ghi bản sao lưu, ví dụ VONGGAC_CLICKHOUSE_BACKUP=disk:backups (docs/homes.md)',
    'group-unknown': () => 'không có nhóm này; mã ghi danh tạo ra nhóm, xem "vonggac group list"',
    ...agencyRefusalsVi,
    ...policyRefusalsVi,
    ...updateRefusalsVi,
    ...responseRefusalsVi,
    ...oncallRefusalsVi,
    ...reportRefusalsVi,
    ...requestRefusalsVi,
    ...alertRefusalsVi,
    ...caseRefusalsVi,
    ...indicatorRefusalsVi,
    ...vulnerabilityRefusalsVi,
    'user-ends-past': () =>
      'tài khoản chỉ hết hạn trong tương lai; muốn khóa ngay hãy dùng "vonggac user disable"',
    'user-last-administrator': () => 'đây là quản trị viên cuối cùng; hãy thêm người khác trước',
    ...refusalsVi,
  } satisfies Record<RefusalCode, (detail: string) => string>,
};
