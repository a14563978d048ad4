/** Values of indicators in the one form in which they are kept and compared. */
import { isIP } from 'node:net';
import type { IndicatorType } from './case-words.ts';

const CHARS_MAX = 1_024;
const HEX: Partial<Record<IndicatorType, RegExp>> = {
  md5: /^[0-9a-f]{32}$/,
  sha1: /^[0-9a-f]{40}$/,
  sha256: /^[0-9a-f]{64}$/,
};
const DOMAIN =
  /^(?=.{1,253}$)(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?\.)+\p{L}[\p{L}\p{N}-]{0,61}[\p{L}\p{N}]$/u;
const EMAIL = /^[^\s@<>"]{1,64}@[^\s@<>"]{1,253}$/;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** As analysts write them so that nobody clicks: `hxxp://evil[.]example`. */
function refang(text: string): string {
  return text
    .replaceAll(/\[\.\]|\(\.\)|\[dot\]/gi, '.')
    .replace(/^hxxp/i, 'http')
    .replaceAll('[:]', ':')
    .replaceAll('[@]', '@');
}

/** Undefined for what is none of that type. */
export function tidyIndicator(type: IndicatorType, text: string): string | undefined {
  const value = refang(text.normalize('NFC').trim());
  if (value === '' || value.length > CHARS_MAX || CONTROL.test(value)) return undefined;
  const lower = value.toLowerCase();
  switch (type) {
    case 'ip':
      return isIP(value) === 0 ? undefined : lower;
    case 'cidr': {
      const [address = '', bits = '', ...rest] = value.split('/');
      const family = isIP(address);
      const isBits = /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
      return family !== 0 && isBits && rest.length === 0 ? lower : undefined;
    }
    case 'domain':
      return DOMAIN.test(lower) ? lower : undefined;
    case 'url':
      return URL.canParse(value) && /^(?:https?|ftp):/i.test(value) ? new URL(value).href : undefined;
    case 'email':
      return EMAIL.test(value) ? lower : undefined;
    case 'md5':
    case 'sha1':
    case 'sha256':
      return HEX[type]?.test(lower) ? lower : undefined;
    case 'file':
    case 'other':
      return value;
  }
}
