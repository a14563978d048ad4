/**
 * The queue of documents to the national centre. Invariants: a document is there whole before anybody hears of it, and never changes;
 * how far it is and each attempt move in one transaction; whatever is kept of it is bounded.
 */
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { AgencyScope } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import type { ExchangeCause, ExchangeState } from '../tables/exchange.ts';
import type { LinkBy } from './links.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

export const MESSAGE_LIMITS = {
  documentBytes: 64 * 1_048_576,
  /** Of a link: what waits, what is remembered, and of how many the document is kept. */
  waiting: 100,
  kept: 500,
  documents: 60,
  attempts: 50,
} as const;

export interface ExchangeMessage {
  id: string;
  linkId: number;
  link: string;
  agencyId: number;
  state: ExchangeState;
  cause: ExchangeCause;
  reportId: string | null;
  fromMs: number;
  toMs: number;
  createdMs: number;
  createdBy: string;
  file: string;
  bytes: number;
  sha256: string;
  machines: number;
  isSigned: boolean;
  hasDocument: boolean;
  attempts: number;
  tries: number;
  nextMs: number;
  endedMs: number | null;
  problem: string | null;
}

function rows(db: RegistryDb) {
  return db
    .selectFrom('exchange_message as m')
    .innerJoin('exchange_link as l', 'l.id', 'm.link_id')
    .select([
      'm.id',
      'm.link_id as linkId',
      'l.name as link',
      'l.agency_id as agencyId',
      'm.state',
      'm.cause',
    ])
    .select([
      'm.report_id as reportId',
      'm.from_ms as fromMs',
      'm.to_ms as toMs',
      'm.created_ms as createdMs',
    ])
    .select(['m.created_by as createdBy', 'm.file', 'm.bytes', 'm.sha256', 'm.machines', 'm.signed'])
    .select((eb) => eb('m.document', 'is not', null).as('kept'))
    .select(['m.attempts', 'm.tries', 'm.next_ms as nextMs', 'm.ended_ms as endedMs', 'm.problem']);
}

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>;

const toMessage = ({ signed, kept, ...row }: Row): ExchangeMessage => ({
  ...row,
  isSigned: signed === 1,
  hasDocument: Boolean(kept),
});

/** Newest first. */
export async function listMessages(
  db: RegistryDb,
  query: {
    scope: AgencyScope;
    limit: number;
    linkId?: number | undefined;
    states?: readonly ExchangeState[] | undefined;
  },
): Promise<ExchangeMessage[]> {
  const { scope, limit, linkId, states } = query;
  let select = rows(db).orderBy('m.created_ms', 'desc').orderBy('m.id').limit(limit);
  if (scope.kind === 'some') select = select.where('l.agency_id', 'in', scope.agencyIds);
  if (linkId !== undefined) select = select.where('m.link_id', '=', linkId);
  if (states !== undefined) select = select.where('m.state', 'in', states);
  return (await select.execute()).map(toMessage);
}

/** By its id or its first characters. @throws RefusalError exchange-message-unknown */
export async function findMessage(db: RegistryDb, id: string, scope: AgencyScope): Promise<ExchangeMessage> {
  const prefix = id.toLowerCase().replaceAll(/[^0-9a-f-]/g, '');
  let select = rows(db).where('m.id', 'like', `${prefix}%`).limit(2);
  if (scope.kind === 'some') select = select.where('l.agency_id', 'in', scope.agencyIds);
  const [row, other] = prefix.length < 4 ? [] : await select.execute();
  if (row !== undefined && other === undefined) return toMessage(row);
  const said = `there is no document ${id}, or several begin so; "vonggac exchange list" shows them`;
  throw new RefusalError('exchange-message-unknown', id, said);
}

export async function attemptsOf(db: RegistryDb, messageId: string) {
  return db
    .selectFrom('exchange_attempt')
    .select(['id', 'at_ms as atMs', 'ended_ms as endedMs', 'address', 'outcome', 'status', 'answer'])
    .select(['answer_sha256 as answerSha256', 'fault'])
    .where('message_id', '=', messageId)
    .orderBy('id')
    .execute();
}

export type ExchangeAttempt = Awaited<ReturnType<typeof attemptsOf>>[number];

/** The document as it is sent. @throws RefusalError exchange-document-gone */
export async function readDocument(db: RegistryDb, messageId: string): Promise<Buffer> {
  const row = await db
    .selectFrom('exchange_message')
    .select('document')
    .where('id', '=', messageId)
    .executeTakeFirst();
  if (row === undefined || row.document === null)
    throw new RefusalError(
      'exchange-document-gone',
      messageId,
      `the document is no longer kept: of a link the newest ${MESSAGE_LIMITS.documents} are`,
    );
  const maxOutputLength = MESSAGE_LIMITS.documentBytes;
  return decompress(Buffer.from(row.document, 'base64'), { maxOutputLength });
}

export interface NewMessage {
  id: string;
  linkId: number;
  cause: ExchangeCause;
  reportId: string | null;
  fromMs: number;
  toMs: number;
  file: string;
  sha256: string;
  machines: number;
  isSigned: boolean;
}

/** So that it is not done in a transaction. @throws RefusalError exchange-document-large */
export async function packDocument(text: string): Promise<{ bytes: number; document: string }> {
  const content = Buffer.from(text);
  if (content.length > MESSAGE_LIMITS.documentBytes)
    throw new RefusalError(
      'exchange-document-large',
      String(content.length),
      `the document has ${content.length} bytes, more than ${MESSAGE_LIMITS.documentBytes}: report by agency`,
    );
  return { bytes: content.length, document: (await compress(content)).toString('base64') };
}

/** Also where it is there already: it is made once. @throws RefusalError exchange-queue-full */
export async function addMessage(
  trx: RegistryTransaction,
  nowMs: number,
  { isSigned, ...wanted }: NewMessage & { bytes: number; document: string },
  { actor, agencyId }: { actor: string; agencyId: number },
): Promise<void> {
  const { id, linkId, cause, reportId, fromMs, toMs, sha256, machines } = wanted;
  const { count } = await trx
    .selectFrom('exchange_message')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('link_id', '=', linkId)
    .where('state', 'in', ['waiting', 'sending'])
    .executeTakeFirstOrThrow();
  if (count >= MESSAGE_LIMITS.waiting)
    throw new RefusalError(
      'exchange-queue-full',
      String(linkId),
      `${MESSAGE_LIMITS.waiting} documents wait for link ${linkId} already: mend it, or cancel some`,
    );
  const added = await trx
    .insertInto('exchange_message')
    .values({
      id,
      link_id: linkId,
      state: 'waiting',
      cause,
      report_id: reportId,
      from_ms: fromMs,
      to_ms: toMs,
      created_ms: nowMs,
      created_by: actor,
      file: wanted.file,
      bytes: wanted.bytes,
      sha256,
      machines,
      signed: isSigned ? 1 : 0,
      document: wanted.document,
      attempts: 0,
      tries: 0,
      next_ms: nowMs,
      ended_ms: null,
      problem: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  if ((added.numInsertedOrUpdatedRows ?? 0n) === 0n) return;
  await writeAudit(trx, nowMs, {
    actor,
    action: 'exchange.make',
    target: `exchange-message:${id}`,
    agencyId,
    detail: { link: linkId, cause, reportId, fromMs, toMs, machines, bytes: wanted.bytes, sha256 },
  });
}

/** Tried at once, and as often as a new one. @throws RefusalError exchange-message-unknown, exchange-message-state, exchange-document-gone */
export function retryMessage(registry: Registry, id: string, by: LinkBy): Promise<ExchangeMessage> {
  return moveByHand(
    registry,
    id,
    by,
    { act: 'retry', from: ['waiting', 'refused', 'failed', 'cancelled'] },
    (nowMs) => ({
      state: 'waiting',
      tries: 0,
      next_ms: nowMs,
      ended_ms: null,
    }),
  );
}

/** @throws RefusalError exchange-message-unknown, exchange-message-state */
export function cancelMessage(registry: Registry, id: string, by: LinkBy): Promise<ExchangeMessage> {
  return moveByHand(registry, id, by, { act: 'cancel', from: ['waiting'] }, (nowMs) => ({
    state: 'cancelled',
    ended_ms: nowMs,
  }));
}

/** A person took it there. @throws RefusalError exchange-message-unknown, exchange-message-state */
export function markCarried(
  registry: Registry,
  id: string,
  note: string,
  by: LinkBy,
): Promise<ExchangeMessage> {
  return moveByHand(
    registry,
    id,
    by,
    { act: 'carried', from: ['waiting', 'refused', 'failed'], note },
    (nowMs) => ({
      state: 'sent',
      ended_ms: nowMs,
      problem: null,
    }),
  );
}

interface HandMove {
  act: 'retry' | 'cancel' | 'carried';
  from: readonly ExchangeState[];
  note?: string;
}

interface Moved {
  state: ExchangeState;
  tries?: number;
  next_ms?: number;
  ended_ms: number | null;
  problem?: null;
}

function moveByHand(
  registry: Registry,
  id: string,
  { actor, scope }: LinkBy,
  { act, from, note }: HandMove,
  moved: (nowMs: number) => Moved,
): Promise<ExchangeMessage> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const message = await findMessage(trx, id, scope);
    if (!from.includes(message.state))
      throw new RefusalError(
        'exchange-message-state',
        message.id,
        `document ${message.id} is ${message.state}: it has to be ${from.join(' or ')} for that`,
      );
    if (act === 'retry' && !message.hasDocument) await readDocument(trx, message.id);
    await trx.updateTable('exchange_message').set(moved(nowMs)).where('id', '=', message.id).execute();
    if (act === 'carried') {
      await trx
        .insertInto('exchange_attempt')
        .values({
          message_id: message.id,
          at_ms: nowMs,
          ended_ms: nowMs,
          address: '',
          outcome: 'carried',
          status: null,
          answer: note ?? null,
          answer_sha256: null,
          fault: null,
        })
        .execute();
      await noteAccepted(trx, message.linkId, nowMs);
    }
    await writeAudit(trx, nowMs, {
      actor,
      action: `exchange.${act}`,
      target: `exchange-message:${message.id}`,
      agencyId: message.agencyId,
      detail: { link: message.linkId, from: message.state, ...(note === undefined ? {} : { note }) },
    });
    return findMessage(trx, message.id, scope);
  });
}

/** The link carries documents again. */
export async function noteAccepted(trx: RegistryTransaction, linkId: number, nowMs: number): Promise<void> {
  await trx
    .updateTable('exchange_link')
    .set({ failures: 0, problem: null, accepted_ms: nowMs })
    .where('id', '=', linkId)
    .execute();
}

/** Forgets what is over and beyond what is remembered of each link. */
export async function forgetMessages(db: RegistryDb): Promise<void> {
  for (const { id: linkId } of await db.selectFrom('exchange_link').select('id').execute()) {
    const over = await db
      .selectFrom('exchange_message')
      .select('id')
      .where('link_id', '=', linkId)
      .where('state', 'not in', ['waiting', 'sending'])
      .orderBy('created_ms', 'desc')
      .orderBy('id')
      .offset(MESSAGE_LIMITS.documents)
      .limit(10_000)
      .execute();
    const gone = over.slice(MESSAGE_LIMITS.kept - MESSAGE_LIMITS.documents).map(({ id }) => id);
    const emptied = over.slice(0, MESSAGE_LIMITS.kept - MESSAGE_LIMITS.documents).map(({ id }) => id);
    await db.transaction().execute(async (trx) => {
      if (emptied.length > 0)
        await trx
          .updateTable('exchange_message')
          .set({ document: null })
          .where('id', 'in', emptied)
          .where('document', 'is not', null)
          .execute();
      for (let at = 0; at < gone.length; at += 500) {
        const ids = gone.slice(at, at + 500);
        await trx.deleteFrom('exchange_attempt').where('message_id', 'in', ids).execute();
        await trx.deleteFrom('exchange_message').where('id', 'in', ids).execute();
      }
    });
  }
}
