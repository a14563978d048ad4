/** What the same detection on many hosts has in common: the rule and one value. */
import type { FieldValue } from '../normalize/event.ts';
import { deterministicId, type Detection } from './detection.ts';

/** Entity fields that say where or who, not what. */
const PLACES = new Set([
  'host.name',
  'user.name',
  'user.actor.name',
  'TargetUserName',
  'SubjectUserName',
  'User',
]);
/** Matched fields that name a thing, by the worth of the name. */
const THINGS = [
  'file.hash.sha256',
  'process.executable',
  'Image',
  'NewProcessName',
  'package.name',
  'service.name',
  'ServiceName',
  'kernel.module',
  'dns.question.name',
  'QueryName',
  'file.path',
  'TargetFilename',
  'TargetObject',
  'destination.ip',
  'process.name',
];

/** Fields whose values are places on a host: what differs from one person or machine to the next is left out of them. */
const PATHS = new Set([
  'process.executable',
  'Image',
  'NewProcessName',
  'file.path',
  'file.directory',
  'TargetFilename',
  'TargetObject',
]);
const OWN_PARTS: readonly (readonly [pattern: RegExp, standsFor: string])[] = [
  [/^([a-z]:\\users\\)[^\\]+/i, '$1*'],
  [/^(\/home\/)[^/]+/, '$1*'],
  [/\bS-1-5-21(?:-\d+)+/gi, 'S-1-5-21-*'],
  [/\{?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\}?/gi, '*'],
  [/(?<![a-z\d])(?=[a-f]*\d)[\da-f]{8,}(?![a-z\d])/gi, '*'],
];

/** The same for the same thing in other people's folders: profiles, identifiers and made-up names become `*`. */
function withoutOwnParts(name: string, value: string): string {
  if (!PATHS.has(name)) return value;
  return OWN_PARTS.reduce((text, [pattern, standsFor]) => text.replace(pattern, standsFor), value);
}

const text = (value: FieldValue | undefined): string => (typeof value === 'string' ? value : '');

/** @returns field and value, empty when rule and host are all that is known */
export function fleetValue({
  entity,
  matched,
}: Pick<Detection, 'entity' | 'matched'>): Record<string, string> {
  const own = Object.entries(entity).filter(([name]) => !PLACES.has(name));
  if (own.length > 0) {
    const named = own.map(([name, value]) => [name, withoutOwnParts(name, value)] as const);
    return Object.fromEntries(named.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
  for (const name of THINGS) {
    const value = text(Object.hasOwn(matched, name) ? matched[name] : undefined);
    if (value !== '') return { [name]: withoutOwnParts(name, value.slice(0, 512)) };
  }
  return {};
}

/** Names what alerts of all agencies have in common. */
export function fleetKey(ruleId: string, value: Readonly<Record<string, string>>): string {
  return deterministicId('fleet', ruleId, ...Object.entries(value).flat());
}
