/**
 * A change in the registry of Windows, as the agent's comparison tells it, in the words of Sysmon (TargetObject, Details, EventType),
 * so that rules for its events 12 and 13 hold for it as well; and in those of ECS.
 */
import type { IntegrityRecord } from '../protocol/record.ts';
import { logSources, put, putAction } from './draft.ts';
import type { NormalEvent } from './event.ts';

type Changed = 'created' | 'modified' | 'deleted';

const OWN = { product: 'vonggac', service: 'registry' };
const WINDOWS = { product: 'windows' };
const ANY = { ...WINDOWS, category: 'registry_event' };
const SOURCES = {
  set: logSources(OWN, ANY, { ...WINDOWS, category: 'registry_set' }),
  add: logSources(OWN, ANY, { ...WINDOWS, category: 'registry_add' }),
  delete: logSources(OWN, ANY, { ...WINDOWS, category: 'registry_delete' }),
};
const PATH = /^HK(?:LM|U)\\/;
const KEY = 'key';

const isChange = (change: IntegrityRecord['change']): change is Changed =>
  change === 'created' || change === 'modified' || change === 'deleted';

/** @returns whether it was one */
export function readRegistryChange(event: NormalEvent, record: IntegrityRecord): boolean {
  const { path, change, detail = {} } = record;
  if (!PATH.test(path) || !isChange(change)) return false;
  const { registryType, registryData, previousType, previousData } = detail;
  const isKey = registryType === KEY;
  const what = isKey ? 'key' : 'value';
  event.logsources = change === 'deleted' ? SOURCES.delete : isKey ? SOURCES.add : SOURCES.set;
  event.parsed = true;
  putAction(event, `registry_${what}_${change}`, 'success');
  put(event, 'TargetObject', path);
  put(event, 'registry.path', path);
  put(event, 'registry.hive', path.slice(0, path.indexOf('\\')));
  const cut = isKey ? path.length : path.lastIndexOf('\\');
  put(event, 'registry.key', path.slice(path.indexOf('\\') + 1, cut));
  if (!isKey) put(event, 'registry.value', path.slice(cut + 1));
  const verb = change === 'deleted' ? 'Delete' : isKey ? 'Create' : 'Set';
  put(event, 'EventType', `${verb}${isKey ? 'Key' : 'Value'}`);
  let now = '';
  if (!isKey && typeof registryData === 'string') {
    now = detailsOf(String(registryType), registryData);
    put(event, 'Details', now);
    put(event, 'registry.data.type', String(registryType));
    put(event, 'registry.data.strings', registryData.split('\n'));
  }
  let before = '';
  if (!isKey && typeof previousData === 'string') {
    before = detailsOf(String(previousType), previousData);
    put(event, 'registry.previous.data.type', String(previousType));
    put(event, 'registry.previous.data.strings', previousData.split('\n'));
  }
  if (record.offline === true) put(event, 'integrity.offline', true);
  if (record.sinceMs !== undefined) put(event, 'integrity.since', new Date(record.sinceMs).toISOString());
  put(event, 'integrity.package', record.package);
  const values =
    change === 'modified' ? `: ${before} → ${now}` : isKey ? '' : `: ${change === 'deleted' ? before : now}`;
  const offline = record.offline === true ? ' while the agent was not running' : '';
  event.message = `${path} was ${change}${values}${offline}`;
  return true;
}

/** As Sysmon writes data. */
function detailsOf(type: string, data: string): string {
  if (type === 'REG_DWORD' && /^\d{1,10}$/.test(data))
    return `DWORD (0x${Number(data).toString(16).padStart(8, '0')})`;
  if (type === 'REG_QWORD' && /^\d{1,20}$/.test(data)) {
    const hex = BigInt(data).toString(16).padStart(16, '0');
    return `QWORD (0x${hex.slice(0, -8)}-0x${hex.slice(-8)})`;
  }
  if (type === 'REG_BINARY') return 'Binary Data';
  if (data === '') return '(Empty)';
  return data.replaceAll('\n', ';');
}
