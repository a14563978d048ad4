/** Incidents from the command line: the same acts as the API's, over all agencies. */
import { demonstrationMark } from '../../registry/demonstration-mark.ts';
import path from 'node:path';
import { z } from 'zod';
import { FACT_NAMES, incidentPatchSchema } from '../../case/incident-facts.ts';
import { viewIncident, viewNotices, viewTold, wholeCase } from '../../api/incident-view.ts';
import {
  incidentViewSchema,
  noticeListSchema,
  toldBodySchema,
  toldListSchema,
} from '../../api/contract-incidents.ts';
import { fileQuerySchema } from '../../api/contract-reports.ts';
import { setIncident } from '../../registry/cases/incidents.ts';
import { buildNotice, lockedNotice, lockNotice } from '../../registry/cases/notices.ts';
import { noteTold } from '../../registry/cases/told.ts';
import { invalidCase } from '../../registry/cases/write-case.ts';
import { bodyDigest } from '../../report/body.ts';
import { NOTICE_KINDS } from '../../report/notice-words.ts';
import { missingOf } from '../../report/notice-body.ts';
import { readCaseRules } from '../../services/cases/case-control.ts';
import { noticeFile } from '../../services/reports/notice-files.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const scope = { kind: 'all' } as const;
const ROOT = path.join(import.meta.dirname, '../../..');
const one = z.strictObject({ id: z.string().min(1).max(64) });

async function clocksOf({ dataDir }: Pick<OperationContext, 'dataDir'>) {
  return (await readCaseRules(ROOT, dataDir)).clocks;
}

/** A word of the command line as the fact's own type: `true`, `12`, `a,b`, `-` for not known. */
function valueOf(name: string, word: string): unknown {
  if (word === '-')
    return ['usersAffected', 'downtimeMinutes', 'serious', 'olderClass'].includes(name) || name.endsWith('At')
      ? null
      : '';
  if (name === 'consequences') return word === '' ? [] : word.split(',').map((each) => each.trim());
  if (word === 'true' || word === 'false') return word === 'true';
  if (name === 'usersAffected' || name === 'downtimeMinutes') return Number(word);
  return word;
}

export const incidentShow = defineOperation({
  name: 'incident.show',
  needs: 'data',
  input: one,
  output: z.object({
    incident: incidentViewSchema,
    told: toldListSchema.shape.told,
    notices: noticeListSchema.shape.notices,
  }),
  async run({ registry: { db } }, { id }) {
    return {
      incident: await viewIncident(db, id, scope),
      told: (await viewTold(db, id, scope)).told,
      notices: (await viewNotices(db, id, scope)).notices,
    };
  },
});

export const incidentSet = defineOperation({
  name: 'incident.set',
  needs: 'data',
  input: one.extend({ words: z.record(z.string().max(64), z.string().max(8_192)) }),
  output: incidentViewSchema,
  async run(context, { id, words }) {
    const { registry, actor, live } = context;
    const patch = incidentPatchSchema.safeParse(
      Object.fromEntries(Object.entries(words).map(([name, word]) => [name, valueOf(name, word)])),
    );
    if (!patch.success) {
      const [issue] = patch.error.issues;
      const field = issue?.path.join('.') ?? '';
      const said = field === '' ? `facts are ${FACT_NAMES.join(', ')}` : `${field}: ${issue?.message ?? ''}`;
      throw invalidCase(field, said);
    }
    const caseId = await setIncident(registry, id, patch.data, await clocksOf(context), { actor, scope });
    await live?.cases.changed([caseId]);
    return viewIncident(registry.db, caseId, scope);
  },
});

export const incidentTold = defineOperation({
  name: 'incident.told',
  needs: 'data',
  input: one.extend(toldBodySchema.shape),
  output: toldListSchema,
  async run({ registry, actor, live }, { id, at, on, ...told }) {
    const atMs = at === undefined ? registry.now() : Date.parse(at);
    const caseId = await noteTold(registry, id, { ...told, atMs, dated: on }, { actor, scope });
    await live?.cases.changed([caseId]);
    return viewTold(registry.db, caseId, scope);
  },
});

const noticeSchema = z.object({
  name: z.string(),
  base64: z.string(),
  missing: z.array(z.string()),
  noticeId: z.number().nullable(),
  sha256: z.string().nullable(),
});

/** A preview as the case stands, one that is locked now, or one that was. */
export const incidentNotice = defineOperation({
  name: 'incident.notice',
  needs: 'data',
  input: one.extend(fileQuerySchema.shape).extend({
    what: z.union([
      z.strictObject({ kind: z.enum(NOTICE_KINDS), lock: z.boolean() }),
      z.strictObject({ noticeId: z.int().min(1) }),
    ]),
  }),
  output: noticeSchema,
  async run(context, { id, format, what }) {
    const { registry, actor, live } = context;
    const rules = await clocksOf(context);
    let noticeId = 'noticeId' in what ? what.noticeId : null;
    if ('kind' in what && what.lock) {
      const made = await lockNotice(registry, id, { kind: what.kind, rules }, { actor, scope });
      await live?.cases.changed([made.caseId]);
      ({ noticeId } = made);
    }
    const row = await wholeCase(registry.db, id, scope);
    const body =
      'kind' in what && noticeId === null
        ? await buildNotice(registry.db, row, {
            kind: what.kind,
            rules,
            scope,
            nowMs: registry.now(),
            draft: true,
          })
        : await lockedNotice(registry.db, row, noticeId ?? 0);
    const { name, content } = await noticeFile(body, format, await demonstrationMark(registry.db));
    const missing = missingOf(body.notice);
    const sha256 = noticeId === null ? null : bodyDigest(JSON.stringify(body));
    return { name, base64: content.toString('base64'), missing, noticeId, sha256 };
  },
});
