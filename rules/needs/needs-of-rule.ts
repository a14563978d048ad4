/**
 * Which needs a rule has: from its log source and, for the Security log, the event ids that its detection asks for; a
 * correlation has those of the rules that it is made of. Invariant: a rule has one need at least, or it is named as unknown.
 */
import type { LogSource, ParsedCorrelation, ParsedRule, ParsedRules } from '../sigma/index.ts';
import { LOG_NEEDS, type LogNeed, type Sign } from './log-needs.ts';

type Detection = ParsedRule['detection']['selections'] extends ReadonlyMap<string, infer T> ? T : never;

export interface RuleNeeds {
  id: string;
  title: string;
  titleVi: string | undefined;
  level: string | undefined;
  tags: readonly string[];
  /** Any one of a need's logs is enough for it; a rule with several needs sees with each a part. */
  needs: readonly LogNeed[];
}

/** Categories that Sysmon alone writes. */
const BY_SYSMON: ReadonlySet<string> = new Set([
  'file_event',
  'file_delete',
  'file_delete_detected',
  'file_change',
  'file_rename',
  'file_access',
  'file_block_executable',
  'file_executable_detected',
  'create_stream_hash',
  'registry_event',
  'registry_add',
  'registry_set',
  'registry_delete',
  'registry_rename',
  'image_load',
  'driver_load',
  'network_connection',
  'process_access',
  'process_termination',
  'process_tampering',
  'create_remote_thread',
  'raw_access_thread',
  'pipe_created',
  'dns_query',
  'wmi_event',
  'sysmon_status',
  'sysmon_error',
  'clipboard_capture',
]);
const PROVES_PROCESS = 'process_creation';

const find = (id: string): LogNeed[] => LOG_NEEDS.filter((need) => need.id === id);

/** What a selection asks of `EventID`. */
export function eventIdsOf(detection: Detection): number[] {
  switch (detection.kind) {
    case 'any':
      return detection.of.flatMap(eventIdsOf);
    case 'item':
      return idsOfItem(detection.item);
    case 'all':
      return detection.items.flatMap(idsOfItem);
  }
}

type Item = Extract<Detection, { kind: 'item' }>['item'];
function idsOfItem({ field, values }: Item): number[] {
  return field === 'EventID' ? values.map(({ value }) => Number(value)).filter(Number.isInteger) : [];
}

const isWithin = (sign: Sign, { product, category, service }: LogSource): boolean =>
  (sign.product ?? product) === product &&
  (sign.category ?? category) === category &&
  (sign.service ?? service) === service;

/** @param eventIds that its detection names, none for all */
export function needsOf({ product, category, service }: LogSource, eventIds: readonly number[]): LogNeed[] {
  if (product === 'windows' || (product === undefined && category !== undefined && BY_SYSMON.has(category))) {
    if (category === PROVES_PROCESS) return find('windows-process');
    if (category?.startsWith('ps_') === true) return find('windows-powershell');
    if (category !== undefined && BY_SYSMON.has(category)) return find('windows-sysmon');
    if (category === 'antivirus') return find('windows-windefend');
    if (service === 'security') {
      const those = LOG_NEEDS.filter(({ signs }) =>
        signs.some(({ eventIds: ids }) => ids?.some((id) => eventIds.includes(id)) === true),
      );
      return those.length > 0 ? those : find('windows-security');
    }
    if (service === 'powershell' || service === 'powershell-classic') return find('windows-powershell');
  }
  if (product === 'linux' && category === PROVES_PROCESS) return find('linux-process');
  if (product === 'linux' && category !== undefined) return find('linux-auditd');
  if (product === 'linux' && service === undefined) return find('linux-syslog');
  const source = { product, category, service };
  return LOG_NEEDS.filter(({ signs }) =>
    signs.some((sign) => sign.eventIds === undefined && isWithin(sign, source)),
  );
}

function needsOfRule({ info, detection }: ParsedRule): LogNeed[] {
  return needsOf(info.logsource, [...detection.selections.values()].flatMap(eventIdsOf));
}

const isCalled = ({ info }: ParsedRule | ParsedCorrelation, name: string): boolean =>
  info.id === name || info.name === name;

/** Of all rules and correlations of a pack, base rules included. */
export function needsOfPack(pack: readonly ParsedRules[]): RuleNeeds[] {
  const rules = pack.flatMap((one) => one.rules);
  const correlations = pack.flatMap((one) => one.correlations);
  const byName = new Map<string, (ParsedRule | ParsedCorrelation)[]>();
  for (const one of [...rules, ...correlations])
    for (const name of [one.info.id, one.info.name])
      if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), one]);
  const needsBelow = (one: ParsedRule | ParsedCorrelation, seen: ReadonlySet<object>): LogNeed[] =>
    'detection' in one
      ? needsOfRule(one)
      : one.rules.flatMap((name) =>
          (byName.get(name) ?? [])
            .filter((part) => !seen.has(part) && isCalled(part, name))
            .flatMap((part) => needsBelow(part, new Set([...seen, part]))),
        );
  return [...rules, ...correlations].map((one) => ({
    id: one.info.id,
    title: one.info.title,
    titleVi: titleVi(one.info),
    level: one.info.level,
    tags: one.info.tags,
    needs: [...new Set(needsBelow(one, new Set([one])))],
  }));
}

function titleVi({ custom }: ParsedRule['info']): string | undefined {
  const title = custom['title_vi'];
  return typeof title === 'string' ? title : undefined;
}
