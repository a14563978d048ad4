/** What configuration checks are called, by their ids: those of the policies that come with the product, read when somebody asks. */
import { builtInPolicies } from '../../../rules/posture/index.ts';
import type { BothLanguages } from '../../protocol/posture-policy.ts';

let known: Readonly<Record<string, BothLanguages>> | undefined;

/** The id stands beside the title: commands and exceptions take it. */
export function checkTitles(): Readonly<Record<string, BothLanguages>> {
  known ??= Object.fromEntries(
    builtInPolicies().policies.flatMap(({ checks }) =>
      checks.map(({ id, title }) => [id, { vi: `${title.vi} [${id}]`, en: `${title.en} [${id}]` }]),
    ),
  );
  return known;
}
