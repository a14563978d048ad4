/** Rules as content, as the API and the command line show them. */
import type { z } from 'zod';
import { diffLines } from '../content/text-diff.ts';
import type { AgencyScope } from '../registry/agencies.ts';
import type { RegistryDb } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import { RefusalError } from '../registry/refusal.ts';
import {
  differsFromShipped,
  readRule,
  readVersion,
  type Rule,
  type RuleVersion,
} from '../registry/rules/rule-rows.ts';
import { listScopes, type RuleScope, type ScopeTarget } from '../registry/rules/rule-scopes.ts';
import type {
  RuleContent,
  ruleDetailSchema,
  ruleDiffSchema,
  ruleScopeSchema,
  ruleVersionSchema,
} from './contract-rules.ts';

export function viewRule(rule: Rule): RuleContent {
  const {
    id,
    title,
    titleVi,
    kind,
    origin,
    state,
    level,
    status,
    product,
    category,
    service,
    tags,
    place,
    version,
  } = rule;
  return {
    id,
    title,
    titleVi,
    kind,
    origin,
    state,
    stateSince: isoTime(rule.stateMs),
    level,
    status,
    product,
    category,
    service,
    tags,
    place,
    activeVersion: rule.active,
    latestVersion: rule.latest,
    shippedVersion: rule.shipped,
    differsFromShipped: differsFromShipped(rule),
    updatedAt: isoTime(rule.updatedMs),
    updatedBy: rule.updatedBy,
    version,
  };
}

export function viewVersion(made: RuleVersion): z.infer<typeof ruleVersionSchema> {
  const { number, sha256, origin, place, author, license, madeBy, why } = made;
  return { number, sha256, origin, place, author, license, madeBy, madeAt: isoTime(made.madeMs), why };
}

export function viewScope(one: RuleScope): z.infer<typeof ruleScopeSchema> {
  const { id, target, name, agencyId, agentId, isOn: on, severity, reason, madeBy, madeMs } = one;
  return { id, target, name, agencyId, agentId, on, severity, reason, madeBy, madeAt: isoTime(madeMs) };
}

/** @throws RefusalError rule-unknown */
export async function ruleDetail(
  db: RegistryDb,
  id: string,
  scope: AgencyScope,
): Promise<z.infer<typeof ruleDetailSchema>> {
  const rule = await readRule(db, id);
  const { text, author, license } = await readVersion(db, id, rule.active);
  const scopes = (await listScopes(db, id, scope)).map(viewScope);
  return { ...viewRule(rule), text, author, license, scopes };
}

/** @throws RefusalError rule-unknown, rule-version-unknown */
export async function ruleDiff(
  db: RegistryDb,
  id: string,
  wanted: { from?: number | 'shipped' | undefined; to?: number | 'shipped' | undefined },
): Promise<z.infer<typeof ruleDiffSchema>> {
  const rule = await readRule(db, id);
  const numberOf = (which: number | 'shipped' | undefined): number => {
    const number = which === 'shipped' ? rule.shipped : (which ?? rule.active);
    if (number !== null) return number;
    throw new RefusalError('rule-version-unknown', id, `rule ${id} comes with no pack`);
  };
  const from = numberOf(
    wanted.from ?? (rule.shipped === null || rule.shipped === rule.active ? undefined : 'shipped'),
  );
  const to = numberOf(wanted.to);
  const [before, after] = [await readVersion(db, id, from), await readVersion(db, id, to)];
  return { from, to, lines: diffLines(before.text, after.text) };
}

export function targetOf(body: {
  agencyId?: number | undefined;
  group?: string | undefined;
  agentId?: string | undefined;
}): ScopeTarget {
  if (body.agencyId !== undefined) return { agencyId: body.agencyId };
  return body.group === undefined ? { agentId: body.agentId ?? '' } : { group: body.group };
}
