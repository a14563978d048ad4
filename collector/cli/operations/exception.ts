/** Exceptions from the command line: the same checks and acts as the API's, over all agencies. */
import { z } from 'zod';
import {
  exceptionApproveSchema,
  exceptionBodySchema,
  exceptionDetailSchema,
  exceptionHistorySchema,
  exceptionPageSchema,
  exceptionQuerySchema,
} from '../../api/contract-exceptions.ts';
import { jobDetailSchema } from '../../api/contract-jobs.ts';
import { askedOf, detailOf, viewExceptions } from '../../api/exception-view.ts';
import { viewJobDetail } from '../../api/job-view.ts';
import { ExceptionInvalidError } from '../../exceptions/condition.ts';
import { usualReviewMs } from '../../exceptions/term.ts';
import { EXCEPTION_LIMITS } from '../../exceptions/vocabulary.ts';
import { rootAgencyId, scopeOfAgency } from '../../registry/agencies.ts';
import type { Registry } from '../../registry/database.ts';
import { extendException, rejectException } from '../../registry/exceptions/exception-acts.ts';
import { withdrawException } from '../../registry/exceptions/exception-ends.ts';
import type { ExceptionBy } from '../../registry/exceptions/write-exception.ts';
import {
  pageExceptions,
  readException,
  readExceptionHistory,
} from '../../registry/exceptions/exception-book.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { normalizeUsername } from '../../registry/users.ts';
import { defineOperation, liveOf } from './operation.ts';
import { personOf, personSchema } from './response.ts';

const EVERYWHERE = { kind: 'all' } as const;
const idSchema = z.int().min(1);
const reasonSchema = z.string().trim().min(1).max(EXCEPTION_LIMITS.reasonChars);
const HISTORY_MAX = 200;

/** Who may use the local socket sees the whole tree. */
async function byOf({ db }: Registry, actor: string): Promise<ExceptionBy> {
  return { actor, agencyId: await rootAgencyId(db), scope: EVERYWHERE };
}

/** A person who may approve. @throws RefusalError login-refused */
async function secondOf(
  registry: Registry,
  person: z.infer<typeof personSchema>,
  actor: string,
): Promise<ExceptionBy> {
  const by = await personOf(registry, person, 'exception:approve', actor);
  const user = await registry.db
    .selectFrom('user_account')
    .select('agency_id')
    .where('username', '=', normalizeUsername(person.username))
    .executeTakeFirstOrThrow();
  return { ...by, agencyId: user.agency_id };
}

/** What is wrong with what was asked, with its field, as the local socket tells it. */
async function orRefusal<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ExceptionInvalidError)) throw error;
    const { field, message } = error;
    throw new RefusalError('exception-invalid', field, `${field}: ${message}`, { cause: error });
  }
}

export const exceptionList = defineOperation({
  name: 'exception.list',
  needs: 'data',
  input: z.strictObject({ query: z.record(z.string().max(32), z.union([z.string().max(512), z.number()])) }),
  output: exceptionPageSchema,
  async run({ registry }, { query }) {
    const asked = exceptionQuerySchema.parse(query);
    const { limit, after: _after, agencyId, state, due, window, ...filter } = asked;
    const nowMs = registry.now();
    const wanted = agencyId === undefined ? undefined : await scopeOfAgency(registry.db, agencyId);
    const { exceptions, next } = await pageExceptions(registry.db, {
      filter: {
        ...filter,
        states: state,
        agencyIds: wanted?.kind === 'some' ? wanted.agencyIds : undefined,
        dueBeforeMs:
          due === undefined ? undefined : due === 'soon' ? nowMs + EXCEPTION_LIMITS.dueMs : Date.parse(due),
        isWindow: window === undefined ? undefined : window === 'only',
      },
      scope: EVERYWHERE,
      limit,
    });
    const views = await viewExceptions(registry.db, exceptions, nowMs);
    return { exceptions: views, next: next === undefined ? null : '' };
  },
});

export const exceptionShow = defineOperation({
  name: 'exception.show',
  needs: 'data',
  input: z.strictObject({ id: idSchema }),
  output: exceptionDetailSchema,
  run: async ({ registry }, { id }) =>
    detailOf(registry.db, await readException(registry.db, id, EVERYWHERE), registry.now()),
});

export const exceptionHistory = defineOperation({
  name: 'exception.history',
  needs: 'data',
  input: z.strictObject({ id: idSchema }),
  output: exceptionHistorySchema,
  async run({ registry }, { id }) {
    await readException(registry.db, id, EVERYWHERE);
    const found = await readExceptionHistory(registry.db, id, { limit: HISTORY_MAX });
    return {
      entries: found.map(({ atMs, changes, ...act }) => ({
        ...act,
        at: isoTime(atMs),
        changes: Object.fromEntries(
          Object.entries(changes).map(([field, [before, after]]) => [field, { before, after }]),
        ),
      })),
      next: null,
    };
  },
});

export const exceptionRequest = defineOperation({
  name: 'exception.request',
  needs: 'collector',
  input: exceptionBodySchema,
  output: exceptionDetailSchema,
  async run(context, body) {
    const { registry, actor } = context;
    const by = await byOf(registry, actor);
    const exception = await orRefusal(() => liveOf(context).exceptions.request(askedOf(body), by));
    return detailOf(registry.db, exception, registry.now());
  },
});

export const exceptionSimulate = defineOperation({
  name: 'exception.simulate',
  needs: 'collector',
  input: z.strictObject({
    days: z.int().min(1).max(30),
    id: idSchema.optional(),
    draft: exceptionBodySchema.optional(),
  }),
  output: jobDetailSchema,
  async run(context, { days, id, draft }) {
    const by = await byOf(context.registry, context.actor);
    const { exceptions } = liveOf(context);
    if (draft !== undefined)
      return viewJobDetail(await orRefusal(() => exceptions.simulate({ draft: askedOf(draft), days }, by)));
    return viewJobDetail(await exceptions.simulate({ id: id ?? 0, days }, by));
  },
});

export const exceptionApprove = defineOperation({
  name: 'exception.approve',
  needs: 'collector',
  input: exceptionApproveSchema.extend({ id: idSchema, person: personSchema }),
  output: z.object({ exception: exceptionDetailSchema, jobId: z.string().nullable() }),
  async run(context, { id, reason, close, person }) {
    const { registry, actor } = context;
    const by = await secondOf(registry, person, actor);
    const act = { id, version: undefined, by, reason, close };
    const { exception, jobId } = await orRefusal(() => liveOf(context).exceptions.approve(act));
    return { exception: await detailOf(registry.db, exception, registry.now()), jobId };
  },
});

export const exceptionReject = defineOperation({
  name: 'exception.reject',
  needs: 'data',
  input: z.strictObject({ id: idSchema, reason: reasonSchema }),
  output: exceptionDetailSchema,
  async run({ registry, actor }, { id, reason }) {
    const act = { id, version: undefined, by: await byOf(registry, actor), reason };
    return detailOf(registry.db, await rejectException(registry, act), registry.now());
  },
});

export const exceptionWithdraw = defineOperation({
  name: 'exception.withdraw',
  needs: 'data',
  input: z.strictObject({ id: idSchema, reason: reasonSchema }),
  output: exceptionDetailSchema,
  async run({ registry, actor }, { id, reason }) {
    const act = { id, version: undefined, by: await byOf(registry, actor), reason };
    return detailOf(registry.db, await withdrawException(registry, act), registry.now());
  },
});

export const exceptionRevoke = defineOperation({
  name: 'exception.revoke',
  needs: 'collector',
  input: z.strictObject({ id: idSchema, reason: reasonSchema }),
  output: exceptionDetailSchema,
  async run(context, { id, reason }) {
    const { registry, actor } = context;
    const act = { id, version: undefined, by: await byOf(registry, actor), reason };
    return detailOf(registry.db, await liveOf(context).exceptions.revoke(act), registry.now());
  },
});

export const exceptionExtend = defineOperation({
  name: 'exception.extend',
  needs: 'collector',
  input: z.strictObject({
    id: idSchema,
    reason: reasonSchema,
    expiresMs: z.number(),
    reviewMs: z.number().optional(),
    person: personSchema,
  }),
  output: exceptionDetailSchema,
  async run(context, { id, reason, expiresMs, reviewMs, person }) {
    const { registry, actor } = context;
    const by = await secondOf(registry, person, actor);
    const term = liveOf(context).exceptions.termOf(await readException(registry.db, id, by.scope));
    const ends = { expiresMs, reviewMs: reviewMs ?? usualReviewMs(expiresMs, registry.now()) };
    const exception = await orRefusal(() =>
      extendException(registry, { id, version: undefined, by, reason, ...ends, term }),
    );
    return detailOf(registry.db, exception, registry.now());
  },
});
