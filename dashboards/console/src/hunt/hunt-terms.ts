/**
 * Terms of the language of hunts, written so that a value means itself: quoted where anything in it would mean something.
 * Invariant: a query with a term added asks for both, whatever the query was.
 */
const plainValue = /^[\p{L}\p{N}][\p{L}\p{N}_.@-]*$/u;
const plainField = /^[\p{L}\p{N}_@$][\p{L}\p{N}_@$.-]*$/u;
const words = /^(?:and|or|not)$/iu;

export function quoted(value: string): string {
  if (plainValue.test(value) && !words.test(value)) return value;
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** A field's name as it is written in a query. */
export const fieldText = (field: string): string =>
  plainField.test(field) && !words.test(field) ? field : quoted(field);

/** `field: value`; only what holds it, or only what does not. */
export function term(field: string, value: string, isNot = false): string {
  return `${isNot ? 'not ' : ''}${fieldText(field)}: ${quoted(value)}`;
}

/** Whether `or` joins parts of the query that stand outside of quotes. */
function joinsByOr(query: string): boolean {
  return /(?:^|[\s)])or(?=[\s(]|$)/iu.test(query.replaceAll(/"(?:\\["\\]|[^"])*"/gu, '""'));
}

export function addTerm(query: string, added: string): string {
  const known = query.trim();
  if (known === '') return added;
  return `${joinsByOr(known) ? `(${known})` : known} and ${added}`;
}
