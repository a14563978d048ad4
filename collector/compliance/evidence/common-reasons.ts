/** Reasons that any kind of evidence may give, and how a reason becomes text. */
import type { BothLanguages } from '../../protocol/posture-policy.ts';
import { inWords, periodInWords } from './reason-words.ts';

export const COMMON_REASONS = {
  'no-hosts': {
    vi: 'Hệ thống chưa có máy nào được khai báo, không có gì để kiểm tra',
    en: 'No host belongs to the system, so there is nothing to look at',
  },
  'not-enrolled': {
    vi: '{missing}/{expected} máy của hệ thống chưa cài tác nhân nên chưa đánh giá được',
    en: '{missing} of {expected} computers have no agent, and are not assessed',
  },
  'never-reported': {
    vi: 'Máy đã đăng ký nhưng chưa từng gửi dữ liệu',
    en: 'The host is enrolled and has never reported',
  },
  silent: {
    vi: 'Máy không gửi dữ liệu từ {since}, trạng thái hiện tại chưa biết',
    en: 'The host has been silent since {since}: how it stands now is not known',
  },
  'no-facts': {
    vi: 'Máy có gửi dữ liệu nhưng không có thông tin cho yêu cầu này',
    en: 'The host reports, but says nothing about this',
  },
  stale: {
    vi: 'Thông tin gần nhất từ {since}, đã quá cũ để kết luận',
    en: 'The newest facts are of {since}: too old to say',
  },
  'too-new': {
    vi: 'Máy mới đăng ký lúc {enrolled}, chưa đủ {within} để kết luận',
    en: 'The host was enrolled at {enrolled}, less than {within} ago: too short a time to say',
  },
  'clock-wrong': {
    vi: 'Đồng hồ của máy lệch {hours} giờ, thời điểm trong dữ liệu của máy không dùng được',
    en: "The host's clock is off by {hours} hours, so the times in what it tells are of no use",
  },
  'look-failed': {
    vi: 'Agent không đọc được phần này trên máy: {why}',
    en: 'The agent could not read this on the host: {why}',
  },
  'partly-read': {
    vi: 'Agent chỉ đọc được một phần nên chưa thể kết luận đạt: {why}',
    en: 'The agent read only a part, which is not enough to call it met: {why}',
  },
  cut: {
    vi: 'Quá nhiều mục, một phần không được xét',
    en: 'There are too many items, and a part of them was not looked at',
  },
  'list-missing': {
    vi: 'Quản trị viên chưa lập danh sách "{list:list}" nên không có gì để so sánh (vonggac compliance lists)',
    en: 'No administrator gave the list "{list:list}" to compare with (vonggac compliance lists)',
  },
  'only-now': {
    vi: 'Thông tin này chỉ biết ở thời điểm hiện tại; ngày đã qua được chứng minh bằng bản chụp của ngày đó',
    en: 'This is known of the present only; a past day is proved by the snapshot of that day',
  },
  'no-threshold': {
    vi: 'Cấp {level} không đặt mức yêu cầu cho nội dung này',
    en: 'Level {level} makes no demand here',
  },
  'no-source': {
    vi: 'Chưa có nguồn bằng chứng "{kind}"',
    en: 'There is no source of evidence "{kind}"',
  },
  attested: {
    vi: '{signer} xác nhận ngày {on}',
    en: 'Attested by {signer} on {on}',
  },
  'attestation-missing': {
    vi: 'Chưa có xác nhận của người có trách nhiệm',
    en: 'Nobody responsible has attested it',
  },
  'attestation-expired': {
    vi: 'Xác nhận của {signer} đã hết hạn ngày {due}',
    en: 'The attestation by {signer} was due again on {due}',
  },
  'source-failed': {
    vi: 'Không đọc được nguồn bằng chứng: {error}',
    en: 'The source of evidence could not be read: {error}',
  },
} as const satisfies Record<string, BothLanguages>;

export type CommonReason = keyof typeof COMMON_REASONS;

/**
 * @param own texts of the kind
 * @returns both texts; an unknown code is shown as it is
 */
export function reasonText(
  reason: { code: string; args: Readonly<Record<string, string | number>> },
  own: Readonly<Record<string, BothLanguages>> = {},
): BothLanguages {
  const common: Readonly<Record<string, BothLanguages>> = COMMON_REASONS;
  const text = own[reason.code] ?? common[reason.code];
  if (text === undefined) return { vi: reason.code, en: reason.code };
  const fill = (language: keyof BothLanguages): string =>
    text[language].replaceAll(/\{(\w+)(?::(\w+))?\}/g, (place, name: string, set?: string) => {
      const said = reason.args[name];
      if (said === undefined) return place;
      return set === undefined ? periodInWords(String(said))[language] : inWords(set, String(said))[language];
    });
  return { vi: fill('vi'), en: fill('en') };
}

/** Common reasons without what is the centre's own, e.g. what its store answered. */
const OUTSIDE: Readonly<Record<string, BothLanguages>> = {
  'source-failed': {
    vi: 'Không đọc được nguồn bằng chứng',
    en: 'The source of evidence could not be read',
  },
  stale: { vi: 'Thông tin đã quá cũ để kết luận', en: 'The newest facts are too old to say' },
};
const CENTRE_ONLY: BothLanguages = {
  vi: 'Chi tiết là của trung tâm, chỉ người xem toàn bộ mới thấy',
  en: 'The details are those of the centre, and shown to whoever sees all of it',
};

/** Whether an argument of it is the centre's own whatever it is about. */
export function isOutsideCommon(code: string): boolean {
  return code === 'source-failed';
}

/** A reason about the centre for whoever sees a part of it only. @param kind left out: a common one */
export function outsideText(
  code: string,
  kind?: {
    reasons: Readonly<Record<string, BothLanguages>>;
    outside: Readonly<Record<string, BothLanguages | undefined>>;
  },
): BothLanguages {
  const known = kind?.outside[code] ?? OUTSIDE[code];
  if (known !== undefined) return known;
  const text = reasonText({ code, args: {} }, kind?.reasons);
  return /\{\w+/.test(text.vi) ? CENTRE_ONLY : text;
}
