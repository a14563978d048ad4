/** `postgresql`: a setting in every cluster; `hba`: rules for clients of which there must be none, or one. */
import type { z } from 'zod';
import type { hbaTestSchema, postgresqlTestSchema } from '#protocol/posture-tests.ts';
import { listed, NotAssessedError, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';
import { describeValue, judgeValue } from '../judge-value.ts';
import { readClusters, readHba, type HbaRule, type PgCluster } from '../readers/postgresql-config.ts';

type HbaTest = z.infer<typeof hbaTestSchema>;

const LOOPBACK = /^(?:127\.|::1(?:\/|$)|localhost$|samehost$)/;

async function clustersOf(view: HostView): Promise<readonly PgCluster[]> {
  const clusters = await readClusters(view);
  if (clusters.length === 0) throw new NotAssessedError('not-tellable', 'there is no postgresql.conf');
  return clusters;
}

export async function probePostgresql(
  { setting, value: test, default: standard }: z.infer<typeof postgresqlTestSchema>,
  view: HostView,
): Promise<Finding> {
  const wrong: string[] = [];
  const right: string[] = [];
  for (const { file, settings } of await clustersOf(view)) {
    const found = settings.get(setting.toLowerCase());
    const value = found?.value ?? standard;
    const shown =
      found === undefined
        ? `${file}: ${setting} not set${standard === undefined ? '' : `, so ${standard === '' ? '""' : standard}`}`
        : `${setting} = ${found.value} (${found.place})`;
    (value !== undefined && judgeValue(value, test) ? right : wrong).push(shown);
  }
  return {
    ok: wrong.length === 0,
    observed: listed(wrong.length > 0 ? wrong : right),
    expected: `${setting} ${describeValue(test)}`,
  };
}

export async function probeHba(test: HbaTest, view: HostView): Promise<Finding> {
  const found: string[] = [];
  let clustersWithout = 0;
  for (const { hbaFile } of await clustersOf(view)) {
    const rules = (await readHba(hbaFile, view)).filter((rule) => fits(rule, test));
    if (rules.length === 0) clustersWithout += 1;
    found.push(
      ...rules.map(
        ({ type, databases, users, address, method, place }) =>
          `${[type, databases.join(','), users.join(','), address, method].filter((part) => part !== '').join(' ')} (${place})`,
      ),
    );
  }
  const about = Object.entries(test)
    .filter(([key]) => key !== 'present')
    .map(([key, value]) => `${key} ${Array.isArray(value) ? value.join('|') : String(value)}`)
    .join(', ');
  return {
    ok: test.present === true ? clustersWithout === 0 : found.length === 0,
    observed: found.length === 0 ? 'pg_hba.conf: no such rule' : listed(found),
    expected: `pg_hba.conf: ${test.present === true ? 'a rule' : 'no rule'} (${about})`,
  };
}

function fits(rule: HbaRule, { types, methods, users, databases, prefixBelow, remote }: HbaTest): boolean {
  if (types !== undefined && !types.some((type) => type === rule.type)) return false;
  if (methods?.includes(rule.method) === false) return false;
  if (users?.some((user) => rule.users.includes(user)) === false) return false;
  if (databases?.some((database) => rule.databases.includes(database)) === false) return false;
  if (remote === true && (rule.type === 'local' || LOOPBACK.test(rule.address))) return false;
  return prefixBelow === undefined || (rule.prefix !== undefined && rule.prefix < prefixBelow);
}
