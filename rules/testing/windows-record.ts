/**
 * A Windows event in a rule's test, written short: `kind: windows` with channel, id and data becomes the record that an
 * agent sends, with the event's XML as the event log renders it. Pure.
 */
import { z } from 'zod';

const windowsTemplateSchema = z.strictObject({
  kind: z.literal('windows'),
  channel: z.string().min(1),
  /** Left out: the one that most events of the channel come from. */
  provider: z.string().min(1).optional(),
  id: z.int().min(0),
  computer: z.string().min(1).default('PC-017.tinh.local'),
  data: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  /** In place of data: an element of UserData and what lies in it, as the event log's own events have it. */
  user_data: z
    .strictObject({ element: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) })
    .optional(),
});

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const PROVIDERS: Readonly<Record<string, string>> = {
  Security: 'Microsoft-Windows-Security-Auditing',
  System: 'Service Control Manager',
};
/** What each event of Sysmon begins with. */
const SYSMON_OF_NOBODY = { RuleName: '-', UtcTime: '2025-06-15 02:00:00.000' };
const SYSMON_START = {
  ...SYSMON_OF_NOBODY,
  ProcessGuid: '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}',
  ProcessId: '4711',
};

/** Drivers, and events that name two processes. */
const NO_PROCESS = new Set([6, 8, 10]);

const escape = (value: string | number): string =>
  String(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

export function isWindowsTemplate(template: Readonly<Record<string, unknown>>): boolean {
  return template['kind'] === 'windows';
}

/** @throws ZodError when the short form holds what it does not know. */
export function windowsRecord(
  template: Readonly<Record<string, unknown>>,
  timeMs: number,
): Record<string, unknown> {
  const { channel, provider, id, computer, data, user_data } = windowsTemplateSchema.parse(template);
  const name = provider ?? PROVIDERS[channel] ?? channel.replace(/\/.*$/, '');
  const start = NO_PROCESS.has(id) ? SYSMON_OF_NOBODY : SYSMON_START;
  const values = { ...(channel === SYSMON && start), ...data };
  const items = Object.entries(values).map(
    ([key, value]) => `<Data Name="${escape(key)}">${escape(value)}</Data>`,
  );
  const inUserData =
    user_data && Object.entries(user_data.values).map(([key, value]) => `<${key}>${escape(value)}</${key}>`);
  const body =
    user_data === undefined
      ? `<EventData>${items.join('')}</EventData>`
      : `<UserData><${user_data.element}>${inUserData?.join('') ?? ''}</${user_data.element}></UserData>`;
  const keywords = channel === 'Security' ? '0x8020000000000000' : '0x8000000000000000';
  const text = `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="${escape(name)}"/><EventID>${String(id)}</EventID><Version>2</Version><Level>4</Level><Task>${String(id)}</Task><Opcode>0</Opcode><Keywords>${keywords}</Keywords><TimeCreated SystemTime="${new Date(timeMs).toISOString().replace('Z', '4000Z')}"/><EventRecordID>4242</EventRecordID><Correlation/><Execution ProcessID="3308" ThreadID="4008"/><Channel>${escape(channel)}</Channel><Computer>${escape(computer)}</Computer><Security UserID="S-1-5-18"/></System>${body}</Event>`;
  return { kind: 'log', at: Math.round(timeMs), channel: 'windows-xml', origin: channel, text };
}
