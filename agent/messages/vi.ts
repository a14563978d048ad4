/** What the agent's commands say, in Vietnamese. */
import type { Messages } from './en.ts';
import { auditVi } from './audit-vi.ts';
import { integrityVi } from './integrity-vi.ts';
import { discoverVi } from './discover-vi.ts';
import { doctorVi, doctorNamesVi, sourceKindsVi } from './doctor-vi.ts';
import { connectVi, killedVi, protectorVi, windowsDoctorVi, writingVi } from './protector-vi.ts';
import { governorVi } from './governor-vi.ts';
import { eventLogVi } from './event-log-vi.ts';
import { journalVi } from './journal-vi.ts';
import { postureVi } from './posture-vi.ts';
import { policyVi } from './policy-vi.ts';
import { probeVi } from './probe-vi.ts';
import { statusVi } from './status-vi.ts';
import { syslogVi } from './syslog-vi.ts';
import { uninstallVi } from './uninstall-vi.ts';

export const vi: Messages = {
  discover: discoverVi,
  help: {
    program: 'Tác nhân Vọng Gác: canh máy này và báo về bộ thu thập của cơ quan.',
    lang: 'ngôn ngữ thông báo: vi hoặc en (mặc định: theo LC_ALL, LC_MESSAGES, LANG)',
    state: 'thư mục chứa danh tính, hàng đợi và trạng thái',
    config: 'tệp cấu hình (mặc định: agent.json trong thư mục trạng thái)',
    json: 'in ra JSON',
    version: 'in phiên bản',
    helpOption: 'in trợ giúp này',
    enrol: 'ghi danh máy này với bộ thu thập',
    url: 'địa chỉ bộ thu thập, ví dụ https://soc.example.vn:8443',
    token: 'mã ghi danh do bộ thu thập cấp (vonggac join-token create)',
    force: 'thay danh tính mà máy này đang có',
    caFile: 'chứng thư của cơ quan cấp cho bộ thu thập (PEM), được tin thay cho điều mã ghi danh nêu',
    keepToken: 'giữ lại mã ghi danh, để bản sao của ổ đĩa này tự ghi danh trên máy của nó',
    run: 'canh và báo về cho đến khi được dừng',
    watch: 'thư mục hoặc tệp cần canh thêm; dùng được nhiều lần',
    tail: 'tệp nhật ký cần đọc thêm; dùng được nhiều lần',
    untilInputEnds:
      'dừng êm khi đầu vào chuẩn kết thúc: dành cho trình quản lý dịch vụ không có tín hiệu, như của Windows',
    onlyGiven: 'chỉ canh và đọc những gì ghi trên dòng lệnh',
    logLevel: 'trace, debug, info, warn, error hoặc silent',
    status: 'cho biết tác nhân trên máy này đang làm gì',
    check: 'mã thoát 9 khi tác nhân chạy nhưng cần có người xem',
    watchStatus: 'hiện lại mỗi hai giây cho đến khi dừng; với --json mỗi lần một dòng',
    strict: 'mã thoát 9 khi không có mục hỏng nhưng có mục cần chú ý',
    doctor: 'kiểm tra mọi thứ tác nhân cần và chỉ cách khắc phục; mã thoát 1 khi có mục hỏng',
    replay: 'gửi một lần tệp nhật ký đã ghi qua toàn bộ đường đi, bằng danh tính tạm',
    channel: 'loại nhật ký: auto, sshd, linux-syslog, dpkg, web-access, windows-xml',
    file: 'tệp nhật ký đã ghi',
    checkPolicy: 'cho biết máy này có nhận một chính sách không: tệp JSON chứa một phần cấu hình',
    policyFile: 'tệp JSON chứa cấu hình',
    exitCodes: [
      'Mã thoát:',
      '  0  xong, hoặc dừng theo yêu cầu',
      '  1  lỗi; doctor: có ít nhất một mục hỏng; status: tác nhân không chạy',
      '  2  dùng sai dòng lệnh',
      '  3  máy này chưa ghi danh',
      '  4  bộ thu thập từ chối tác nhân hoặc mã ghi danh này',
      '  5  không kết nối được tới bộ thu thập',
      '  6  bộ thu thập đưa ra chứng thư khác với chứng thư mong đợi',
      '  7  cấu hình sai',
      '  8  một tác nhân khác đang chạy trên cùng thư mục trạng thái',
      '  9  status --check, doctor --strict: vẫn chạy, nhưng cần có người xem',
      ' 10  dịch vụ cần khởi động lại tác nhân',
    ].join('\n'),
  },
  usage: {
    title: 'Cách dùng:',
    arguments: 'Tham số:',
    options: 'Tùy chọn:',
    commands: 'Lệnh:',
    optionsWord: 'tùy chọn',
    commandWord: 'lệnh',
    choices: 'chọn trong:',
    default: 'mặc định:',
    environment: 'biến môi trường:',
  },
  usageError: {
    unknownOption: (option) => `không có tùy chọn ${option}; xem --help`,
    unknownCommand: (command) => `không có lệnh ${command}; xem --help`,
    missingArgument: (argument) => `thiếu tham số ${argument}; xem --help`,
    optionMissingArgument: (option) => `tùy chọn ${option} cần một giá trị`,
    missingOption: (option) => `bắt buộc phải có tùy chọn ${option}`,
    excessArguments: 'thừa tham số; xem --help để biết cách viết đúng',
    commandMissing: 'hãy chọn một lệnh; xem --help',
    invalidValue: (option, choices) =>
      `giá trị không hợp lệ cho ${option}${choices === '' ? '' : `; chọn trong: ${choices}`}`,
  },
  enrolled: (agency, agentId) => `Đã ghi danh với ${agency}, mã tác nhân ${agentId}.`,
  enrolledPending:
    'Máy đang chờ được duyệt trên bộ thu thập (vonggac agent approve); có thể chạy tác nhân ngay bây giờ.',
  startIt: (command) => `Hãy chạy tác nhân: ${command}`,
  notStopped: 'Tác nhân không dừng kịp và đã bị ngắt.',
  tokenWord: 'MÃ',
  notEnrolled: (stateDir, command) =>
    `Máy này chưa ghi danh (không có danh tính trong ${stateDir}). Hãy chạy: ${command}`,
  otherMachine: (stateDir, command) =>
    `Khóa trong ${stateDir} được tạo trên máy khác: ổ đĩa này đã được sao chép hoặc chuyển sang. Khóa đã bị hủy, và ở đây không giữ mã ghi danh nào (enrol --keep-token) để ghi danh máy này. Hãy chạy: ${command}`,
  tokenUnreadable: 'Mã ghi danh không đầy đủ. Hãy sao chép lại, từ "vgjoin1." đến ký tự cuối cùng.',
  badUrl: (url) => `"${url}" không phải địa chỉ bộ thu thập. Địa chỉ có dạng https://soc.example.vn:8443`,
  alreadyEnrolled: (stateDir) => `Máy này đã ghi danh (${stateDir}). Muốn ghi danh lại, thêm --force.`,
  badToken:
    'Bộ thu thập không chấp nhận mã ghi danh này: mã sai, hết hạn hoặc đã dùng hết lượt. Hãy xin mã mới.',
  wrongCertificate: (url) =>
    `Máy chủ tại ${url} không phải bộ thu thập đã cấp mã này: chứng thư khác. Chưa gửi gì đi. Hãy kiểm tra địa chỉ; nếu địa chỉ đúng, hãy xin mã mới và tìm hiểu máy nào đang trả lời tại đó.`,
  unreachable: (reason) =>
    `Không kết nối được tới bộ thu thập: ${reason}. Hãy kiểm tra địa chỉ, mạng và tường lửa.`,
  proxy: {
    'proxy-unreachable': (reason) =>
      `Không tới được máy chủ proxy: ${reason}. Hãy kiểm tra "proxy" trong agent.json, hoặc HTTPS_PROXY; đặt "proxy": "none" để đi thẳng.`,
    'proxy-auth': (reason) =>
      `Proxy đòi tên và mật khẩu: ${reason}. Hãy ghi vào "proxy" của agent.json: http://tên:mật-khẩu@máy:cổng`,
    'proxy-refused': (reason) =>
      `Proxy không cho qua: ${reason}. Hãy nhờ người quản trị proxy cho phép địa chỉ và cổng này.`,
    'proxy-timeout': (reason) =>
      `Proxy không trả lời kịp: ${reason}. Có thể proxy không tới được bộ thu thập; đặt "proxy": "none" trong agent.json để đi thẳng.`,
  },
  joinFaults: {
    'too-long': 'tệp dài hơn 64 KiB nên không phải tệp ghi danh',
    'no-equals': 'mỗi dòng phải có dạng KHÓA=GIÁ TRỊ, ví dụ URL=https://soc.example.vn:8443',
    'unknown-key': 'chỉ nhận URL, TOKEN, CA và KEEP',
    'no-url': 'thiếu dòng URL= với địa chỉ bộ thu thập',
    'no-token': 'thiếu dòng TOKEN= với mã ghi danh',
    'no-ca-file': 'không đọc được tệp chứng thư mà dòng CA= chỉ ra',
  },
  settings: {
    locale: 'vi',
    topLevel: 'mức ngoài cùng',
    unreadable: (file, reason) => `${file}: không đọc được dưới dạng JSON: ${reason}`,
    channel: (text, channel, known) =>
      `--tail ${text}: "${channel}" không phải một kênh; các kênh là ${known}`,
    proxy: 'HTTPS_PROXY trong môi trường không phải địa chỉ proxy; địa chỉ có dạng http://máy:3128',
    faults: {
      'absolute-path': 'phải là đường dẫn tuyệt đối',
      argument: 'không được chứa ký tự NUL',
      'command-twice': 'đặt cùng một tên cho hai lệnh',
      'ca-pem': 'phải là chứng thư của một cơ quan cấp chứng thư (PEM)',
      'dns-server': 'phải là ĐỊA-CHỈ hoặc ĐỊA-CHỈ:CỔNG của máy chủ tên miền',
      'event-log-twice': 'nêu hai lần cùng một nhật ký',
      'ip-address': 'phải là địa chỉ IP, ví dụ 0.0.0.0 hoặc 192.0.2.1',
      'line-pattern': 'phải là biểu thức chính quy, không dùng look-around và tham chiếu ngược',
      'listener-twice': 'nêu hai lần cùng một giao thức, địa chỉ và cổng',
      'one-pattern': 'cần đúng một trong hai: "startsWith" hoặc "continues"',
      'maintenance-form':
        'hãy viết {"from": "22:00", "to": "02:00", "days": [7], "timeZone": "Asia/Ho_Chi_Minh"} cho mỗi tuần, hoặc {"from": "2026-12-01T20:00:00+07:00", "to": "2026-12-01T23:00:00+07:00"} cho một lần; at, durationMs và until không còn được dùng',
      'maintenance-order': 'phải có from trước to',
      network: 'phải là địa chỉ hoặc mạng, ví dụ 192.0.2.0/24',
      'probe-failures': '"needed" không được lớn hơn "of"',
      'probe-target':
        'phải có dạng https://portal.example.vn/, http://..., tls://máy:cổng hoặc tcp://máy:cổng, không kèm tên và mật khẩu',
      'probe-twice': 'đặt trùng tên cho hai mục kiểm tra; hãy cho mỗi mục một "name" riêng',
      'proxy-url': 'phải có dạng http://tên:mật-khẩu@máy:3128, hoặc là "none"',
      'time-of-day': 'phải là giờ trong ngày, ví dụ 07:30',
      'time-zone': 'phải là múi giờ, ví dụ Asia/Ho_Chi_Minh',
      'tls-files': 'giao thức tls cần "tls" với certFile và keyFile; các giao thức khác không có "tls"',
      xpath: 'phải là XPath trên một dòng',
    },
  },
  badAnswer: (reason) => `${reason}. Hãy kiểm tra xem địa chỉ có đúng là bộ thu thập Vọng Gác không.`,
  refused: (code, message) => `Bộ thu thập từ chối tác nhân này (${code}): ${message}`,
  refusedStop: (code, message) =>
    `Bộ thu thập từ chối tác nhân này (${code}): ${message}. Tác nhân dừng lại. Nếu máy này cần báo về, hãy ghi danh lại.`,
  busy: (stateDir) =>
    `Một tác nhân khác đang chạy trên ${stateDir}. Hãy dừng nó, hoặc chọn thư mục khác bằng --state.`,
  spoolRefused: (reason) => `Không ghi được hàng đợi: ${reason}`,
  cannotRead: (file, reason) => `Không đọc được ${file}: ${reason}`,
  badChannel: (channel, known) => `"${channel}" không phải một loại nhật ký. Các loại: ${known}`,
  replayProgress: (read, acked) => `đã đọc ${read} bản ghi, ${acked} đã được xác nhận`,
  replayStopped: 'Đã dừng trước khi mọi bản ghi được xác nhận.',
  governor: governorVi,
  posture: postureVi,
  uninstall: uninstallVi,
  status: statusVi,
  sourceKinds: sourceKindsVi,
  probe: probeVi,
  audit: auditVi,
  integrity: integrityVi,
  doctor: {
    levels: { ok: 'tốt', warn: 'chú ý', fail: 'hỏng' },
    names: {
      identity: 'danh tính',
      collector: 'bộ thu thập',
      clock: 'đồng hồ',
      agent: 'tác nhân',
      spool: 'hàng đợi',
      disk: 'ổ đĩa',
      journal: 'nhật ký hệ thống',
      audit: 'kiểm toán',
      syslog: 'nhận syslog',
      tail: 'nhật ký',
      watch: 'canh tệp',
      ...doctorNamesVi,
    },
    identityOk: (agency, url) => `đã ghi danh với ${agency} tại ${url}`,
    stateFolderOpen: (folder, who) =>
      `người khác mở được ${folder} (${who}); hãy khởi động lại tác nhân bằng quyền quản trị: nó sẽ đóng thư mục này`,
    stateFolderUnknown: (folder, reason) => `không biết được ai mở được ${folder}: ${reason}`,
    stateFolderPrivate: (folder) => `chỉ hệ thống và quản trị viên mở được ${folder}`,
    identityOpen: (file) => `người dùng khác đọc được ${file}; hãy chạy: chmod 600 ${file}`,
    collectorOk: (url) => `${url} trả lời và đưa ra đúng chứng thư`,
    collectorNotAsked: 'không hỏi: máy này chưa ghi danh',
    clockOk: (ms) => `lệch so với bộ thu thập không quá ${Math.abs(ms)} ms`,
    clockOff: (seconds) =>
      `${seconds > 0 ? 'nhanh' : 'chậm'} hơn bộ thu thập ${Math.abs(seconds)} giây; hãy chỉnh giờ (NTP), nếu không sự kiện sẽ mang giờ sai`,
    clockUnknown: 'bộ thu thập không cho biết giờ',
    agentRunning: (pid) => `đang chạy, tiến trình ${pid}, đã kết nối`,
    agentOffline: (pid, problem) => `đang chạy, tiến trình ${pid}, nhưng chưa kết nối: ${problem}`,
    agentStopped: (command) => `không chạy; hãy chạy: ${command}`,
    agentUnknown: (reason) => `không đọc được trạng thái: ${reason}`,
    spoolOk: (records, used, max) => `${records} bản ghi đang chờ (${used} trên ${max})`,
    spoolFilling: (used, max) =>
      `đã dùng ${used} trên ${max}: bộ thu thập nhận chậm hơn máy này tạo ra, hoặc không kết nối được`,
    spoolDropped: (records) =>
      `${records} bản ghi đã bị bỏ vì đầy; hãy tăng spool.bytesMax hoặc sửa đường truyền`,
    spoolRefused: 'ổ đĩa từ chối ghi: không đọc thêm được gì; hãy giải phóng ổ đĩa hoặc sửa quyền',
    spoolReadOnly: (folder, reason) => `không ghi được ${folder}: ${reason}`,
    diskOk: (free) => `còn trống ${free}`,
    diskLow: (free, folder) => `chỉ còn trống ${free} tại ${folder}; hãy giải phóng ổ đĩa`,
    tailOk: (file) => `đọc được ${file}`,
    tailAbsent: (file) => `${file} chưa có; tác nhân sẽ chờ`,
    unreadable: (file, reason) =>
      `không đọc được ${file}: ${reason}; hãy chạy tác nhân bằng người dùng có quyền`,
    watchOk: (file) => `đọc được ${file}`,
    watchAbsent: (file) => `${file} chưa có`,
    journal: journalVi,
    eventLog: eventLogVi,
    syslog: syslogVi,
    more: doctorVi,
    theCollector: 'bộ thu thập',
    protectors: protectorVi,
    connect: connectVi,
    writing: writingVi,
    windows: windowsDoctorVi,
    killed: killedVi,
    summaryOk: 'Mọi thứ tác nhân cần đều có.',
    summaryFail: (count) => `${count} mục hỏng.`,
  },
  policy: policyVi,
};
