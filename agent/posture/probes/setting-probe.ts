/** `setting`: the value that counts of a key in files of keys and values. */
import type { z } from 'zod';
import type { settingTestSchema } from '#protocol/posture-tests.ts';
import type { Finding } from '../finding.ts';
import { toLines, type HostView, type Line } from '../host-view.ts';
import { describeValue, judgeValue } from '../judge-value.ts';

type SettingTest = z.infer<typeof settingTestSchema>;

interface Setting {
  value: string;
  place: string;
}

export async function probeSetting(test: SettingTest, view: HostView): Promise<Finding> {
  const key = test.section === undefined ? test.key : `[${test.section}] ${test.key}`;
  const expected = `${key} ${describeValue(test.value)}`;
  const found: Setting[] = [];
  const files = await view.expand(test.files);
  for (const file of files) {
    const text = (await view.openText(file)) ?? '';
    found.push(...settingsIn(toLines(text, file), test));
  }
  const setting = test.wins === 'first' ? found[0] : found.at(-1);
  if (setting !== undefined)
    return {
      ok: judgeValue(setting.value, test.value),
      observed: `${key} = ${setting.value} (${setting.place})`,
      expected,
    };
  if (test.default === undefined) return { ok: false, observed: `${key}: not set`, expected };
  return {
    ok: judgeValue(test.default, test.value),
    observed: `${key}: not set, so ${test.default === '' ? '""' : test.default}`,
    expected,
  };
}

/** Every time the key is set, in order. */
export function settingsIn(lines: readonly Line[], { form, section, key }: SettingTest): Setting[] {
  const found: Setting[] = [];
  const wanted = key.toLowerCase();
  let current = '';
  for (const { text, place } of lines) {
    const line = text.trim();
    if (line === '' || line.startsWith('#') || (form !== 'shell' && line.startsWith(';'))) continue;
    if (form === 'ini' || section !== undefined) {
      const head = /^\[([^\]]*)\]$/.exec(line);
      if (head !== null) {
        current = head[1] ?? '';
        continue;
      }
      if (section !== undefined && current !== section) continue;
    }
    const pair = splitPair(line, form);
    if (pair !== undefined && pair.key.toLowerCase() === wanted) found.push({ value: pair.value, place });
  }
  return found;
}

function splitPair(line: string, form: SettingTest['form']): { key: string; value: string } | undefined {
  if (form === 'words') {
    const [key = '', ...rest] = line.split(/[\s=]+/);
    return { key, value: withoutComment(rest.join(' ')) };
  }
  const text = form === 'shell' ? line.replace(/^export\s+/, '') : line;
  const equals = text.indexOf('=');
  // A word alone switches something on.
  if (equals < 0) return form === 'shell' ? undefined : { key: withoutComment(text), value: '' };
  return { key: text.slice(0, equals).trim(), value: unquote(withoutComment(text.slice(equals + 1))) };
}

function withoutComment(text: string): string {
  return text.replace(/\s#.*$/, '').trim();
}

function unquote(text: string): string {
  const found = /^"([^"]*)"$|^'([^']*)'$/.exec(text);
  return found === null ? text : (found[1] ?? found[2] ?? '');
}
