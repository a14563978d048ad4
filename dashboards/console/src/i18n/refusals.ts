/**
 * What the server refuses, in Vietnamese, by the reason it names: what is wrong and what to do. English speakers read the
 * server's own words. A test asks for every reason of the server.
 */

import type { Refused } from '../api/http.ts';

export const refusals: Readonly<Partial<Record<string, string>>> = {
  // Codes that stand for themselves.
  'bad-request': 'Máy chủ không hiểu yêu cầu này: có giá trị chưa đúng dạng.',
  'bad-credentials':
    'Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đang bị khóa một lúc vì thử sai nhiều lần.',
  unauthenticated: 'Phiên làm việc đã hết. Hãy đăng nhập lại.',
  forbidden: 'Tài khoản của bạn không có quyền làm việc này. Hãy hỏi quản trị viên.',
  'password-change-required': 'Hãy đổi mật khẩu trước.',
  'cross-site':
    'Trình duyệt báo yêu cầu đến từ trang khác nên máy chủ từ chối. Hãy mở bảng điều khiển bằng đúng địa chỉ của nó.',
  'second-factor-needed': 'Cần thêm mã của yếu tố thứ hai, hoặc một mã khôi phục.',
  'second-factor-missing': 'Vai trò của bạn bắt buộc có yếu tố thứ hai: hãy bật nó trước.',
  'code-needed': 'Hãy nhập mã của yếu tố thứ hai trước.',
  'second-factor-wrong':
    'Mã của yếu tố thứ hai không đúng. Hãy chờ mã kế tiếp; đồng hồ điện thoại phải đúng giờ.',
  'step-up-required': 'Việc này cần bạn xác nhận lại mình là ai.',
  'password-weak':
    'Mật khẩu chưa đủ mạnh: hãy dùng một câu dài hơn, khác tên đăng nhập, không nằm trong các mật khẩu đã lộ.',
  'password-wrong': 'Mật khẩu hiện tại không đúng.',
  'not-found': 'Không tìm thấy. Có thể mục này đã bị xóa, hoặc bạn không được xem.',
  conflict: 'Việc này vướng với điều đã có. Hãy xem lại rồi làm tiếp.',
  'version-conflict': 'Người khác vừa thay đổi mục này. Hãy xem bản mới rồi làm tiếp.',
  'too-large': 'Yêu cầu quá lớn. Hãy rút ngắn rồi thử lại.',
  'unsupported-media-type': 'Máy chủ không nhận loại tệp này.',
  'limit-exceeded': 'Yêu cầu vượt quá mức cho phép. Hãy thu hẹp lại.',
  'file-infected':
    'Máy quét vi-rút thấy mã độc trong tệp này nên tệp không được giữ. Nếu là chứng cứ, hãy nén có mật khẩu rồi gửi lại.',
  'too-many-requests': 'Quá nhiều yêu cầu. Hãy chờ một lát rồi thử lại.',
  'server-error': 'Máy chủ gặp lỗi. Hãy thử lại; nếu vẫn lỗi, xem nhật ký của máy chủ.',
  'provider-away':
    'Không kết nối được máy chủ đăng nhập tập trung. Hãy thử lại sau, hoặc dùng tài khoản tại chỗ.',
  'scanner-away': 'Chưa quét vi-rút được tệp nên tệp không được giữ. Hãy thử lại sau một lát.',
  'storage-unavailable':
    'Kho dữ liệu tạm thời không trả lời, hoặc đĩa đã đầy. Sự kiện vẫn được giữ ở các máy; hãy thử lại sau một lát.',

  'machine-unknown': 'Máy này không có trong danh sách.',
  'agency-unknown': 'Không có cơ quan này, hoặc bạn không được xem.',
  'agency-exists': 'Đã có cơ quan mang tên này ở đó.',
  'agency-ended': 'Cơ quan này đã kết thúc vào ngày ấy.',
  'agency-root': 'Không làm được việc này với cơ quan gốc.',
  'agency-cycle': 'Cơ quan không thể nằm dưới chính nó hay dưới cơ quan con của nó.',
  'agency-depth': 'Cây cơ quan sẽ quá sâu.',
  'code-unknown': 'Không có mã định danh này.',
  'code-invalid': 'Mã định danh chưa đúng dạng.',
  'code-overlap': 'Mã định danh này đã thuộc một cơ quan khác trong thời gian đó.',
  'date-invalid': 'Ngày này không dùng được ở đây.',
  'change-unknown': 'Không có thay đổi này.',
  'change-conflict': 'Thay đổi này vướng với một thay đổi khác của cùng cơ quan.',
  'change-over': 'Thay đổi này đã xong, không sửa hay hủy được nữa.',
  'membership-overlap': 'Máy này đã thuộc hệ thống trong thời gian đó.',
  'import-invalid': 'Không nhập được tệp này; chưa thay đổi gì. Hãy xem các dòng bị nêu tên.',

  'alert-unknown': 'Không có cảnh báo này, hoặc bạn không được xem.',
  'alert-changed': 'Người khác vừa thay đổi cảnh báo này. Hãy xem lại rồi làm tiếp.',
  'alert-invalid': 'Cảnh báo không nhận thay đổi này: hãy xem trạng thái, kết luận và người được giao.',
  'bulk-changed': 'Trong lúc chờ, các mục đã thay đổi. Hãy xem trước lại rồi làm tiếp.',

  'baseline-unknown': 'Máy chưa báo mã của mốc so sánh nào: máy báo sau lần quét đủ kế tiếp.',
  'baseline-changed': 'Từ lúc bạn xem, máy đã báo mã khác: hãy xem lại rồi duyệt.',
  'baseline-tampered': 'Mốc so sánh của máy đã bị sửa: hãy xem máy đó, rồi chấp nhận mốc mới ngay trên máy.',
  'baseline-approval-unknown': 'Không có lần duyệt này, hoặc đã có người rút lại.',
  'alert-view-unknown': 'Không có bộ lọc này, hoặc bạn không được xem.',
  'alert-view-exists': 'Đã có bộ lọc mang tên này.',
  'alert-view-not-yours': 'Bộ lọc dùng chung do người có quyền xử lý cảnh báo tạo và sửa.',
  'alert-views-too-many': 'Đã lưu quá nhiều bộ lọc: hãy xóa bớt.',

  'job-unknown': 'Không có tác vụ này, hoặc bạn không được xem.',
  'job-kind-unknown': 'Không có loại tác vụ này.',
  'job-decided': 'Tác vụ này đã được quyết định rồi.',
  'job-not-yours': 'Việc này cần người thứ hai: người đề nghị không tự duyệt được.',
  'job-not-undoable': 'Tác vụ này không hoàn tác được nữa.',

  'upgrade-first': 'Cần nâng cấp dữ liệu trước khi làm việc này.',
  'backup-running': 'Đang có một lần sao lưu. Hãy chờ nó xong.',
  'backup-impossible': 'Không sao lưu được: hãy xem nơi giữ bản sao và chỗ trống trên đĩa.',

  'indicator-exists': 'Đã có dấu hiệu này.',
  'indicator-invalid': 'Dấu hiệu chưa đúng dạng, hoặc quá rộng để đối chiếu.',
  'indicator-limit': 'Đã giữ đủ số dấu hiệu cho phép: hãy bỏ bớt dấu hiệu cũ.',
  'indicator-source-unknown': 'Không có nguồn dấu hiệu này.',
  'indicator-unknown': 'Không có dấu hiệu này.',

  'rule-unknown': 'Không có luật này.',
  'rule-exists': 'Đã có luật mang mã này.',
  'rule-invalid': 'Luật còn lỗi: hãy xem các dòng được đánh dấu.',
  'rule-state': 'Luật không chuyển sang trạng thái đó được: bản nháp phải thử nghiệm trước.',
  'rule-in-use': 'Có luật tương quan đang dùng luật này: hãy tắt luật đó trước.',
  'rule-needs': 'Luật tương quan này cần các luật thành phần có hiệu lực trước.',
  'rule-not-yours':
    'Luật dùng chung cho mọi cơ quan: chỉ người thấy toàn bộ cây cơ quan mới sửa được. Bạn quyết định được riêng cho đơn vị mình.',
  'rule-version-unknown': 'Luật không có phiên bản này.',
  'rule-scope-unknown': 'Luật không có quyết định riêng này.',
  'rule-scopes-too-many':
    'Luật đã có quá nhiều quyết định riêng: hãy quyết định cho cả cơ quan thay vì từng máy.',
  'rule-import-unknown': 'Không có lần nhập luật này.',

  'exception-unknown': 'Không có ngoại lệ này, hoặc bạn không được xem.',
  'exception-acts': 'Ngoại lệ chưa kết thúc: hãy thu hồi nó trước, rồi mới nêu lại những gì nó đã che.',
  'exception-decided': 'Ngoại lệ này đã có quyết định hoặc đã kết thúc.',
  'exception-invalid': 'Ngoại lệ chưa dùng được: hãy xem phạm vi, điều kiện, ngày kết thúc và lý do.',
  'exception-not-yours':
    'Việc này cần người khác: người yêu cầu không tự duyệt hay gia hạn, và chỉ người yêu cầu mới rút được yêu cầu.',
  'exceptions-too-many': 'Đã có quá nhiều ngoại lệ đang chờ hoặc có hiệu lực: hãy kết thúc bớt.',

  'agent-unknown': 'Không có tác nhân này, hoặc bạn không được xem.',
  'agent-ambiguous': 'Có nhiều tác nhân mang tên này: hãy chọn đúng một.',
  'agent-retired': 'Tác nhân này đã thôi dùng hẳn: hãy ghi danh lại máy.',
  'same-host-unknown': 'Không có đề xuất ghép nào cho tác nhân này.',
  'same-host-alive':
    'Tác nhân cũ vẫn lên tiếng sau khi tác nhân mới ghi danh: đây là hai máy. Hãy thu hồi một, hoặc bác đề xuất.',
  'group-unknown': 'Không có nhóm máy này.',
  'quota-unknown': 'Không có hạn mức này.',
  'bandwidth-unknown': 'Không có giới hạn băng thông này.',
  'release-unknown': 'Không có bản phát hành này.',
  'release-invalid': 'Bản phát hành không hợp lệ hoặc chưa đủ chữ ký.',
  'release-known': 'Đã có bản phát hành này, hoặc một bản có số lớn hơn.',
  'release-full': 'Đã giữ đủ số bản phát hành: hãy rút bớt một bản trước.',
  'release-in-use': 'Bản phát hành đang được phát: hãy kết thúc đợt phát trước.',
  'release-withdrawn': 'Bản phát hành này đã bị rút.',
  'rollout-unknown': 'Không có đợt phát này.',
  'rollout-open': 'Đang có một đợt phát khác: hãy kết thúc nó trước.',
  'rollout-invalid': 'Các vòng của đợt phát chưa đúng: vòng cuối phải dành cho mọi máy.',
  'rollout-state': 'Đợt phát không ở trạng thái cho phép việc này.',
  'rollout-not-yours':
    'Người lập đợt phát không tự bắt đầu được: cần người thứ hai; mã API không được làm việc này.',
  'policy-unknown': 'Nhóm này chưa có chính sách, hoặc không có phiên bản đó.',
  'policy-invalid': 'Chính sách chưa dùng được: phải là JSON, và không có phần chỉ được đặt tại máy.',
  'signing-key-absent': 'Chưa có khóa ký: hãy tạo khóa ở máy chủ trước.',

  'join-token-unknown': 'Không có mã ghi danh này.',
  'api-token-unknown': 'Không có mã API này.',
  'permission-excess': 'Vai trò này không được những quyền đó: hãy bỏ bớt.',
  'invitation-unknown': 'Lời mời đã dùng hoặc hết hạn: hãy xin lời mời mới.',
  'logout-token-used': 'Thông báo đăng xuất này đã được xử lý trước đó.',
  'second-factor-set': 'Đã có yếu tố thứ hai: hãy gỡ nó trước.',
  'user-unknown': 'Không có người dùng này.',
  'external-groups-lockout':
    'Danh sách này lấy mất quyền quản trị của chính bạn. Hãy giữ nhóm cho bạn quyền đó, đặt trước các nhóm khác.',
  'user-linked': 'Tài khoản tập trung này đã liên kết với một người khác.',
  'user-external': 'Người này đăng nhập ở nơi khác: mật khẩu và yếu tố thứ hai do nơi đó quản lý.',
  'user-exists': 'Tên đăng nhập này đã có người dùng.',
  'user-ends-past': 'Ngày kết thúc của tài khoản phải ở phía trước.',
  'user-last-administrator': 'Đây là quản trị viên cuối cùng: hãy cho người khác vai trò đó trước.',
  'provider-absent': 'Chưa thiết lập đăng nhập tập trung.',
  'login-refused': 'Không đăng nhập được: tên hoặc mật khẩu không đúng, hoặc tài khoản đang bị khóa.',

  'system-unknown': 'Không có hệ thống này, hoặc bạn không được xem.',
  'system-exists': 'Cơ quan này đã có hệ thống mang tên đó.',
  'dossier-unknown': 'Hệ thống chưa có hồ sơ cấp độ.',
  'dossier-invalid': 'Hồ sơ chưa hợp lệ: hãy xem trạng thái, ngày và số quyết định.',
  'dossier-not-yours': 'Chỉ quản trị viên hoặc trưởng SOC được phê duyệt hồ sơ và sửa hồ sơ đã phê duyệt.',
  'dossier-document-unknown': 'Không có tài liệu này trong hồ sơ.',
  'dossier-import-changed': 'Không hoàn tác được lần nhập này: đã có người sửa sau đó.',
  'key-in-use': 'Bộ thu thập đang giữ khóa cũ: hãy dừng nó rồi đổi khóa.',
  'file-too-large': 'Tệp quá lớn.',
  'file-not-scanned': 'Chưa quét được mã độc nên không nhận tệp. Hãy báo quản trị viên rồi gửi lại.',

  'compliance-profile-unknown': 'Không có bộ yêu cầu này.',
  'compliance-override-unknown': 'Trường này chưa được sửa, đang dùng giá trị của sản phẩm.',
  'compliance-override-invalid': 'Chỉ sửa được trường có dấu “cần xác nhận”, bằng giá trị đúng dạng.',
  'compliance-override-not-yours': 'Danh mục dùng chung cho toàn tỉnh, chỉ quản trị viên toàn tỉnh được sửa.',
  'compliance-control-unknown': 'Hệ thống không có yêu cầu này.',
  'compliance-gap-unknown': 'Chưa có kế hoạch khắc phục cho yêu cầu này.',
  'compliance-running': 'Đang đánh giá. Hãy đợi lần này xong.',
  'compliance-snapshot-damaged': 'Bản chụp đánh giá không còn như lúc ghi: hãy báo quản trị viên.',
  'compliance-snapshot-unknown': 'Không có bản chụp đánh giá này.',
  'compliance-list-unknown': 'Chưa ai lập danh sách này.',
  'compliance-list-invalid': 'Danh sách chưa hợp lệ: hãy xem từng dòng.',
  'compliance-list-not-yours':
    'Danh sách dùng chung do người thấy toàn bộ cây cơ quan lập; hãy chọn cơ quan hay hệ thống của bạn.',
  'attestation-unknown': 'Không có bản xác nhận này.',
  'attestation-invalid': 'Bản xác nhận chưa hợp lệ: hãy xem biện pháp, người ký, ngày và hạn.',
  'attestation-state': 'Bản xác nhận không còn ở trạng thái đó.',
  'attestation-not-yours': 'Việc này cần người khác: người đánh giá độc lập với đơn vị vận hành (GV-04).',

  'hunt-unknown': 'Không có cuộc săn này, hoặc bạn không được xem.',
  'hunt-exists': 'Đã có cuộc săn mang tên này.',
  'hunts-too-many': 'Đã giữ quá nhiều cuộc săn: hãy bỏ bớt.',
  'hunt-schedule-unknown': 'Cuộc săn này không có lịch chạy.',
  'hunt-schedules-too-many': 'Cơ quan đã có quá nhiều cuộc săn theo lịch: hãy bỏ bớt.',

  'hold-unknown': 'Không có lệnh giữ này.',
  'hold-released': 'Lệnh giữ này đã kết thúc.',
  'months-too-few': 'Số tháng này ít hơn mức cấp độ của hệ thống đòi hỏi.',
  'retention-running': 'Đang dọn dữ liệu. Hãy đợi lần này xong.',
  'calendar-unknown': 'Cơ quan không có lịch làm việc riêng.',
  'calendar-invalid': 'Lịch làm việc chưa hợp lệ: hãy xem giờ, ngày nghỉ và khoảng vắng.',

  'response-unknown': 'Không có lệnh ứng phó này.',
  'response-decided': 'Lệnh này đã được quyết định rồi.',
  'response-not-yours': 'Việc này cần người thứ hai: người đề nghị không tự duyệt được.',
  'authorisation-unknown': 'Không có ủy quyền này.',
  'authorisation-state': 'Ủy quyền không còn ở trạng thái đó.',

  'bundle-publisher-unknown': 'Nơi phát hành gói này chưa được tin: hãy thêm khóa của họ trước.',
  'bundle-publishers-full': 'Đã tin quá nhiều nơi phát hành gói: hãy bỏ bớt.',
  'bundle-rolled-back': 'Gói này cũ hơn gói đã nhận: hãy lấy gói mới nhất.',

  'notify-plan-unknown': 'Không có lịch trực hay thang báo này.',
  'notify-plan-exists': 'Đã có lịch trực hay thang báo mang tên này.',
  'notify-plan-used': 'Còn nơi đang dùng lịch trực hay thang báo này.',
  'notify-channel-unknown': 'Không có kênh báo tin này.',
  'notify-channel-exists': 'Đã có kênh báo tin mang tên này.',
  'notify-message-unknown': 'Không có tin nhắn này.',
  'ladder-unknown': 'Không có thông báo nào mang mã đó.',

  'inspection-pack-unknown':
    'Không có gói này ở đây: chưa lập xong, đã hết hạn, hoặc do bộ thu thập khác lập.',
  'inspection-pack-large':
    'Giấy tờ quá lớn cho một gói: hãy lập theo từng hệ thống, hoặc không kèm nội dung giấy tờ.',
  'inspection-packs-full': 'Đã giữ đủ số gói: hãy tải về rồi bỏ bớt, hay đợi chúng hết hạn.',
  'exchange-link-unknown': 'Không có kết nối này tới trung tâm.',
  'exchange-link-exists': 'Đã có kết nối mang tên này.',
  'exchange-link-invalid':
    'Kết nối thiếu một nửa của một cặp (chứng thư và khóa, tên đăng nhập và mật khẩu), chưa có địa chỉ, hoặc đã đủ số kết nối.',
  'exchange-message-unknown': 'Không có báo cáo này.',
  'exchange-message-state': 'Báo cáo đã chuyển sang trạng thái khác. Hãy xem lại rồi làm tiếp.',
  'exchange-document-gone': 'Nội dung báo cáo không còn được giữ; chỉ giữ những báo cáo mới nhất.',
  'exchange-document-large': 'Báo cáo quá lớn: hãy báo cáo theo từng cơ quan.',
  'exchange-queue-full': 'Quá nhiều báo cáo đang chờ gửi: hãy sửa kết nối hoặc hủy bớt.',

  'report-unknown': 'Không có báo cáo này.',
  'report-period': 'Kỳ này không hợp với loại báo cáo.',
  'report-exists': 'Báo cáo này đã được bắt đầu.',
  'report-state': 'Báo cáo đã chuyển sang trạng thái khác. Hãy xem lại rồi làm tiếp.',
  'report-too-early': 'Chưa đến ngày chốt số liệu của kỳ này.',
  'report-findings': 'Còn chỗ chưa khớp: hãy sửa, hoặc ghi lý do vẫn chốt.',

  'request-unknown': 'Không có yêu cầu này.',
  'request-invalid': 'Yêu cầu chưa hợp lệ: hãy xem câu hỏi, người nhận và hạn.',
  'request-state': 'Yêu cầu đã chuyển sang trạng thái khác. Hãy xem lại rồi làm tiếp.',
  'request-not-yours': 'Việc này là của cơ quan được hỏi hoặc của người đã hỏi.',

  'case-unknown': 'Không có vụ việc này, hoặc bạn không được xem.',
  'case-invalid': 'Vụ việc không nhận thay đổi này.',
  'case-merged': 'Vụ việc này đã được gộp vào vụ việc khác.',
  'case-closed': 'Vụ việc đã đóng: hãy mở lại trước.',
  'case-limit': 'Vụ việc đã có đủ số mục cho phép.',
  'case-part-unknown': 'Không có mục này trong vụ việc.',
  'case-alert-elsewhere': 'Cảnh báo này đang ở một vụ việc khác.',
  'case-clock-running': 'Đồng hồ pháp lý còn chạy: hãy báo cáo trước.',
  'case-clock-proof': 'Cần bằng chứng đã gửi mới dừng được đồng hồ pháp lý.',
  'case-incident-incomplete': 'Còn thiếu dữ kiện của sự cố để lập mẫu này.',
  'case-move-final': 'Việc này không lấy lại được nữa.',
  'case-not-yours': 'Việc này cần người khác.',
  'handover-unknown': 'Không có sổ giao ca này.',
  'handover-not-yours': 'Chỉ người viết sửa được sổ giao ca chưa ký nhận.',
  'vulnerability-unknown': 'Không có lỗ hổng này trong dữ liệu đã nhập.',

  'demonstration-refused':
    'Không bắt đầu hay xóa được dữ liệu trình diễn ở đây: chỉ bắt đầu được khi bộ thu thập còn trống.',
  'story-among-real':
    'Bộ thu thập này có máy thật: sự kiện và cảnh báo của kịch bản sẽ nằm lẫn trong hàng đợi thật.',
  'story-told': 'Cảnh báo của lần diễn trước còn mở: hãy đóng chúng rồi diễn lại.',
  'demonstration-on': 'Đây là dữ liệu trình diễn, máy thật không vào được: hãy xóa nó trước.',
};

/** What zod says of a value, in Vietnamese: the first that fits. */
const valueFaults: readonly (readonly [RegExp, (found: RegExpExecArray) => string])[] = [
  [/^Too small: expected string to have >=1 characters$/u, () => 'chưa điền'],
  [/^Too small: expected string to have >=(\d+) characters$/u, ([, n]) => `cần ít nhất ${n} ký tự`],
  [/^Too big: expected string to have <=(\d+) characters$/u, ([, n]) => `nhiều nhất ${n} ký tự`],
  [/^Too small: expected number to be >=(-?[\d.]+)$/u, ([, n]) => `nhỏ nhất là ${n}`],
  [/^Too small: expected number to be >(-?[\d.]+)$/u, ([, n]) => `phải lớn hơn ${n}`],
  [/^Too big: expected number to be <=(-?[\d.]+)$/u, ([, n]) => `lớn nhất là ${n}`],
  [/^Too small: expected array to have >=(\d+) items$/u, ([, n]) => `cần ít nhất ${n} mục`],
  [/^Too big: expected array to have <=(\d+) items$/u, ([, n]) => `nhiều nhất ${n} mục`],
  [/^a host name or an address$/u, () => 'cần tên máy hoặc địa chỉ'],
  [/^Invalid email address$/u, () => 'không phải địa chỉ thư'],
  [/^Invalid URL$/u, () => 'không phải địa chỉ trang'],
  [/^Invalid (ISO )?(datetime|date)$/u, () => 'không phải ngày giờ'],
  [/^Invalid input: expected \w+, received undefined$/u, () => 'chưa điền'],
  [/^Unrecognized key/u, () => 'máy chủ không biết mục này'],
  [/one line/u, () => 'phải nằm trên một dòng'],
  [/PEM/u, () => 'phải là văn bản PEM'],
];

/** A refusal in Vietnamese; undefined: of a reason that this console does not know. */
export function refusalText({ code, reason, field, message }: Refused): string | undefined {
  if (reason === undefined && code === 'bad-request') {
    for (const [pattern, say] of valueFaults) {
      const found = pattern.exec(message);
      if (found !== null) return say(found);
    }
    return field === undefined ? refusals[code] : 'giá trị chưa đúng dạng';
  }
  return refusals[reason ?? code] ?? refusals[code];
}
