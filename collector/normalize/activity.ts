/** What an agent saw happen: its facts carry Sigma's names already. */
import type { ActivityRecord } from '../protocol/activity-record.ts';
import type { LogSource, NormalEvent } from './event.ts';
import { logSources, put, putAction, setColumn } from './draft.ts';
import { putFacts, wordsOf } from './put-facts.ts';

const OWN = { product: 'vonggac', service: 'activity' };

const SOURCES_OF: Readonly<Record<ActivityRecord['category'], readonly LogSource[]>> = {
  process: logSources(OWN, { product: 'linux', category: 'process_creation' }),
  network: logSources(OWN, { product: 'linux', category: 'network_connection' }),
  listener: logSources(OWN),
  logon: logSources(OWN),
  privilege: logSources(OWN),
  device: logSources(OWN),
};

/** As other sources of the same facts have them. */
const COLUMNS = [
  ['user_name', 'User'],
  ['process_command_line', 'CommandLine'],
] as const;

export function readActivity(event: NormalEvent, record: ActivityRecord): void {
  const { category, action, sensor, detail } = record;
  event.logsources = SOURCES_OF[category];
  event.parsed = true;
  putAction(event, `${category}_${action}`);
  put(event, 'activity.category', category);
  put(event, 'activity.sensor', sensor);
  putFacts(event, '', detail);
  for (const [column, name] of COLUMNS) {
    const value = detail[name];
    if (typeof value === 'string') setColumn(event, column, value);
  }
  event.message = `${category} ${action}${wordsOf(detail)}`;
}
