/** Refusals of the control plane in Vietnamese that no part words by itself: what is wrong, and what to do. */

export const refusalsVi = {
  'demonstration-refused': (detail: string) =>
    `không bắt đầu hay xóa được dữ liệu trình diễn ở đây: chỉ bắt đầu được khi bộ thu thập còn trống (${detail})`,
  'story-among-real': (detail: string) =>
    `bộ thu thập này có máy thật (${/^(\d+)/.exec(detail)?.[1] ?? ''}): sự kiện và cảnh báo của kịch bản sẽ nằm lẫn trong hàng đợi thật. Hãy dùng --dry-run hoặc bản trình diễn; nếu thật sự muốn, thêm --among-real, xong thì chạy "vonggac replay --remove-stories"`,
  'story-told': (detail: string) =>
    `cảnh báo của lần diễn trước trên ${/ on (.+?) are open/.exec(detail)?.[1] ?? ''} còn mở và chưa thuộc vụ việc nào: chúng sẽ thành một vụ với lần này. Hãy đóng trước: vonggac replay --remove-stories`,
  'demonstration-on': () => 'đây là dữ liệu trình diễn, máy thật không vào được: hãy xóa nó trước',
  'inspection-pack-unknown': () =>
    'không có bộ hồ sơ này ở đây: chưa lập xong, đã hết hạn, hoặc do bộ thu thập khác lập',
  'inspection-pack-large': (detail: string) =>
    `tài liệu quá lớn cho một bộ hồ sơ: hãy lập theo từng hệ thống, hoặc dùng --without-papers (${detail})`,
  'inspection-packs-full': () => 'đã giữ đủ số bộ hồ sơ: hãy lấy về hoặc bỏ bớt, hay đợi chúng hết hạn',
  'exchange-link-unknown': () => 'không có kết nối này tới trung tâm; xem "vonggac exchange links"',
  'exchange-link-exists': () => 'đã có kết nối mang tên này',
  'exchange-link-invalid': (detail: string) => `kết nối chưa dùng được: ${detail}`,
  'exchange-message-unknown': () =>
    'không có tài liệu này, hoặc nhiều tài liệu bắt đầu như vậy; xem "vonggac exchange list"',
  'exchange-message-state': (detail: string) => `tài liệu đang ở trạng thái khác: ${detail}`,
  'exchange-document-gone': () => 'nội dung tài liệu không còn được giữ; chỉ giữ những tài liệu mới nhất',
  'exchange-document-large': (detail: string) => `tài liệu quá lớn, hãy báo cáo theo từng cơ quan: ${detail}`,
  'exchange-queue-full': () => 'quá nhiều tài liệu đang chờ gửi: hãy sửa kết nối hoặc hủy bớt',
  'job-kind-unknown': () => 'không có loại tác vụ này; xem "vonggac job list"',
  'import-invalid': (detail: string) => `không nhập được, chưa thay đổi gì: ${detail}`,
  'indicator-invalid': (detail: string) => `chỉ dấu không hợp lệ: ${detail}`,
  'rule-not-yours': () =>
    'luật dùng chung cho mọi cơ quan: chỉ người thấy toàn bộ cây cơ quan mới sửa được; hãy dùng "vonggac rules scope" cho đơn vị của mình',
  'rule-scope-unknown': () => 'luật không có quyết định này; xem "vonggac rules show MÃ"',
  'rule-scopes-too-many': () =>
    'luật đã có quá nhiều quyết định riêng: hãy quyết định cho cả cơ quan thay vì từng máy',
  'rule-import-unknown': () => 'không có lần nhập này; xem "vonggac job list"',
  'machine-unknown': () => 'danh sách không có máy này; xem "vonggac installed"',
  'agent-retired': (detail: string) => `tác nhân này đã thôi dùng hẳn, hãy ghi danh lại máy: ${detail}`,
  'same-host-unknown': () => 'không có đề xuất nào cho tác nhân này; xem "vonggac agent proposals"',
  'same-host-alive': () =>
    'tác nhân cũ vẫn lên tiếng sau khi tác nhân mới ghi danh: đây là hai máy; hãy thu hồi một, hoặc bác đề xuất',
  'permission-excess': (detail: string) => `vai trò này không được những quyền đó, hãy bỏ bớt: ${detail}`,
  'invitation-unknown': () => 'lời mời đã dùng hoặc hết hạn: hãy xin lời mời mới',
  'logout-token-used': () => 'thông báo đăng xuất này đã được xử lý trước đó',
  'second-factor-set': () => 'đã có yếu tố thứ hai: hãy gỡ nó trước',
  'second-factor-wrong': () => 'mã của yếu tố thứ hai không đúng: hãy xem giờ của điện thoại và nhập mã mới',
  'dossier-unknown': () => 'không có hồ sơ cấp độ này; xem "vonggac system dossier show HỆ-THỐNG"',
  'dossier-invalid': (detail: string) => `hồ sơ không hợp lệ: ${detail}`,
  'dossier-not-yours': () =>
    'chỉ quản trị viên hoặc trưởng nhóm SOC được phê duyệt hồ sơ và sửa hồ sơ đã phê duyệt',
  'dossier-document-unknown': () => 'không có tài liệu này trong hồ sơ',
  'dossier-import-changed': (detail: string) => `không hoàn tác được lần nhập này: ${detail}`,
  'compliance-profile-unknown': (detail: string) =>
    `không có bộ yêu cầu ${detail}; xem "vonggac compliance list --help"`,
  'compliance-override-unknown': (detail: string) =>
    `trường ${detail} chưa được sửa, đang dùng giá trị của sản phẩm`,
  'compliance-override-invalid': (detail: string) =>
    `chỉ sửa được trường có dấu "cần xác nhận", bằng giá trị đúng dạng: ${detail}`,
  'compliance-override-not-yours': () =>
    'danh mục dùng chung cho toàn tỉnh, chỉ quản trị viên toàn tỉnh được sửa',
  'compliance-control-unknown': (detail: string) => `hệ thống không có yêu cầu này: ${detail}`,
  'compliance-gap-unknown': () => 'chưa có kế hoạch khắc phục cho yêu cầu này; xem "vonggac compliance gaps"',
  'compliance-running': () => 'đang đánh giá; hãy đợi lần này xong',
  'compliance-snapshot-damaged': (detail: string) => `bản chụp đánh giá không còn như lúc ghi: ${detail}`,
  'compliance-snapshot-unknown': () => 'không có bản chụp đánh giá này; xem "vonggac compliance snapshots"',
  'compliance-list-unknown': () => 'chưa ai lập danh sách này; xem "vonggac compliance lists list"',
  'compliance-list-invalid': (detail: string) => `danh sách không hợp lệ: ${detail}`,
  'compliance-list-not-yours': () =>
    'danh sách dùng chung do người thấy toàn bộ cây cơ quan lập; hãy nêu --agency hoặc --system',
  'attestation-unknown': () => 'không có bản xác nhận này; xem "vonggac compliance attest list"',
  'attestation-invalid': (detail: string) => `bản xác nhận không hợp lệ: ${detail}`,
  'attestation-state': (detail: string) => `bản xác nhận không còn ở trạng thái đó: ${detail}`,
  'attestation-not-yours': (detail: string) =>
    `việc này cần người khác (GV-04: người đánh giá độc lập với đơn vị vận hành): ${detail}`,
  'key-in-use': () => 'bộ thu thập đang chạy và giữ khóa cũ: hãy dừng mọi bộ thu thập rồi chạy lại lệnh này',
  'file-too-large': (detail: string) => `tệp quá lớn: ${detail}`,
  'file-infected': (detail: string) => `tệp bị từ chối vì nhiễm mã độc; việc này đã được ghi lại: ${detail}`,
  'file-not-scanned': (detail: string) =>
    `chưa quét được mã độc nên không nhận tệp; hãy kiểm tra ClamAV rồi gửi lại: ${detail}`,
  'exception-unknown': () => 'không có ngoại lệ này; xem "vonggac exception list"',
  'exception-acts': () =>
    'ngoại lệ chưa kết thúc: hãy thu hồi trước ("vonggac exception revoke"), rồi mới nêu lại những gì nó đã che',
  'exception-decided': () =>
    'ngoại lệ này đã có quyết định hoặc đã kết thúc; xem "vonggac exception show SỐ"',
  'exception-invalid': (detail: string) => `ngoại lệ không hợp lệ: ${detail}`,
  'exception-not-yours': () =>
    'việc này cần người khác: người yêu cầu không tự duyệt hay gia hạn, và chỉ người yêu cầu mới rút được yêu cầu',
  'exceptions-too-many': () => 'đã có quá nhiều ngoại lệ đang chờ hoặc có hiệu lực: hãy kết thúc bớt',
  'hunt-schedule-unknown': () => 'cuộc săn tìm này không có lịch chạy; xem "vonggac hunt list"',
  'hunt-schedules-too-many': () => 'cơ quan đã có quá nhiều cuộc săn tìm theo lịch: hãy bỏ bớt',
  'password-weak': (detail: string) => `mật khẩu chưa đủ mạnh: ${detail}`,
  'password-wrong': () => 'mật khẩu không đúng',
  'quota-unknown': () => 'không có hạn mức này; xem "vonggac quota list"',
  'bandwidth-unknown': () => 'không có giới hạn băng thông này; xem "vonggac bandwidth list"',
  'calendar-unknown': () => 'cơ quan không có lịch riêng; xem "vonggac calendar list"',
  'calendar-invalid': (detail: string) => `không thành một lịch: ${detail}`,
  'bundle-publisher-unknown': () => 'nơi phát hành gói này chưa được tin; hãy thêm khóa của họ trước',
  'bundle-publishers-full': () => 'đã tin quá nhiều nơi phát hành gói: hãy bỏ bớt',
  'bundle-rolled-back': (detail: string) => `gói cũ hơn gói đã nhận: ${detail}; hãy lấy gói mới nhất`,
  'ladder-unknown': () => 'không có thông báo nào mang mã đó',
  'request-invalid': (detail: string) => `yêu cầu không hợp lệ: ${detail}`,
};
