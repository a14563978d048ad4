/**
 * Authorisations signed beforehand, from the command line. Two people bring one into force, each by name and password;
 * ending one takes nobody but who may open the socket.
 */
import { z } from 'zod';
import {
  toNewAuthorisation,
  viewAuthorisation,
  viewAuthorisationDetail,
} from '../../api/authorisation-view.ts';
import {
  authorisationDetailSchema,
  authorisationListSchema,
  authorisationReasonSchema,
  authorisationSchema,
  newAuthorisationSchema,
} from '../../api/contract-authorisations.ts';
import {
  findAuthorisation,
  listAuthorisations,
  moveAuthorisation,
  requestAuthorisation,
} from '../../registry/authorisations/authorisations.ts';
import type { RegistryDb } from '../../registry/database.ts';
import { AUTHORISATION_STATES } from '../../registry/tables/authorisation.ts';
import { defineOperation } from './operation.ts';
import { personOf, personSchema } from './response.ts';

const EVERYWHERE = { kind: 'all' } as const;
const PREFIX_CHARS_MIN = 4;
const idSchema = z.string().max(64);

/** By its id or the first characters of it. @throws RefusalError authorisation-unknown */
async function wholeId(db: RegistryDb, id: string): Promise<string> {
  const prefix = id.toLowerCase();
  const found =
    prefix.length < PREFIX_CHARS_MIN
      ? []
      : (await listAuthorisations(db, EVERYWHERE)).filter((one) => one.id.startsWith(prefix));
  const [only, ...others] = found;
  return only !== undefined && others.length === 0
    ? only.id
    : (await findAuthorisation(db, id, EVERYWHERE)).id;
}

export const authorisationList = defineOperation({
  name: 'authorisation.list',
  needs: 'data',
  input: z.strictObject({ state: z.enum(AUTHORISATION_STATES).optional() }),
  output: authorisationListSchema,
  run: async ({ registry }, { state }) => ({
    authorisations: (await listAuthorisations(registry.db, EVERYWHERE, state)).map(viewAuthorisation),
  }),
});

export const authorisationShow = defineOperation({
  name: 'authorisation.show',
  needs: 'data',
  input: z.strictObject({ id: idSchema }),
  output: authorisationDetailSchema,
  async run({ registry: { db } }, { id }) {
    return viewAuthorisationDetail(db, await findAuthorisation(db, await wholeId(db, id), EVERYWHERE));
  },
});

export const authorisationRequest = defineOperation({
  name: 'authorisation.request',
  needs: 'data',
  input: z.strictObject({ wanted: newAuthorisationSchema, person: personSchema }),
  output: authorisationSchema,
  async run({ registry, actor }, { wanted, person }) {
    const by = await personOf(registry, person, 'response:request', actor);
    return viewAuthorisation(await requestAuthorisation(registry, toNewAuthorisation(wanted), by));
  },
});

export const authorisationDecide = defineOperation({
  name: 'authorisation.decide',
  needs: 'data',
  input: authorisationReasonSchema.extend({
    id: idSchema,
    move: z.enum(['approve', 'reject', 'resume']),
    person: personSchema,
  }),
  output: authorisationSchema,
  async run({ registry, actor }, { id, move, reason, person }) {
    const by = await personOf(registry, person, 'response:approve', actor);
    const whole = await wholeId(registry.db, id);
    return viewAuthorisation(await moveAuthorisation(registry, whole, move, reason, by));
  },
});

export const authorisationEnd = defineOperation({
  name: 'authorisation.end',
  needs: 'data',
  input: authorisationReasonSchema.required().extend({ id: idSchema }),
  output: authorisationSchema,
  async run({ registry, actor }, { id, reason }) {
    const by = { actor, scope: EVERYWHERE };
    const whole = await wholeId(registry.db, id);
    return viewAuthorisation(await moveAuthorisation(registry, whole, 'revoke', reason, by));
  },
});
