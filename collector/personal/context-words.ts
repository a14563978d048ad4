/** Words that say what a number after them is; compared without marks and case, so `số tài khoản` and `So tai khoan` are one. */

/** How far before a number its word may stand. */
const REACH_CHARS = 32;

export const CITIZEN_WORDS =
  /(?:cccd|cmnd|cmt|can cuoc|chung minh|dinh danh|citizen ?id|identity(?: ?card)?|id ?card|so gttt)[^a-z0-9]*(?:cong dan|nhan dan|ca nhan|so|no|number|num)?[^a-z0-9]*$/;
export const PHONE_WORDS =
  /(?<![a-z0-9])(?:sdt|dt|dien thoai|di dong|phone|tel|mobile|zalo|hotline|msisdn)[^a-z0-9]*(?:so|no|number|num)?[^a-z0-9]*$/;
export const ACCOUNT_WORDS =
  /(?<![a-z0-9])(?:stk|tai khoan ngan hang|so tai khoan|so tk|bank ?acc(?:oun)?t|account ?(?:no|number|num)|acct ?(?:no|number)|so the|card ?(?:no|number)|iban)[^a-z0-9]*(?:so|no|number|num)?[^a-z0-9]*$/;

/** @param words ends with what may stand between word and number */
export function hasWordBefore(text: string, at: number, words: RegExp): boolean {
  const before = text
    .slice(Math.max(0, at - REACH_CHARS), at)
    // In URLs a blank, a colon and an equals sign are escaped.
    .replaceAll(/%(?:20|3[AaDd])|\+/g, ' ')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[đĐ]/g, 'd')
    .toLowerCase()
    .replaceAll(/[_\-.]/g, ' ');
  return words.test(before);
}
