/** The collector delivers to a centre over TLS: by schedule, once in effect, tried again, given up and told of. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  linkSettingsSchema,
  type LinkSecrets,
  type LinkSettings,
} from '../../../../collector/exchange/link-settings.ts';
import { validateDocument } from '../../../../collector/exchange/validate-document.ts';
import { EDXML_NAMESPACE } from '../../../../collector/exchange/namespaces.ts';
import { rootAgencyId } from '../../../../collector/registry/agency-scope.ts';
import type { Registry } from '../../../../collector/registry/database.ts';
import { TRIES_MAX } from '../../../../collector/registry/exchange/attempts.ts';
import { queueDeliveries } from '../../../../collector/registry/exchange/deliveries.ts';
import { changeLink, createLink, findLink } from '../../../../collector/registry/exchange/links.ts';
import {
  attemptsOf,
  cancelMessage,
  forgetMessages,
  listMessages,
  markCarried,
  MESSAGE_LIMITS,
  readDocument,
  retryMessage,
} from '../../../../collector/registry/exchange/messages.ts';
import { enrolAgent } from '../../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../../collector/registry/join-tokens.ts';
import { createReport } from '../../../../collector/registry/reports/report-acts.ts';
import { ExchangeService } from '../../../../collector/services/exchange/exchange-service.ts';
import { type Centre, makeCertificate, startCentre } from '../../../support/exchange-server.ts';
import { NO_SOURCES } from '../../../support/no-sources.ts';
import { enrolRequest, memoryRegistry, type TestClock } from '../../registry/registry-fixture.ts';

const KEY = Buffer.alloc(32, 1);
const BY = { actor: 'user:lan', scope: { kind: 'all' } } as const;
const DAY_MS = 86_400_000;
const ORGANISATION = { id: '000.00.00.H01', name: 'Sở' };
let registry: Registry;
let clock: TestClock;
let centre: Centre;
let service: ExchangeService;
let faults: unknown[];

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  centre = await startCentre();
  faults = [];
  service = newService();
  const agencyId = await rootAgencyId(registry.db);
  const token = await createJoinToken(registry, { agencyId, uses: 1 }, 'test');
  await enrolAgent(registry, enrolRequest(token), '::1');
});
afterEach(async () => {
  await service.stop();
  centre.close();
  await registry.close();
});

const newService = (timeoutMs = 5_000): ExchangeService =>
  new ExchangeService({
    registry,
    key: KEY,
    sources: NO_SOURCES,
    leads: () => true,
    isAlone: true,
    onOutcome: () => undefined,
    onAlerts: () => undefined,
    onFault: (error) => faults.push(error),
    timeoutMs,
  });

async function link(more: Partial<LinkSettings> = {}, secrets: LinkSecrets = {}): Promise<number> {
  const { address, certificate: authority } = centre;
  const settings = linkSettingsSchema.parse({
    variant: 'soap-2026',
    organisation: ORGANISATION,
    address,
    authority,
    ...more,
  });
  const agencyId = await rootAgencyId(registry.db);
  return (await createLink(registry, KEY, { name: 'Trung tâm', agencyId, settings, secrets }, BY)).id;
}

const all = () => listMessages(registry.db, { scope: { kind: 'all' }, limit: 1_000 });
const newest = async () => {
  const [message] = await all();
  if (message === undefined) throw new Error('no document');
  return message;
};
const run = async (linkId: number) => {
  const { message } = await service.make(linkId, { isDryRun: false }, BY);
  await service.look();
  return message?.id ?? '';
};
const alerts = () =>
  registry.db
    .selectFrom('alert')
    .select(['state', 'message'])
    .where('rule_id', '=', 'vonggac:exchange-failing')
    .execute();

describe('a document', () => {
  it('is made by the schedule, signed, sent once, and its receipt is kept', async () => {
    const signer = makeCertificate('Sở', 'rsa');
    centre.answer = { status: 200, body: '<ok>Số 12</ok>' };
    const id = await link(
      { schedule: { every: 'day', day: 1, at: '06:00' }, certificate: signer.certificate },
      { key: signer.key },
    );
    clock.ms = Date.now(); // the signer's certificate holds now
    await changeLink(registry, KEY, id, { enabled: false }, BY);
    const { nextMs } = await changeLink(registry, KEY, id, { enabled: true }, BY);
    clock.ms = (nextMs ?? 0) - 1;
    await service.look();
    expect(await all()).toEqual([]);
    clock.ms += 1;
    await service.look();
    await service.look();
    expect(faults).toEqual([]);
    const [message, ...others] = await all();
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      state: 'receipt',
      cause: 'schedule',
      machines: 1,
      isSigned: true,
      attempts: 1,
    });
    expect(centre.got.map(({ id: told }) => told)).toEqual([message?.id]);
    const text = (await readDocument(registry.db, message?.id ?? '')).toString('utf8');
    expect(centre.got[0]?.body).toBe(text);
    const names = { namespace: EDXML_NAMESPACE, names: {} };
    expect(validateDocument(text, names)).toMatchObject({
      variant: 'soap-2026',
      isSigned: true,
      faultCount: 0,
    });
    expect(await attemptsOf(registry.db, message?.id ?? '')).toMatchObject([
      { outcome: 'accepted', status: 200, answer: '<ok>Số 12</ok>' },
    ]);
    // The next turn goes on where this one ended.
    clock.ms += DAY_MS;
    await service.look();
    expect(await newest()).toMatchObject({ fromMs: message?.toMs, toMs: clock.ms });
    const delivered = await queueDeliveries(registry.db, { fromMs: 0, toMs: clock.ms });
    expect(delivered).toMatchObject({ lastAcceptedMs: clock.ms, failedSince: 0 });
    expect(delivered?.accepted.map(({ machines }) => [...(machines ?? [])])).toEqual([['pc-01'], ['pc-01']]);
  });

  it('goes with a report when its data is locked, once', async () => {
    await link({ onReports: ['monthly'] });
    const agencyId = await rootAgencyId(registry.db);
    const subject = { kind: 'monthly', period: '2026-10', agencyId, systemId: null } as const;
    const report = await createReport(registry, subject, BY);
    await service.look();
    expect(await all()).toEqual([]);
    clock.ms += 1_000;
    await registry.db
      .updateTable('report')
      .set({ state: 'locked', locked_ms: clock.ms })
      .where('id', '=', report.id)
      .execute();
    await service.look();
    await service.look();
    expect(faults).toEqual([]);
    expect(await all()).toMatchObject([{ cause: 'report', reportId: report.id, state: 'sent' }]);
  });

  it('that was being sent when the process ended is sent again under its id, and stands once', async () => {
    const id = await link();
    centre.answer = 'silence';
    const arrived = new Promise<void>((resolve) => (centre.onGot = resolve));
    const { message } = await service.make(id, { isDryRun: false }, BY);
    const dying = service.look();
    await arrived;
    // Another process finds what the dead one left: it never came to an end.
    centre.answer = { status: 200, body: '<ok/>' };
    const next = newService();
    await next.look();
    expect(await all()).toMatchObject([{ id: message?.id, state: 'receipt', attempts: 2 }]);
    expect(new Set(centre.got.map(({ id: told }) => told))).toEqual(new Set([message?.id]));
    expect(new Set(centre.got.map(({ body }) => body)).size).toBe(1);
    expect((await attemptsOf(registry.db, message?.id ?? '')).map(({ outcome }) => outcome)).toEqual([
      'interrupted',
      'accepted',
    ]);
    await service.stop();
    await dying;
    await next.stop();
  });

  it('waits ever longer, is told of after three failures, given up at last, and tried again by hand', async () => {
    centre.answer = { status: 503, body: 'later' };
    const id = await run(await link());
    expect(await newest()).toMatchObject({ state: 'waiting', nextMs: clock.ms + 60_000 });
    for (let tries = 1; tries < TRIES_MAX; tries += 1) {
      expect(await alerts()).toHaveLength(tries < 3 ? 0 : 1);
      await service.look();
      expect(centre.got).toHaveLength(tries);
      clock.ms = (await newest()).nextMs;
      await service.look();
    }
    expect(await newest()).toMatchObject({ state: 'failed', attempts: TRIES_MAX, problem: 'HTTP 503' });
    expect(await alerts()).toMatchObject([{ state: 'new', message: 'HTTP 503' }]);
    centre.answer = { status: 202, body: '' };
    clock.ms += DAY_MS;
    await service.look();
    expect(centre.got).toHaveLength(TRIES_MAX);
    await retryMessage(registry, id.slice(0, 8), BY);
    await service.look();
    expect(await newest()).toMatchObject({ state: 'sent', attempts: TRIES_MAX + 1, problem: null });
    expect(await alerts()).toMatchObject([{ state: 'closed' }]);
    await expect(retryMessage(registry, id, BY)).rejects.toMatchObject({ code: 'exchange-message-state' });
  });

  it.each([
    { status: 400, body: 'bad' },
    { status: 302, body: '' },
    {
      status: 500,
      body: '<s:Envelope><s:Body><s:Fault><faultcode>s:Client</faultcode></s:Fault></s:Body></s:Envelope>',
    },
  ])('that the centre refuses ($status) is told of at once and not sent again', async (answer) => {
    centre.answer = answer;
    const id = await run(await link());
    clock.ms += DAY_MS;
    await service.look();
    expect(centre.got).toHaveLength(1);
    expect(await newest()).toMatchObject({ state: 'refused' });
    expect(await attemptsOf(registry.db, id)).toMatchObject([{ outcome: 'refused', answer: answer.body }]);
    expect(await alerts()).toHaveLength(1);
  });

  it('of a link without address waits to be carried; one that waits can be cancelled', async () => {
    const id = await link({ address: undefined });
    const document = await run(id);
    clock.ms += DAY_MS;
    await service.look();
    expect(await newest()).toMatchObject({ state: 'waiting', attempts: 0 });
    await markCarried(registry, document, 'anh Nam, sổ 12', BY);
    expect(await newest()).toMatchObject({ state: 'sent' });
    const other = await run(id);
    await cancelMessage(registry, other, BY);
    expect((await all()).map(({ state }) => state).toSorted()).toEqual(['cancelled', 'sent']);
    const acts = await registry.db
      .selectFrom('audit_log')
      .select('action')
      .where('action', 'like', 'exchange.%')
      .orderBy('seq')
      .execute();
    expect(acts.map(({ action }) => action)).toEqual([
      'exchange.make',
      'exchange.carried',
      'exchange.make',
      'exchange.cancel',
    ]);
  });

  it('is kept while it is among the newest of its link, and what became of it longer', async () => {
    const id = await link();
    await run(id);
    const row = await registry.db.selectFrom('exchange_message').selectAll().executeTakeFirstOrThrow();
    for (let number = 0; number < MESSAGE_LIMITS.kept + 5; number += 1)
      await registry.db
        .insertInto('exchange_message')
        .values({ ...row, id: `old-${number}`, created_ms: number })
        .execute();
    await forgetMessages(registry.db);
    const left = await all();
    expect(left).toHaveLength(MESSAGE_LIMITS.kept);
    expect(left.filter(({ hasDocument }) => hasDocument)).toHaveLength(MESSAGE_LIMITS.documents);
    await expect(readDocument(registry.db, left.at(-1)?.id ?? '')).rejects.toMatchObject({
      code: 'exchange-document-gone',
    });
  });
});

describe('the way to the centre', () => {
  it('is open to the server that is pinned alone, with the password and certificate that it asks for', async () => {
    const client = makeCertificate('Sở TTTT');
    centre.close();
    centre = await startCentre(client.certificate);
    const settings = { clientCertificate: client.certificate, username: 'so', pins: [centre.pin] };
    const id = await link(settings, { clientKey: client.key, password: 'mật khẩu' });
    expect(await service.test(id, BY)).toMatchObject({
      isTrusted: true,
      fault: null,
      fingerprint: centre.pin,
    });
    expect(centre.got).toEqual([]);
    await run(id);
    const login = `Basic ${Buffer.from('so:mật khẩu').toString('base64')}`;
    expect(centre.got).toMatchObject([{ login, client: 'Sở TTTT' }]);
    const rows = JSON.stringify(await registry.db.selectFrom('exchange_link').selectAll().execute());
    expect(rows).not.toContain('mật khẩu');
    expect(rows).not.toContain('PRIVATE KEY');
    const { settings: now } = await findLink(registry.db, id, BY.scope);
    await expect(
      changeLink(registry, KEY, id, { settings: { ...now, pins: ['00'.repeat(32)] } }, BY),
    ).rejects.toMatchObject({ code: 'exchange-link-invalid' }); // secrets do not follow to another place
    const secrets = { clientKey: client.key, password: 'x' };
    await changeLink(registry, KEY, id, { settings: { ...now, pins: ['00'.repeat(32)] }, secrets }, BY);
    expect(await service.test(id, BY)).toMatchObject({ isTrusted: false, fault: 'CERT_NOT_PINNED' });
    clock.ms += 1;
    await run(id);
    expect(await newest()).toMatchObject({ state: 'waiting', problem: 'CERT_NOT_PINNED' });
    expect(centre.got).toHaveLength(1);
  });

  it('is not used when the server is not trusted, and given up when it does not answer', async () => {
    const id = await link({ authority: undefined });
    expect(await service.test(id, BY)).toMatchObject({
      isTrusted: false,
      fault: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      fingerprint: centre.pin,
    });
    await run(id);
    expect(centre.got).toEqual([]);
    expect(await newest()).toMatchObject({ state: 'waiting', problem: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const { settings } = await findLink(registry.db, id, BY.scope);
    await changeLink(registry, KEY, id, { settings: { ...settings, authority: centre.certificate } }, BY);
    centre.answer = 'silence';
    const impatient = newService(200);
    clock.ms += 60_000;
    await impatient.look();
    expect(await newest()).toMatchObject({ state: 'waiting', problem: 'ETIMEDOUT' });
    await impatient.stop();
  });

  it('says what keeps a document from being made', async () => {
    const signer = makeCertificate('Sở', 'rsa');
    const settings = {
      certificate: signer.certificate,
      schedule: { every: 'day', day: 1, at: '00:00' },
    } as const;
    const id = await link(settings, { key: makeCertificate('x', 'rsa').key });
    clock.ms += DAY_MS;
    await service.look();
    expect(await all()).toEqual([]);
    expect(await alerts()).toMatchObject([
      { message: expect.stringContaining('the key is not that of the certificate') },
    ]);
    expect(await findLink(registry.db, id, BY.scope)).toMatchObject({ failures: 3 });
  });
});
