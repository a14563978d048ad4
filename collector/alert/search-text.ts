/** Text as it is searched: without accents and case, so that "dang nhap" finds "Đăng nhập". */
const MARKS = /\p{M}+/gu;
export const SEARCH_CHARS_MAX = 384;

export function foldText(text: string): string {
  return text.normalize('NFD').replace(MARKS, '').replaceAll(/[đĐ]/g, 'd').toLowerCase();
}

/** What an alert is found by, cut. */
export function searchText(parts: readonly (string | null)[]): string {
  const text = parts.filter((part) => part !== null && part !== '').join('\n');
  return foldText(text.slice(0, SEARCH_CHARS_MAX)).slice(0, SEARCH_CHARS_MAX);
}
