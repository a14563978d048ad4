/**
 * How a setting stands, as one text that can be compared, shown and kept: `success+failure` of a subcategory, `dword 1`,
 * `text *` or `absent` of a value, `on 20971520` of a log. Pure.
 */
import type { RegistryKey, RegistryValue } from '../windows/reg-file.ts';
import type { AuditSetting } from './wanted-settings.ts';

export const ABSENT = 'absent';

const BITS = ['none', 'success', 'failure', 'success+failure'] as const;

export function bitsOf(state: string): number {
  return BITS.findIndex((each) => each === state);
}

/** @param text of `auditpol /backup`: the subcategory's number, and at the end of its line 0 to 3. @returns by number in upper case */
export function parseAuditBackup(text: string): Map<string, string> {
  const states = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const found = /,\s*(\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\})\s*,.*,\s*"?([0-3])"?\s*$/i.exec(
      line,
    );
    const [, guid = '', bits = ''] = found ?? [];
    const state = BITS[Number(bits)];
    if (found !== null && state !== undefined) states.set(guid.toUpperCase(), state);
  }
  return states;
}

/** @param text of `wevtutil gl LOG /f:xml`. @returns undefined when it does not say */
export function parseLogSettings(text: string): string | undefined {
  const enabled = /<channel\b[^>]*\senabled\s*=\s*["'](true|false)["']/i.exec(text)?.[1];
  const bytes = /<maxSize>\s*(\d{1,15})\s*<\/maxSize>/i.exec(text)?.[1];
  if (enabled === undefined || bytes === undefined) return undefined;
  return `${enabled.toLowerCase() === 'true' ? 'on' : 'off'} ${Number(bytes)}`;
}

export function logState(state: string): { enabled: boolean; bytes: number } | undefined {
  const [, word, bytes] = /^(on|off) (\d+)$/.exec(state) ?? [];
  return word === undefined ? undefined : { enabled: word === 'on', bytes: Number(bytes) };
}

export function registryState(key: RegistryKey | undefined, name: string): string {
  const value = key?.values.get(name.toLowerCase());
  return value === undefined ? ABSENT : valueState(value);
}

function valueState(value: RegistryValue): string {
  switch (value.type) {
    case 'number':
      return `dword ${value.number}`;
    case 'text':
      return `${value.isExpanded === true ? 'expand' : 'text'} ${value.text}`;
    case 'texts':
      return `texts ${value.texts.join('\\0')}`;
    case 'bytes':
      return `bytes ${value.bytes.toString('hex')}`;
  }
}

/** What `reg add` takes for it: type and data. @returns undefined for what is no value */
export function registryData(state: string): { type: string; data: string } | undefined {
  const cut = state.indexOf(' ');
  const [word, data] = [state.slice(0, cut), state.slice(cut + 1)];
  const TYPES: Readonly<Record<string, string>> = {
    dword: 'REG_DWORD',
    text: 'REG_SZ',
    expand: 'REG_EXPAND_SZ',
    texts: 'REG_MULTI_SZ',
    bytes: 'REG_BINARY',
  };
  const type = cut === -1 ? undefined : TYPES[word];
  return type === undefined ? undefined : { type, data };
}

/** How it has to be, given how it is: never less than it is. undefined: there is nothing to set here. */
export function wantedState(setting: AuditSetting, state: string): string | undefined {
  switch (setting.kind) {
    case 'policy':
      return BITS[Math.max(0, bitsOf(state)) | setting.bits];
    case 'registry':
      return setting.wanted;
    case 'log': {
      const log = logState(state);
      return log === undefined ? undefined : `on ${Math.max(log.bytes, setting.bytesMin)}`;
    }
  }
}
