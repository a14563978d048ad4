/**
 * The page on which an agency answers a request without an account. Invariants: the code of a link opens it, and it opens one
 * request; the code is behind the `#` of the address, which browsers do not send, and comes in bodies alone; every reason for
 * which it does not open looks the same; nothing but the answer is taken.
 */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { answerByLink, lookByLink } from '../../registry/requests/answer-by-link.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { calendarOf } from '../../registry/requests/request-timing.ts';
import {
  answerPage,
  closedPage,
  ENTRY_POLICY,
  entryPage,
  PAGE_POLICY,
  thanksPage,
  type AskedPage,
  type TypedAnswer,
} from '../../request/answer-page.ts';
import { REQUEST_LIMITS, STEP_OUTCOMES } from '../../request/request-words.ts';
import { newAnswerSchema } from '../contract-requests.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { rateLimit } from '../rate-limit.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'alerts' | 'limits'>;

const PREFIX = '/tra-loi';
const BODY_BYTES_MAX = 65_536;
const TOKEN_CHARS_MAX = 128;
const params = z.strictObject({ token: z.string().max(TOKEN_CHARS_MAX) });

export const answerPath = (token: string): string => `${PREFIX}#${token}`;

function sendPage(reply: FastifyReply, page: string, policy = PAGE_POLICY): FastifyReply {
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', policy)
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex')
    .send(page);
}

/** The page as it is now; undefined when the link opens nothing. */
async function lookAt({ registry }: Deps, token: string): Promise<AskedPage | undefined> {
  const found = await lookByLink(registry, token);
  if (found === undefined) return undefined;
  const { title, body, steps, agencyName, dueMs, agencyId } = found.request;
  const calendar = await calendarOf(registry.db, agencyId);
  const hosts = found.subjects.flatMap(({ hostname }) => (hostname === null ? [] : [hostname]));
  return { title, body, steps, agencyName, dueMs, calendar, hosts };
}

/** Some paste the whole link where its code is asked for. */
function tokenOf(form: URLSearchParams): string {
  const typed = (form.get('token') ?? '').trim();
  return typed.slice(typed.lastIndexOf('#') + 1).slice(0, TOKEN_CHARS_MAX);
}

/** What the form held, as it was typed. */
function typedOf(form: URLSearchParams, steps: number): Omit<TypedAnswer, 'wrong'> {
  const field = (name: string, charsMax: number): string => (form.get(name) ?? '').slice(0, charsMax);
  return {
    name: field('name', REQUEST_LIMITS.nameChars),
    text: field('text', REQUEST_LIMITS.answerChars).replaceAll('\r\n', '\n'),
    steps: Array.from({ length: steps }, (_, at) => ({
      outcome: field(`outcome-${at + 1}`, 16),
      note: field(`note-${at + 1}`, REQUEST_LIMITS.noteChars),
    })),
  };
}

const WRONG =
  'Chưa gửi được: hãy chọn kết quả cho từng việc, ghi lý do nếu chưa hoặc không thực hiện được, và ghi họ tên.';

export function addAnswerPage(app: ApiServer, deps: Deps): void {
  const { registry, alerts, limits } = deps;
  const config = { access: 'public' as const, ...rateLimit(limits.answersPerMinute) };
  void app.register(async (scope: ApiServer) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: BODY_BYTES_MAX },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    scope.get(PREFIX, { config, schema: { hide: true } }, (_request, reply) =>
      sendPage(reply, entryPage(), ENTRY_POLICY),
    );
    // Links that were made before the code went behind the `#`: nothing is looked up by them, and none is logged.
    scope.get(`${PREFIX}/:token`, { config, schema: { hide: true, params } }, (request, reply) =>
      reply
        .header('cache-control', 'no-store')
        .redirect(answerPath(encodeURIComponent(request.params.token)), 303),
    );
    scope.post(PREFIX, { config, schema: { hide: true } }, async (request, reply) => {
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const token = tokenOf(form);
      const asked = await lookAt(deps, token);
      if (asked === undefined) return sendPage(reply.code(404), closedPage());
      if (!form.has('answer')) return sendPage(reply, answerPage(asked, token));
      const typed = typedOf(form, asked.steps.length);
      const again = (): FastifyReply =>
        sendPage(reply.code(400), answerPage(asked, token, { ...typed, wrong: WRONG }));
      const answer = newAnswerSchema.safeParse({
        ...typed,
        steps: typed.steps.map(({ outcome, note }, at) => ({
          step: at + 1,
          outcome: STEP_OUTCOMES.find((one) => one === outcome),
          note,
        })),
      });
      if (!answer.success) return again();
      try {
        const done = await answerByLink(registry, token, answer.data);
        if (done === undefined) return sendPage(reply.code(404), closedPage());
        await alerts.changed(done.alertIds);
        return sendPage(reply, thanksPage());
      } catch (error) {
        if (error instanceof RefusalError && error.code === 'request-invalid') return again();
        throw error;
      }
    });
  });
}
