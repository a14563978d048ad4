/** Hunts that are kept from the command line, of the root's agency unless another is named. */
import { z } from 'zod';
import { HUNT_DEFAULTS, huntKeepSchema, savedHuntSchema } from '../../api/contract-hunts.ts';
import { viewHunt } from '../../api/hunt-view.ts';
import { FIELD_ALIASES } from '../../hunt/field-aliases.ts';
import { compileQuery, compileText } from '../../hunt/hunt-rule.ts';
import { requireAgency, rootAgencyId } from '../../registry/agencies.ts';
import { changeHunt, deleteHunt, saveHunt, type HuntContent, type SavedHunt } from '../../registry/hunts.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { findHunt } from './find-hunt.ts';
import { orProblem, wrongSchema } from './hunt.ts';
import { defineOperation } from './operation.ts';

const EVERYWHERE = { kind: 'all' } as const;
type Wanted = z.infer<typeof huntKeepSchema>;

function contentOf({ name, asked, description, spanSeconds }: Wanted, before?: SavedHunt): HuntContent {
  const isQuery = 'query' in asked;
  // Throws where it is no hunt.
  if (isQuery) compileQuery(asked.query, FIELD_ALIASES);
  else compileText(asked.sigma);
  const spanMs = spanSeconds === undefined ? before?.spanMs : spanSeconds * 1_000;
  return {
    name: name.normalize('NFC'),
    description: description ?? before?.description ?? HUNT_DEFAULTS.description,
    kind: isQuery ? 'query' : 'sigma',
    text: isQuery ? asked.query : asked.sigma,
    spanMs: spanMs ?? HUNT_DEFAULTS.spanSeconds * 1_000,
  };
}

export const huntKeep = defineOperation({
  name: 'hunt.keep',
  needs: 'data',
  input: huntKeepSchema,
  output: z.union([wrongSchema, savedHuntSchema]),
  run: ({ registry, actor }, wanted) =>
    orProblem(async () => {
      const { agencyId, replaces } = wanted;
      if (replaces === undefined) {
        const content = contentOf(wanted);
        if (agencyId !== undefined) await requireAgency(registry.db, agencyId);
        const owner = agencyId ?? (await rootAgencyId(registry.db));
        return viewHunt(await saveHunt(registry, { ...content, agencyId: owner }, actor));
      }
      const before = await findHunt(registry, replaces.hunt);
      if (agencyId !== undefined && agencyId !== before.agencyId) {
        const said = `the hunt "${before.name}" is of agency ${before.agencyId} and stays so`;
        throw new RefusalError('hunt-exists', before.name, said);
      }
      const version = replaces.version ?? before.version;
      const change = { id: before.id, content: contentOf(wanted, before), version };
      return viewHunt(await changeHunt(registry, change, actor, EVERYWHERE));
    }),
});

/** With its schedule and its runs. */
export const huntForget = defineOperation({
  name: 'hunt.forget',
  needs: 'data',
  input: z.strictObject({ hunt: z.string().min(1).max(256) }),
  output: z.object({ name: z.string() }),
  async run({ registry, actor }, { hunt }) {
    const { id, name, version } = await findHunt(registry, hunt);
    await deleteHunt(registry, { id, version }, actor, EVERYWHERE);
    return { name };
  },
});
