/**
 * Answers to the criteria of levels, kept with what they led to, under which clause and when. Invariants: the highest level is proposed; answers
 * are never changed, newer ones stand beside them; of a dossier that is approved none are taken.
 */
import { z } from 'zod';
import {
  builtInCatalogue,
  type Criteria,
  type CriteriaAnswers,
  type CriteriaResult,
  evaluateCriteria,
} from '../../../rules/compliance/index.ts';
import { type AgencyScope, requireVersion } from '../agencies.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { type Dossier, type DossierBy, findDossier, writeDossier } from './dossiers.ts';

export interface KeptAnswers {
  id: number;
  atMs: number;
  actor: string;
  /** Profile and version of the questionnaire. */
  criteria: string;
  answers: CriteriaAnswers;
  outcome: CriteriaResult;
  /** Null while nothing that was answered leads to a level. */
  level: number | null;
}

export const answersSchema = z.record(z.string().min(1).max(64), z.array(z.string().min(1).max(64)).max(20));

/** @throws RefusalError dossier-invalid */
function criteriaOf(profile: string): Criteria {
  const criteria = builtInCatalogue().criteria.get(profile);
  if (criteria !== undefined) return criteria;
  throw new RefusalError('dossier-invalid', 'lawProfile', `profile ${profile} has no questionnaire`);
}

/** @throws RefusalError dossier-unknown, dossier-invalid, version-conflict */
export function answerCriteria(
  registry: Registry,
  dossierId: number,
  answers: CriteriaAnswers,
  by: DossierBy & { version?: number | undefined },
): Promise<{ dossier: Dossier; outcome: CriteriaResult }> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const { dossier } = await findDossier(trx, dossierId, by.scope);
    requireVersion(`dossier ${dossierId}`, dossier.version, by.version);
    if (dossier.facts.status === 'approved')
      throw new RefusalError(
        'dossier-invalid',
        'status',
        'it is approved: begin a new dossier to grade the system anew',
      );
    const criteria = criteriaOf(dossier.facts.lawProfile);
    const outcome = evaluateCriteria(criteria, answers);
    const [wrong] = outcome.ignored;
    if (wrong !== undefined) {
      const said = `question ${wrong.question} does not take the answer ${wrong.answer} here`;
      throw new RefusalError('dossier-invalid', 'answers', said);
    }
    await trx
      .insertInto('dossier_answers')
      .values({
        dossier_id: dossierId,
        at_ms: nowMs,
        actor: by.actor,
        criteria: `${criteria.profile} ${criteria.version}`,
        answers: JSON.stringify(answers),
        outcome: JSON.stringify(outcome),
        level: outcome.level ?? null,
      })
      .execute();
    const { actor, scope, approves } = by;
    const act = { actor, scope, approves, reason: 'answers to the criteria' };
    const patch = outcome.level === undefined ? {} : { proposedLevel: outcome.level };
    return { dossier: await writeDossier(trx, dossierId, patch, act, nowMs), outcome };
  });
}

/** The newest of a dossier; undefined while there are none. @throws RefusalError dossier-unknown */
export async function readAnswers(
  db: RegistryDb,
  dossierId: number,
  scope: AgencyScope,
): Promise<KeptAnswers | undefined> {
  await findDossier(db, dossierId, scope);
  const row = await db
    .selectFrom('dossier_answers')
    .select(['id', 'at_ms as atMs', 'actor', 'criteria', 'answers', 'outcome', 'level'])
    .where('dossier_id', '=', dossierId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    ...row,
    answers: answersSchema.parse(JSON.parse(row.answers)),
    outcome: JSON.parse(row.outcome) as CriteriaResult,
  };
}
