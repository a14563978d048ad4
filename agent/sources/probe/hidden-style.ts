/** Whether an element's own attributes keep it from the eyes of people: what style sheets do is not looked at. */
const HIDING: readonly RegExp[] = [
  /(?:^|[;\s])display\s*:\s*none/i,
  /(?:^|[;\s])visibility\s*:\s*(?:hidden|collapse)/i,
  /(?:^|[;\s])opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)/i,
  /(?:^|[;\s])font-size\s*:\s*[01](?:\.\d+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)/i,
  /(?:^|[;\s])text-indent\s*:\s*-\d{3,}/i,
  /(?:^|[;\s])(?:left|top|right|bottom|margin-left|margin-top)\s*:\s*-\d{3,}(?:\.\d+)?(?:px|em|rem|%|vw|vh)?/i,
  /(?:^|[;\s])clip\s*:\s*rect\(\s*0/i,
];
const NO_HEIGHT = /(?:^|[;\s])(?:max-)?height\s*:\s*[01](?:px)?\s*(?:;|!|$)/i;
const CLIPPED = /(?:^|[;\s])overflow(?:-[xy])?\s*:\s*hidden/i;
const STYLE_CHARS_MAX = 2_048;

export function isHidden(attributes: Readonly<Record<string, string>>): boolean {
  if (attributes['hidden'] !== undefined) return true;
  const style = attributes['style']?.slice(0, STYLE_CHARS_MAX);
  if (style === undefined) return false;
  return HIDING.some((pattern) => pattern.test(style)) || (NO_HEIGHT.test(style) && CLIPPED.test(style));
}
