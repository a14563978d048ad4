/** E-mail addresses in text. Each `@` is looked at once, with bounded looks to either side. */

const LOCAL_CHARS_MAX = 64;
const DOMAIN_CHARS_MAX = 253;
const LOCAL = /[A-Za-z0-9._%+-]/;
const DOMAIN = /^[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}(?![A-Za-z0-9-])/;
/** Names of systemd's units have an `@` too. */
const UNIT = /\.(?:service|socket|timer|target|mount|slice|scope|device|path)$/;

export function maskEmails(text: string, mask: string): string {
  let out = '';
  let kept = 0;
  // As it is, or escaped in a URL.
  for (const { 0: sign, index } of text.matchAll(/@|%40/g)) {
    const to = index + sign.length;
    let from = index;
    while (from > kept && index - from < LOCAL_CHARS_MAX && LOCAL.test(text.charAt(from - 1))) from -= 1;
    if (from === index) continue;
    const domain = DOMAIN.exec(text.slice(to, to + DOMAIN_CHARS_MAX))?.[0];
    if (domain === undefined || UNIT.test(domain)) continue;
    out += text.slice(kept, from) + mask;
    kept = to + domain.length;
  }
  return kept === 0 ? text : out + text.slice(kept);
}
