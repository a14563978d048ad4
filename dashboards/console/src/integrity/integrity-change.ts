/**
 * Changes of watched files as the console reads them from events: what became of which file, what caused it, who did it;
 * grouped for people. Pure. Invariant: what an event does not say is not guessed: its cause is unknown.
 */
import type { ApiEvent } from '../api/types.ts';
import { containsWords, fold, foldedWords } from '../text/fold.ts';

export const causes = ['unknown', 'person', 'package', 'maintenance', 'tripwire', 'baseline'] as const;
export type Cause = (typeof causes)[number];

export const changeKinds = {
  file_created: 'created',
  file_modified: 'modified',
  file_attributes_changed: 'attributes',
  file_deleted: 'deleted',
  decoy_touched: 'decoy',
  files_changed_in_mass: 'mass',
  integrity_reconciled: 'reconciled',
  integrity_baseline_made: 'baseline-made',
  integrity_baseline_tampered: 'baseline-tampered',
  file_unverified: 'unverified',
} as const;
export type ChangeAction = keyof typeof changeKinds;
export type ChangeKind = (typeof changeKinds)[ChangeAction];

export type Change = {
  readonly event: ApiEvent;
  readonly kind: ChangeKind | 'other';
  readonly path: string;
  readonly directory: string;
  readonly cause: Cause;
  /** Properties that differ. */
  readonly properties: readonly string[];
  readonly difference: string;
  readonly package: string;
  readonly person: string;
  readonly process: string;
  readonly offline: boolean;
  readonly since: string;
};

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
const isAction = (action: string): action is ChangeAction => Object.hasOwn(changeKinds, action);

/** Accounts by which the house itself works: a change by one of them says nothing of a person. */
const system = new Set(['', 'root', 'unset', 'SYSTEM']);

function causeOf(kind: Change['kind'], found: Pick<Change, 'package' | 'person'>): Cause {
  if (kind === 'decoy' || kind === 'mass') return 'tripwire';
  if (kind === 'reconciled') return 'maintenance';
  if (kind === 'baseline-made' || kind === 'baseline-tampered' || kind === 'unverified') return 'baseline';
  if (found.package !== '') return 'package';
  return found.person === '' ? 'unknown' : 'person';
}

export function changeOf(event: ApiEvent): Change {
  const { fields } = event;
  const action = textOf(fields['event.action']);
  const kind = isAction(action) ? changeKinds[action] : 'other';
  const path = textOf(fields['file.path']) || event.origin;
  // The account that logged in says more than the one a program runs as.
  const login = textOf(fields['user.audit.name']);
  const user = textOf(fields['user.name']);
  const person = system.has(login) ? (system.has(user) ? '' : user) : login;
  const properties = fields['file.changes'];
  const found = { package: textOf(fields['integrity.package']), person };
  return {
    event,
    kind,
    path,
    directory: textOf(fields['file.directory']),
    ...found,
    cause: causeOf(kind, found),
    properties: Array.isArray(properties) ? properties.map(textOf).filter((name) => name !== '') : [],
    difference: textOf(fields['integrity.difference']),
    process: textOf(fields['process.command_line']) || textOf(fields['process.executable']),
    offline: fields['integrity.offline'] === true,
    since: textOf(fields['integrity.since']),
  };
}

export const groupings = ['cause', 'host', 'agency', 'path', 'day'] as const;
export type Grouping = (typeof groupings)[number];

export type Group = { readonly key: string; readonly changes: readonly Change[] };

/** @param dayOf the day of a moment, as people here write it */
export function groupChanges(
  changes: readonly Change[],
  by: Grouping,
  known: { readonly agencyOf: (agentId: string) => string; readonly dayOf: (iso: string) => string },
): readonly Group[] {
  const keyOf = (change: Change): string => {
    switch (by) {
      case 'cause':
        return change.cause;
      case 'host':
        return change.event.hostname;
      case 'agency':
        return known.agencyOf(change.event.agentId);
      case 'path':
        return change.directory === '' ? change.path : change.directory;
      case 'day':
        return known.dayOf(change.event.time);
    }
  };
  const groups = [...Map.groupBy(changes, keyOf)].map(([key, some]) => ({ key, changes: some }));
  if (by === 'day') return groups;
  if (by === 'cause') {
    const place = (key: string) => causes.findIndex((cause) => cause === key);
    return groups.toSorted((a, b) => place(a.key) - place(b.key));
  }
  return groups.toSorted((a, b) => b.changes.length - a.changes.length || (a.key < b.key ? -1 : 1));
}

export function searchChanges(changes: readonly Change[], text: string): readonly Change[] {
  const words = foldedWords(text);
  if (words.length === 0) return changes;
  return changes.filter(({ path, person, process, package: name, event }) =>
    containsWords(fold([path, person, process, name, event.hostname].join(' ')), words),
  );
}

export type DifferenceLine = { readonly kind: 'place' | 'added' | 'removed' | 'same'; readonly text: string };

/** Lines of a difference; at most so many. */
export function differenceLines(difference: string, max: number): readonly DifferenceLine[] {
  return difference
    .split('\n', max)
    .filter((line, index, all) => line !== '' || index < all.length - 1)
    .map((line) => {
      if (line.startsWith('@@')) return { kind: 'place', text: line };
      if (line.startsWith('+')) return { kind: 'added', text: line.slice(1) };
      if (line.startsWith('-')) return { kind: 'removed', text: line.slice(1) };
      return { kind: 'same', text: line.slice(1) };
    });
}

/** Properties of the file as they were and as they are: those that either state tells. */
export function stateRows(
  fields: Readonly<Record<string, unknown>>,
): readonly { readonly name: string; readonly before: string; readonly after: string }[] {
  const names = [
    'type',
    'size',
    'mode',
    'owner',
    'uid',
    'group',
    'gid',
    'mtime',
    'ctime',
    'links',
    'hash.sha256',
    'target_path',
    'acl',
  ];
  return names
    .map((name) => ({
      name,
      before: textOf(fields[`file.previous.${name}`]),
      after: textOf(fields[`file.${name}`]),
    }))
    .filter(({ before, after }) => before !== '' || after !== '');
}
