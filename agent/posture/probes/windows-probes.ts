/** Tests of Windows: values of the registry, the security policy, the audit policy, logs, and what CIM tells. */
import type { z } from 'zod';
import type {
  auditpolTestSchema,
  eventlogTestSchema,
  registryTestSchema,
  secpolTestSchema,
  WindowsFacts,
  windowsTestSchema,
} from '#protocol/posture-tests.ts';
import type { ValueTest } from '#protocol/posture-value.ts';
import { whyNot } from '../../host/run-program.ts';
import { answerInFile } from '../../windows/answer-file.ts';
import { lookAtCim, textOf, timeMsOf, type CimAnswer, type CimRow } from '../../windows/cim-look.ts';
import type { CimSection } from '../../windows/cim-sections.ts';
import { loadedUsers } from '../../windows/installed-programs.ts';
import { membersOf } from '../../windows/local-groups.ts';
import { readRegistryKey } from '../../windows/read-registry.ts';
import { readSecurityPolicy } from '../../windows/security-policy.ts';
import {
  bitsOf,
  logState,
  parseAuditBackup,
  parseLogSettings,
  registryState,
} from '../../windows-audit/setting-state.ts';
import { listed, NotAssessedError, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';
import { describeValue, judgeValue } from '../judge-value.ts';

/** Such values are told to be set or not, and never shown; what is a number is a switch. */
const SECRET_VALUE = /passw|pwd|secret|psk|credential/i;
const DAY_MS = 86_400_000;

/** @throws NotAssessedError for whatever it throws */
async function looked<T>(view: HostView, key: string, look: () => Promise<T>): Promise<T> {
  try {
    return await view.once(key, look);
  } catch (error) {
    if (view.signal?.aborted === true || error instanceof NotAssessedError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new NotAssessedError('command-failed', message, { cause: error });
  }
}

function judged(
  name: string,
  value: string | undefined,
  test: ValueTest,
  standard: string | undefined,
): Finding {
  const counts = value ?? standard;
  const observed = value ?? (standard === undefined ? 'not set' : `not set, so ${standard}`);
  return {
    ok: counts !== undefined && judgeValue(counts, test),
    observed: `${name}: ${observed}`,
    expected: `${name} ${describeValue(test)}`,
  };
}

type RegistryTest = z.infer<typeof registryTestSchema>;
const EACH_USER = 'HKU\\*\\';

/** Below `HKU\*` each who is signed in has to pass; where nobody is, nothing shows that it is so. */
export async function probeRegistry(test: RegistryTest, view: HostView): Promise<Finding> {
  if (!test.key.startsWith(EACH_USER)) return probeKey(test, view);
  const users = await looked(view, 'users', () => loadedUsers(view.host, view.signal));
  const below = test.key.slice(EACH_USER.length);
  const findings: Finding[] = [];
  for (const user of users) findings.push(await probeKey({ ...test, key: `HKU\\${user}\\${below}` }, view));
  const shown = findings.find(({ ok }) => !ok) ?? findings[0];
  if (shown === undefined)
    return { ok: false, observed: `${test.key}: nobody is signed in`, expected: `${test.key}\\${test.name}` };
  return shown;
}

async function probeKey(
  { key, name, value, default: standard, exists }: RegistryTest,
  view: HostView,
): Promise<Finding> {
  const found = await looked(view, `registry ${key}`, () => readRegistryKey(view.host, key, view.signal));
  const state = registryState(found, name);
  const isSet = state !== 'absent';
  const about = `${key}\\${name}`;
  if (exists !== undefined)
    return {
      ok: isSet === exists,
      observed: `${about}: ${isSet ? 'set' : 'not set'}`,
      expected: `${about}: ${exists ? 'set' : 'not set'}`,
    };
  if (isSet && SECRET_VALUE.test(name) && !state.startsWith('dword'))
    throw new NotAssessedError('forbidden', `${about}: policies may not ask for such values`);
  const data = isSet ? state.slice(state.indexOf(' ') + 1) : undefined;
  return judged(about, data, value ?? { isNot: '' }, standard);
}

export async function probeSecpol(
  { section, name, value, default: standard }: z.infer<typeof secpolTestSchema>,
  view: HostView,
): Promise<Finding> {
  const policy = await looked(view, 'secpol', () => readSecurityPolicy(view.host, view.signal));
  return judged(name, policy.get(`${section}\\${name}`.toLowerCase()), value, standard);
}

export async function probeAuditpol(
  { subcategory, audits }: z.infer<typeof auditpolTestSchema>,
  view: HostView,
): Promise<Finding> {
  const policy = await looked(view, 'auditpol', async () => {
    const args = (file: string): string[] => ['/backup', `/file:${file}`];
    const answer = await answerInFile(view.host, { program: 'auditpol', args, signal: view.signal });
    if (answer.kind !== 'text') throw new Error(answer.reason);
    return parseAuditBackup(answer.text);
  });
  const state = policy.get(subcategory);
  if (state === undefined)
    throw new NotAssessedError('not-tellable', `auditpol does not tell of ${subcategory}`);
  const wanted = audits === 'both' ? 3 : bitsOf(audits);
  return {
    ok: (bitsOf(state) & wanted) === wanted,
    observed: `${subcategory}: ${state}`,
    expected: `${subcategory}: ${audits === 'both' ? 'success+failure' : audits}`,
  };
}

/** ERROR_EVT_CHANNEL_NOT_FOUND */
const NO_SUCH_LOG = 15_007;

export async function probeEventlog(
  { log, bytesMin }: z.infer<typeof eventlogTestSchema>,
  view: HostView,
): Promise<Finding> {
  const result = await view.host.run('wevtutil', ['gl', log, '/f:xml'], { signal: view.signal });
  const expected = `${log}: on, ≥ ${bytesMin} B`;
  if (result.kind === 'ended' && result.code === NO_SUCH_LOG)
    return { ok: false, observed: `${log}: this Windows has none`, expected };
  const reason = whyNot('wevtutil', result);
  if (reason !== undefined || result.kind !== 'ended')
    throw new NotAssessedError('command-failed', reason ?? 'wevtutil gave no answer');
  const state = logState(parseLogSettings(result.stdout) ?? '');
  if (state === undefined)
    throw new NotAssessedError('not-tellable', `wevtutil does not say how ${log} is set`);
  return {
    ok: state.enabled && state.bytes >= bytesMin,
    observed: `${log}: ${state.enabled ? 'on' : 'off'}, ${state.bytes} B`,
    expected,
  };
}

const SECTIONS: Readonly<Record<WindowsFacts, CimSection>> = {
  administrators: 'groups',
  antivirus: 'antivirus',
  bitlocker: 'bitlocker',
  defender: 'defender',
  firewall: 'firewall',
  hotfixes: 'hotfixes',
  services: 'services',
  users: 'users',
};

/** What names a row to people. */
const NAMES = ['Name', 'DriveLetter', 'HotFixID', 'displayName', 'AMProductVersion'];

export async function probeFacts(
  { of, where, min, max }: z.infer<typeof windowsTestSchema>,
  view: HostView,
): Promise<Finding> {
  // Starting PowerShell is what costs, so all is asked at once.
  const answers = await looked(view, 'cim', () =>
    lookAtCim(view.host, [...new Set(Object.values(SECTIONS))], view.signal),
  );
  const rows = rowsOf(of, answers.get(SECTIONS[of]));
  const tests = Object.entries(where);
  const found = rows.filter((row) =>
    tests.every(([name, test]) => judgeValue(fieldOf(row, name, view.now()), test)),
  );
  const wanted = tests.map(([name, test]) => `${name} ${describeValue(test)}`).join(', ');
  const about = wanted === '' ? of : `${of} (${wanted})`;
  // Where too few are so, the others say why.
  const shown = min !== undefined && found.length < min ? rows.filter((row) => !found.includes(row)) : found;
  const list = shown.map((row) =>
    describe(
      row,
      tests.map(([name]) => name),
      view.now(),
    ),
  );
  return {
    ok: found.length >= (min ?? 0) && found.length <= (max ?? Infinity),
    observed: `${about}: ${found.length}${list.length === 0 ? '' : ` [${listed(list)}]`}`,
    expected: `${about}: ${min === undefined ? '' : `≥ ${min}`}${max === undefined ? '' : ` ≤ ${max}`}`,
  };
}

function rowsOf(of: WindowsFacts, answer: CimAnswer | undefined): readonly CimRow[] {
  if (answer?.kind !== 'rows')
    throw new NotAssessedError('command-failed', `${of}: ${answer?.reason ?? 'no answer'}`);
  if (answer.truncated) throw new NotAssessedError('too-large', `${of}: there are too many`);
  if (of !== 'administrators') return answer.rows;
  const members = membersOf(answer.rows, 'S-1-5-32-544');
  if (members === undefined)
    throw new NotAssessedError('not-tellable', 'the group S-1-5-32-544 was not told of');
  return members.map(({ name, sid }) => ({ Name: name, Sid: sid }));
}

function fieldOf(row: CimRow, name: string, nowMs: number): string {
  if (row[name] !== undefined || !name.endsWith('Days')) return textOf(row, name);
  const ms = timeMsOf(textOf(row, name.slice(0, -'Days'.length)));
  return ms === undefined ? '' : String(Math.floor((nowMs - ms) / DAY_MS));
}

function describe(row: CimRow, fields: readonly string[], nowMs: number): string {
  const name = NAMES.map((each) => textOf(row, each)).find((text) => text !== '') ?? '';
  return [
    name,
    ...fields.filter((each) => !NAMES.includes(each)).map((each) => `${each} = ${fieldOf(row, each, nowMs)}`),
  ]
    .filter((part) => part !== '')
    .join(' ');
}
