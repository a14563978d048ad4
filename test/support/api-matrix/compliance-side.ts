/** What is planned for a system of one side, and how it stood when all were assessed. */
import { scopeOfAgency } from '../../../collector/registry/agencies.ts';
import { planGap } from '../../../collector/registry/compliance/gaps.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { noEvidence } from '../no-evidence.ts';

export async function makeAssessments(
  registry: Registry,
  { mark, agencyId, systemId }: { mark: string; agencyId: number; systemId: number },
): Promise<void> {
  const by = { actor: 'user:test', scope: await scopeOfAgency(registry.db, agencyId) };
  const plan = { owner: `owner of ${mark}`, dueOn: '2027-01-31', note: '', state: 'planned' as const };
  await planGap(registry, { systemId, control: 'CF-01' }, plan, by);
  // Of a day the last run counts: it has the systems of both sides. What the watch post knows of itself is left out.
  await noEvidence(registry, ['CF-01', 'AC-01', 'GV-01']).snapshot('user:test');
}
