/** Filters of alerts as flags of commands, and in the words of the API. */
/** Filters, by the names of the API. */
export interface AlertFilterFlags {
  state?: string;
  severity?: string;
  kind?: string;
  agency?: number;
  host?: string;
  user?: string;
  rule?: string;
  technique?: string;
  assignee?: string;
  tag?: string;
  text?: string;
  overdue?: boolean;
}

export function queryOf(flags: AlertFilterFlags): Record<string, string | number> {
  const { agency, rule, overdue, state = 'open', ...others } = flags;
  const words: Record<string, string | number | undefined> = {
    state: state === 'all' ? undefined : state,
    severity: others.severity,
    kind: others.kind,
    host: others.host,
    user: others.user,
    technique: others.technique,
    assignee: others.assignee,
    tag: others.tag,
    text: others.text,
    agencyId: agency,
    ruleId: rule,
    due: overdue === true ? 'overdue' : undefined,
  };
  return Object.fromEntries(
    Object.entries(words).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

export function orderedQuery(
  flags: AlertFilterFlags,
  sort: string | undefined,
): Record<string, string | number> {
  return {
    ...queryOf(flags),
    ...(sort === undefined ? {} : { sort, order: sort === 'due' ? 'asc' : 'desc' }),
  };
}
