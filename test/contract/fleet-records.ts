/** Records as agents send them of their inventory, logs and connections. */
import type { SourceRecord } from '../../collector/protocol/record.ts';

type Facts = Record<string, string | number | boolean | null>;

export const item = (
  at: number,
  category: 'user' | 'listening-port' | 'collection',
  key: string,
  after: Facts,
  snapshot = 'one',
  change: 'present' | 'added' | 'changed' = 'present',
): SourceRecord => ({
  kind: 'inventory',
  at,
  change,
  category,
  key,
  snapshot,
  after,
});
export const gone = (at: number, category: 'user', key: string): SourceRecord => ({
  kind: 'inventory',
  at,
  change: 'removed',
  category,
  key,
  snapshot: 'one',
  before: { login: true },
});
export const stands = (at: number, key: string, more: Facts = {}, snapshot = 'one'): SourceRecord =>
  item(at, 'collection', key, { state: 'complete', items: 2, truncated: 0, unread: '', ...more }, snapshot);
export const log = (
  at: number,
  channel: 'sshd' | 'dpkg' | 'linux-syslog' | 'windows-xml',
  text: string,
): SourceRecord => ({ kind: 'log', at, channel, origin: 'f', text });

export const login = (at: number, user: string, from: string): SourceRecord => {
  const stamp = new Date(at).toISOString().slice(11, 19);
  return log(
    at,
    'sshd',
    `Nov  5 ${stamp} web sshd[9]: Accepted publickey for ${user} from ${from} port 1024 ssh2: ED25519 SHA256:x`,
  );
};
export const connect = (at: number, DestinationIp: string): SourceRecord => ({
  kind: 'activity',
  at,
  category: 'network',
  action: 'connect',
  sensor: 'proc',
  detail: { Image: '/usr/bin/curl', DestinationIp, DestinationPort: '443', Initiated: 'true' },
});

export function windows(
  at: number,
  provider: string,
  channel: string,
  id: number,
  data: Record<string, string>,
  level = 4,
): SourceRecord {
  const values = Object.entries(data).map(([name, value]) => `<Data Name="${name}">${value}</Data>`);
  const system = `<Provider Name="${provider}"/><EventID>${id}</EventID><Level>${level}</Level><TimeCreated SystemTime="${new Date(at).toISOString()}"/><Channel>${channel}</Channel><Computer>pc</Computer>`;
  return log(
    at,
    'windows-xml',
    `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>${system}</System><EventData>${values.join('')}</EventData></Event>`,
  );
}
