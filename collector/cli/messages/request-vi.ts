/** `vonggac request` in Vietnamese. */
import type { requestEn, requestHelpEn } from './request-en.ts';

export const requestVi: typeof requestEn = {
  none: 'Không có yêu cầu nào như vậy.',
  due: (time) => `hạn ${time}`,
  answer: (time, name) => `${name} trả lời lúc ${time}:`,
  isDraft: (id) => `Đây là dự thảo: "vonggac request send ${id}" để gửi.`,
  linkOnce: (time) => `Dùng đến ${time}, cho một lần trả lời. Địa chỉ này không được hiện lại.`,
  written: (file) => `Đã ghi ${file}.`,
  states: {
    draft: 'dự thảo',
    sent: 'đã gửi',
    seen: 'đã xem',
    overdue: 'QUÁ HẠN',
    answered: 'đã trả lời',
    returned: 'trả lại',
    accepted: 'đã chấp nhận',
    cancelled: 'đã hủy',
  },
  outcomes: { done: 'đã làm', 'not-done': 'chưa làm', cannot: 'không làm được' },
  columns: {
    id: 'MÃ',
    agency: 'CƠ QUAN',
    state: 'TRẠNG THÁI',
    due: 'HẠN',
    title: 'NỘI DUNG',
    waiting: 'ĐANG CHỜ',
    overdue: 'QUÁ HẠN',
    oldest: 'HẠN CŨ NHẤT',
  },
};

export const requestHelpVi: typeof requestHelpEn = {
  request: 'yêu cầu gửi cơ quan: phát hiện gì trên máy của họ, cần làm gì, hạn đến khi nào',
  requestList: 'liệt kê các yêu cầu, mới nhất trước',
  requestShow: 'xem một yêu cầu và các trả lời',
  requestCreate: 'soạn dự thảo về cảnh báo hoặc máy im lặng của một cơ quan',
  requestSend: 'gửi một dự thảo cho cơ quan',
  requestAccept: 'chấp nhận trả lời: yêu cầu kết thúc',
  requestReturn: 'trả lại kèm lý do và hạn mới',
  requestCancel: 'hủy một yêu cầu',
  requestLink: 'tạo trang để cơ quan trả lời một lần mà không cần tài khoản',
  requestDispatch: 'ghi công văn thành trang để in khổ A4',
  requestExport: 'ghi các yêu cầu thành tệp CSV cho Excel',
  requestOverdue: 'mỗi cơ quan đang có bao nhiêu yêu cầu, bao nhiêu quá hạn',
  requestTemplates: 'liệt kê các mẫu yêu cầu',
  requestId: 'mã yêu cầu, hoặc các ký tự đầu',
  requestState: 'chỉ các yêu cầu ở trạng thái này',
  requestAgency: 'chỉ của cơ quan này và các cơ quan bên dưới',
  requestAlert: 'chỉ về cảnh báo này',
  requestAlerts: 'cảnh báo mà yêu cầu nói về; có thể nêu nhiều lần',
  requestSilent: 'máy im lặng mà yêu cầu nói về, theo số hiệu tác nhân; có thể nêu nhiều lần',
  requestVulnerability:
    'lỗ hổng mà yêu cầu nói về: số hiệu tác nhân, dấu gạch chéo, tên lỗ hổng; có thể nêu nhiều lần',
  requestTemplate: 'mẫu để bắt đầu; mặc định là mẫu hợp với phát hiện',
  requestDue: 'ngày phải trả lời trước khi hết giờ làm việc, YYYY-MM-DD',
  requestReason: 'lý do',
  requestDays: 'trang mở trong bao nhiêu ngày, 1 đến 60',
  requestFile: 'tệp để ghi; chưa được có sẵn',
};

export const requestRefusalsVi = {
  'request-unknown': () =>
    'không có yêu cầu này, hoặc nhiều yêu cầu bắt đầu như vậy; xem "vonggac request list"',
  'request-state': () => 'yêu cầu đang ở trạng thái không làm được việc này',
  'request-not-yours': () => 'việc này của cơ quan gửi yêu cầu, không phải của cơ quan được yêu cầu',
};
