/**
 * The page on which an agency answers a request without an account. Invariants: the address alone opens it, and it opens one
 * request; every reason for which it does not open looks the same; nothing runs on it, and nothing but the answer is taken.
 */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { answerByLink, lookByLink } from '../../registry/requests/answer-by-link.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { calendarOf } from '../../registry/requests/request-timing.ts';
import {
  answerPage,
  closedPage,
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
const params = z.strictObject({ token: z.string().max(128) });

export const answerPath = (token: string): string => `${PREFIX}/${token}`;

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', PAGE_POLICY)
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
    scope.get(`${PREFIX}/:token`, { config, schema: { hide: true, params } }, async (request, reply) => {
      const asked = await lookAt(deps, request.params.token);
      return asked === undefined
        ? sendPage(reply.code(404), closedPage())
        : sendPage(reply, answerPage(asked));
    });
    scope.post(`${PREFIX}/:token`, { config, schema: { hide: true, params } }, async (request, reply) => {
      const { token } = request.params;
      const asked = await lookAt(deps, token);
      if (asked === undefined) return sendPage(reply.code(404), closedPage());
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const typed = typedOf(form, asked.steps.length);
      const again = (): FastifyReply =>
        sendPage(reply.code(400), answerPage(asked, { ...typed, wrong: WRONG }));
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
