/**
 * What the house itself raises alerts about, in both languages. An alert carries its texts, as one of a rule does, so
 * that it explains itself later.
 */
import type { RuleFacts } from '../alert/detection.ts';
import type { Severity } from '../api/contract.ts';

export const HOUSE_RULES = [
  'vonggac:silent-agent',
  'vonggac:silent-site',
  'vonggac:silent-channel',
  'vonggac:sequence-gap',
  'vonggac:declared-loss',
  'vonggac:ledger-unbalanced',
  'vonggac:budget-near',
  'vonggac:budget-exceeded',
  'vonggac:disk-filling',
  'vonggac:disk-full',
  'vonggac:audit-head-unsent',
  'vonggac:automatic-stopped',
  'vonggac:notify-failing',
  'vonggac:exchange-failing',
] as const;
export type HouseRule = (typeof HOUSE_RULES)[number];

interface Texts {
  title: string;
  description: string;
  advice: string;
}

const EN: Readonly<Record<HouseRule, Texts>> = {
  'vonggac:exchange-failing': {
    title: 'Reports do not reach the national centre',
    description:
      'A link to the centre has failed several times in a row, was refused, or cannot make its document.',
    advice:
      'Look at "vonggac exchange links" and "vonggac exchange show", and try the way with "vonggac exchange test".',
  },
  'vonggac:notify-failing': {
    title: 'Notifications do not arrive',
    description: 'A channel of notices has carried none for half an hour.',
    advice: 'Look at its problem in "vonggac notify channels", and try it with "vonggac notify test".',
  },
  'vonggac:silent-agent': {
    title: 'Host silent',
    description: 'The agent has not been connected for longer than is usual for this host at this time.',
    advice:
      'Ask whether the host is switched off, and look whether the agent was stopped: that may be an attack.',
  },
  'vonggac:silent-site': {
    title: 'Line lost at a site',
    description: 'Most hosts of one network went away within a short time.',
    advice: 'Check the line and the power of the site. Its hosts keep their events and send them later.',
  },
  'vonggac:silent-channel': {
    title: 'Channel silent',
    description: 'A channel that came regularly has stopped, while its host is connected and at work.',
    advice: 'Look whether the log was switched off, moved or emptied: attackers do that.',
  },
  'vonggac:sequence-gap': {
    title: 'Events missing in the store',
    description: 'Sequences are neither stored nor declared lost. That should be impossible.',
    advice: 'Run "vonggac ledger --check" and report it: this is a defect, or somebody deleted rows.',
  },
  'vonggac:declared-loss': {
    title: 'Agent declared a loss',
    description: 'The agent gave up many records before they could be sent.',
    advice: 'Look at the reason: a full spool asks for a better line, fewer sources or a larger spool.',
  },
  'vonggac:ledger-unbalanced': {
    title: 'Loss ledger does not balance',
    description: 'Records that the agent read are neither stored, nor waiting, nor lost with a name.',
    advice: 'Run "vonggac ledger --check": it names host, channel, hour and difference.',
  },
  'vonggac:budget-near': {
    title: 'Agency near its storage budget',
    description: 'In one day the agency has stored four fifths or more of what it may store in a day.',
    advice:
      'Look at what its hosts send: "vonggac ledger --agency ID". A quota slows it, a larger budget allows it.',
  },
  'vonggac:budget-exceeded': {
    title: 'Agency over its storage budget',
    description: 'In one day the agency has stored more than it may store in a day. Nothing was dropped.',
    advice:
      'Look at what its hosts send: "vonggac ledger --agency ID". A quota slows it, a larger budget allows it.',
  },
  'vonggac:disk-filling': {
    title: 'Disk will soon be full',
    description: 'At the growth of the last days, or for want of room already, the reserve will be reached.',
    advice:
      'Make room: a larger disk, a second one for old days (VONGGAC_COLD_DIR), quotas, or shorter retention where the law allows it.',
  },
  'vonggac:disk-full': {
    title: 'Disk full: events wait on the hosts',
    description:
      'Less is free than must stay free. Nothing is acknowledged, and the hosts keep their events.',
    advice: 'Make room now: the hosts keep events only as long as their spools have room.',
  },
  'vonggac:audit-head-unsent': {
    title: "Audit trail's head cannot be sent away",
    description:
      'The place that VONGGAC_AUDIT_HEADS names has not been reached for an hour. What is cut off or rewritten meanwhile cannot be shown.',
    advice: 'Run "vonggac audit send": it says what is wrong. Somebody may want it so.',
  },
  'vonggac:automatic-stopped': {
    title: 'Automatic response stopped itself',
    description:
      'Rules wanted to act on more hosts within a short time than the signed authorisation allows. Nothing more is done without a person.',
    advice:
      'Look at what was done ("vonggac response authorisations"), release hosts that were cut off wrongly, and only then let it go on.',
  },
};

const VI: Readonly<Record<HouseRule, Texts>> = {
  'vonggac:exchange-failing': {
    title: 'Báo cáo không tới được trung tâm quốc gia',
    description: 'Một kết nối tới trung tâm lỗi nhiều lần liền, bị từ chối, hoặc không lập được tài liệu.',
    advice:
      'Xem "vonggac exchange links" và "vonggac exchange show", rồi thử đường truyền bằng "vonggac exchange test".',
  },
  'vonggac:notify-failing': {
    title: 'Thông báo không gửi được',
    description: 'Một kênh thông báo nửa giờ nay không chuyển được thông báo nào.',
    advice: 'Xem lỗi của kênh bằng "vonggac notify channels" và thử bằng "vonggac notify test".',
  },
  'vonggac:silent-agent': {
    title: 'Máy im lặng',
    description: 'Tác nhân không kết nối lâu hơn mức thường thấy của máy này vào lúc này.',
    advice: 'Hỏi xem máy có tắt không, và xem tác nhân có bị dừng không: đó có thể là tấn công.',
  },
  'vonggac:silent-site': {
    title: 'Mất đường truyền tại một điểm',
    description: 'Phần lớn máy của một mạng biến mất trong thời gian ngắn.',
    advice: 'Kiểm tra đường truyền và điện của điểm. Các máy giữ lại sự kiện và gửi sau.',
  },
  'vonggac:silent-channel': {
    title: 'Kênh im lặng',
    description: 'Một kênh vẫn đến đều nay đã ngừng, trong khi máy vẫn kết nối và làm việc.',
    advice: 'Xem nhật ký có bị tắt, chuyển chỗ hay xóa không: kẻ tấn công hay làm vậy.',
  },
  'vonggac:sequence-gap': {
    title: 'Thiếu sự kiện trong kho',
    description: 'Có số thứ tự không được lưu và cũng không được báo mất. Điều này lẽ ra không thể xảy ra.',
    advice: 'Chạy "vonggac ledger --check" và báo lại: đây là lỗi, hoặc có người đã xóa dữ liệu.',
  },
  'vonggac:declared-loss': {
    title: 'Tác nhân báo mất bản ghi',
    description: 'Tác nhân đã bỏ nhiều bản ghi trước khi gửi được.',
    advice: 'Xem lý do: hàng đợi đầy thì cần đường truyền tốt hơn, ít nguồn hơn hoặc hàng đợi lớn hơn.',
  },
  'vonggac:ledger-unbalanced': {
    title: 'Sổ mất mát không cân bằng',
    description: 'Có bản ghi tác nhân đã đọc mà không được lưu, không đang chờ và không nêu lý do mất.',
    advice: 'Chạy "vonggac ledger --check": lệnh nêu máy, kênh, giờ và chênh lệch.',
  },
  'vonggac:budget-near': {
    title: 'Cơ quan gần hết hạn mức lưu trữ',
    description: 'Trong một ngày cơ quan đã lưu từ bốn phần năm mức được lưu mỗi ngày trở lên.',
    advice:
      'Xem các máy gửi gì: "vonggac ledger --agency ID". Hạn ngạch làm chậm lại, hạn mức lớn hơn cho phép.',
  },
  'vonggac:budget-exceeded': {
    title: 'Cơ quan vượt hạn mức lưu trữ',
    description: 'Trong một ngày cơ quan đã lưu nhiều hơn mức được lưu mỗi ngày. Không có gì bị bỏ.',
    advice:
      'Xem các máy gửi gì: "vonggac ledger --agency ID". Hạn ngạch làm chậm lại, hạn mức lớn hơn cho phép.',
  },
  'vonggac:disk-filling': {
    title: 'Đĩa sắp đầy',
    description: 'Theo mức tăng của những ngày qua, hoặc vì chỗ trống đã ít, phần dự trữ sắp bị chạm tới.',
    advice:
      'Tạo thêm chỗ: đĩa lớn hơn, đĩa thứ hai cho ngày cũ (VONGGAC_COLD_DIR), hạn ngạch, hoặc lưu ngắn hơn nơi luật cho phép.',
  },
  'vonggac:disk-full': {
    title: 'Đĩa đầy: sự kiện chờ trên các máy',
    description: 'Chỗ trống ít hơn mức phải để trống. Không có gì được xác nhận, các máy giữ lại sự kiện.',
    advice: 'Tạo chỗ ngay: các máy chỉ giữ được sự kiện khi hàng đợi của chúng còn chỗ.',
  },
  'vonggac:audit-head-unsent': {
    title: 'Không gửi được dấu niêm của nhật ký kiểm toán',
    description:
      'Nơi nhận nêu trong VONGGAC_AUDIT_HEADS không liên lạc được đã một giờ. Phần bị cắt hay viết lại trong lúc này sẽ không chứng minh được.',
    advice: 'Chạy "vonggac audit send": lệnh nêu lỗi. Có thể có người cố ý.',
  },
  'vonggac:automatic-stopped': {
    title: 'Phản ứng tự động đã tự dừng',
    description:
      'Các quy tắc muốn tác động lên nhiều máy trong thời gian ngắn hơn mức văn bản ủy quyền cho phép. Không làm gì thêm nếu không có người quyết định.',
    advice:
      'Xem những gì đã làm ("vonggac response authorisations"), bỏ cô lập các máy bị cô lập nhầm, rồi mới cho chạy tiếp.',
  },
};

/** What the alert is about in particular, in both languages: it follows the title. */
export interface Particulars {
  en: string;
  vi: string;
}

export function houseFacts(rule: HouseRule, severity: Severity, particulars: Particulars): RuleFacts {
  const en = EN[rule];
  const vi = VI[rule];
  return {
    ruleId: rule,
    title: `${en.title}: ${particulars.en}`,
    titleVi: `${vi.title}: ${particulars.vi}`,
    description: en.description,
    descriptionVi: vi.description,
    advice: en.advice,
    adviceVi: vi.advice,
    severity,
    tags: [],
    falsePositives: [],
    references: [],
  };
}
