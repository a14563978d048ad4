/** Snapshots of version 1, which running collectors have kept: entries as tuples, groups named by a record of values. */
import type { CompiledCorrelation, CorrelationPlan } from './compile.ts';
import { HIT, TRUE } from './group.ts';
import { identityOf, tupleOf } from './identity.ts';
import { fail, listOf, recordOf, TextList } from './snapshot-form.ts';

/** [timeMs, rule, key, number, ref, 0 = false, 1 = true, 2 = true and a hit was given here] */
type EntryOfV1 = readonly [unknown, unknown, unknown, unknown, unknown, unknown];

/**
 * The same in the form of version 2, which is then read like any other.
 * @throws TypeError where it cannot be understood.
 */
export function upgrade(snapshot: Readonly<Record<string, unknown>>, plan: CorrelationPlan): unknown {
  const byTag = new Map(plan.correlations.map((correlation) => [correlation.tag, correlation]));
  const heads = new TextList();
  const correlations = listOf(snapshot.correlations, 'correlations').map((one) => {
    const { tag, groups } = recordOf(one, 'a correlation');
    const correlation = typeof tag === 'string' ? byTag.get(tag) : undefined;
    if (correlation === undefined) return { tag, groups: [] };
    const texts = new TextList();
    const kept = listOf(groups, 'groups').flatMap(
      (group) => upgradeGroup(group, correlation, texts, heads) ?? [],
    );
    return { tag, texts: texts.texts, groups: kept };
  });
  return { ...snapshot, version: 2, steps: 0, refs: heads.texts, correlations };
}

function upgradeGroup(
  group: unknown,
  correlation: CompiledCorrelation,
  texts: TextList,
  heads: TextList,
): unknown {
  const { values, entries, judged, lastTrueMs } = recordOf(group, 'a group');
  const list = listOf(entries, 'entries').map((entry) => listOf(entry, 'an entry') as EntryOfV1);
  if (list.length === 0) return undefined;
  const named = recordOf(values, '"values" of a group');
  const parts = correlation.groupBy.map((name) => {
    const value = Object.hasOwn(named, name) ? named[name] : null;
    if (value === null) return null;
    return typeof value === 'string' ? identityOf(value) : fail('a value of a group is no text');
  });
  const refs = list.map(([, , , , ref]) => (typeof ref === 'string' ? heads.placeOf(ref) + 1 : 0));
  const column = (name: string, of: (entry: EntryOfV1) => unknown): Record<string, unknown> => ({
    [name]: list.map(of),
  });
  return {
    key: parts.length === 1 ? parts[0] : tupleOf(parts),
    base: 0,
    ...column('times', ([timeMs]) => timeMs),
    ...column('rules', ([, rule]) => rule),
    ...(correlation.type.value === 'key'
      ? column('values', ([, , key]) => texts.placeOf(valueOf(key, correlation)))
      : column('values', ([, , , number]) => number)),
    refs,
    tails: refs.map(() => -1),
    flags: list.map(([, , , , , flag]) => (flag === 2 ? TRUE | HIT : flag === 1 ? TRUE : 0)).join(''),
    sorted: list.length,
    judged,
    lastTrueMs: lastTrueMs ?? undefined,
  };
}

/** The identity of a counted value: in version 1 its text, or the JSON of several. */
function valueOf(key: unknown, { inputs }: CompiledCorrelation): string {
  if (typeof key !== 'string') return fail('a counted value is no text');
  if ((inputs[0]?.valueFields.length ?? 1) === 1) return identityOf(key);
  let parts: unknown;
  try {
    parts = JSON.parse(key);
  } catch {
    return fail('a counted value is no list');
  }
  const texts = listOf(parts, 'a counted value');
  return tupleOf(
    texts.map((text) => (typeof text === 'string' ? identityOf(text) : fail('a counted value is no list'))),
  );
}
