/**
 * Which lane (priority class) records of a channel travel in: security and integrity first, bulk logs last. The
 * settings may say otherwise by channel, and for a log by its file.
 */
import path from 'node:path';
import type { LaneName } from '#protocol/lane.ts';
import { LOG_CHANNELS } from '#protocol/record-names.ts';

/** As in stored rows. What the agent says about itself is always of the security lane. */
export const CHANNELS = [
  ...LOG_CHANNELS.map((channel) => `log/${channel}` as const),
  'integrity',
  'inventory',
  'activity',
  'posture',
  'probe',
  'response',
] as const;
export type Channel = (typeof CHANNELS)[number];

const LANE_OF_CHANNEL: Record<Channel, LaneName> = {
  'log/sshd': 'security',
  'log/windows-xml': 'security',
  'log/linux-syslog': 'standard',
  'log/dpkg': 'standard',
  'log/web-access': 'bulk',
  'log/web-error': 'bulk',
  'log/linux-audit': 'security',
  'log/postgresql': 'standard',
  'log/mysql': 'standard',
  'log/command': 'standard',
  'log/application': 'bulk',
  integrity: 'security',
  inventory: 'standard',
  activity: 'security',
  posture: 'standard',
  probe: 'standard',
  response: 'security',
};

/** Files of a mixed channel whose lines are about who came in. */
const SECURITY_FILES = /^(auth\.log|secure)$/;

export type LaneTable = (channel: Channel, file?: string) => LaneName;

/** @param configured by channel, over the defaults. */
export function laneTable(configured: Partial<Record<Channel, LaneName | undefined>> = {}): LaneTable {
  return (channel, file) => {
    const own = configured[channel];
    if (own !== undefined) return own;
    const about = channel === 'log/linux-syslog' && SECURITY_FILES.test(path.basename(file ?? ''));
    return about ? 'security' : LANE_OF_CHANNEL[channel];
  };
}
