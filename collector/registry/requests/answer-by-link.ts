/** What is done over a link: its page is opened, and its one answer given. */
import type { Registry } from '../database.ts';
import { answerIn, noteSeen, type NewAnswer } from './answer-request.ts';
import { openLink, type OpenedLink } from './request-links.ts';
import { findRequest, readSubjects, type AgencyRequest, type RequestSubject } from './request-rows.ts';

export const linkActor = (linkId: string): string => `request-link:${linkId}`;

/** What the page shows; undefined when the link opens nothing. The first look is noted. */
export function lookByLink(
  registry: Registry,
  token: string,
): Promise<{ request: AgencyRequest; subjects: RequestSubject[] } | undefined> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const opened = await openLink(trx, token, nowMs);
    if (opened === undefined) return undefined;
    await trx
      .updateTable('request_link')
      .set((eb) => ({ opened_ms: eb.fn.coalesce('opened_ms', eb.val(nowMs)) }))
      .where('id', '=', opened.linkId)
      .execute();
    await noteSeen(trx, opened.request, linkActor(opened.linkId), nowMs);
    const { id } = opened.request;
    return { request: await findRequest(trx, id, { kind: 'all' }), subjects: await readSubjects(trx, id) };
  });
}

/**
 * @returns undefined when the link opens nothing
 * @throws RefusalError request-invalid: the link is not used up by an answer that is not whole
 */
export function answerByLink(
  registry: Registry,
  token: string,
  answer: NewAnswer,
): Promise<{ request: AgencyRequest; alertIds: string[] } | undefined> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const opened: OpenedLink | undefined = await openLink(trx, token, nowMs);
    if (opened === undefined) return undefined;
    await trx.updateTable('request_link').set({ used_ms: nowMs }).where('id', '=', opened.linkId).execute();
    return answerIn(trx, opened.request, answer, linkActor(opened.linkId), nowMs);
  });
}
