/**
 * The page on which an agency answers without an account: one request, its steps, a form; and the one before it, which hands the code
 * of the link over. Invariants: no script but that one, by its hash, and all goes without it; all texts are escaped, and personal data in them masked; nothing of another request, of hosts' events or of who asks is on it.
 */
import type { WorkCalendar } from '../liveness/calendar.ts';
import { maskPersonal } from '../personal/mask-personal.ts';
import { Html, markup, paragraphs } from './html.ts';
import { REQUEST_LIMITS, STEP_OUTCOMES, type StepOutcome } from './request-words.ts';
import { momentInWords } from './vietnamese-time.ts';
import { styleHash } from './dispatch-html.ts';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 17px/1.5 system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; max-width: 46rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; line-height: 1.3; }
fieldset { border: 1px solid #8886; border-radius: 6px; margin: 0 0 1rem; padding: .75rem 1rem; }
legend { font-weight: 600; padding: 0 .3rem; }
label { display: block; margin: .35rem 0; }
label.choice { display: inline-block; margin-right: 1.2rem; }
input[type=text], textarea { width: 100%; font: inherit; padding: .4rem; border: 1px solid #8888; border-radius: 4px; }
button { font: inherit; font-weight: 600; padding: .6rem 1.4rem; border-radius: 6px; border: 1px solid #1456a0; background: #1456a0; color: #fff; }
.due { font-weight: 600; }
.wrong { border-left: 4px solid #c0392b; padding: .2rem .8rem; }
.small { font-size: .9rem; opacity: .8; }
`;

/** Takes the code out of the address, and out of the history, and sends it in a body. */
const HAND_OVER = `
const code = location.hash.slice(1);
if (code !== '') {
  history.replaceState(null, '', location.pathname);
  const form = document.forms[0];
  form.elements.token.value = code;
  form.submit();
}
`;

const policy = (...more: readonly string[]): string =>
  [
    "default-src 'none'",
    `style-src ${styleHash(STYLE)}`,
    ...more,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Nothing is loaded, nothing runs, the form goes nowhere else. */
export const PAGE_POLICY = policy();
/** The same, and the one script. */
export const ENTRY_POLICY = policy(`script-src ${styleHash(HAND_OVER)}`);

const OUTCOMES: Readonly<Record<StepOutcome, string>> = {
  done: 'Đã thực hiện',
  'not-done': 'Chưa thực hiện',
  cannot: 'Không thực hiện được',
};

function page(title: string, body: Html): string {
  return markup`<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<style>${new Html(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`.text;
}

export interface AskedPage {
  title: string;
  body: string;
  steps: readonly string[];
  agencyName: string;
  dueMs: number;
  calendar: Pick<WorkCalendar, 'timeZone'>;
  hosts: readonly string[];
}

/** What was typed, to be put right. */
export interface TypedAnswer {
  name: string;
  text: string;
  steps: readonly { outcome: string; note: string }[];
  wrong: string;
}

const HOSTS_MAX = 50;

function stepField(step: string, at: number, typed: TypedAnswer | undefined): Html {
  const place = at + 1;
  const before = typed?.steps[at];
  const choices = STEP_OUTCOMES.map((outcome) => {
    const checked = new Html(before?.outcome === outcome ? ' checked' : '');
    const radio = markup`<input type="radio" name="outcome-${place}" value="${outcome}" required${checked}>`;
    return markup`<label class="choice">${radio} ${OUTCOMES[outcome]}</label>\n`;
  });
  const note = markup`<input type="text" name="note-${place}" maxlength="${REQUEST_LIMITS.noteChars}" value="${before?.note ?? ''}">`;
  return markup`<fieldset>
<legend>Việc ${place}</legend>
<p>${maskPersonal(step)}</p>
${choices}<label>Ghi chú (bắt buộc nếu chưa hoặc không thực hiện được)
${note}</label>
</fieldset>
`;
}

/** Who has no script types the code, which is on the link. */
export function entryPage(): string {
  return page(
    'Trả lời yêu cầu',
    markup`<h1>Trả lời yêu cầu</h1>
<form method="post" accept-charset="utf-8" autocomplete="off">
<label>Mã của liên kết (phần sau dấu # trong liên kết đã nhận)
<input type="text" name="token" required maxlength="512" autocapitalize="none" spellcheck="false"></label>
<p><button type="submit">Mở yêu cầu</button></p>
</form>
<script>${new Html(HAND_OVER)}</script>`,
  );
}

/** @param token the code of the link, which comes back with the answer */
export function answerPage(asked: AskedPage, token: string, typed?: TypedAnswer): string {
  const { title, body, steps, agencyName, dueMs, calendar, hosts } = asked;
  const names = [...new Set(hosts)];
  const shown = maskPersonal(names.slice(0, HOSTS_MAX).join(', '));
  const more = names.length > HOSTS_MAX ? ` và ${names.length - HOSTS_MAX} máy khác` : '';
  const list = names.length === 0 ? '' : markup`<p>Máy: ${shown}${more}.</p>`;
  const wrong = typed === undefined ? '' : markup`<p class="wrong" role="alert">${typed.wrong}</p>`;
  const { nameChars, answerChars } = REQUEST_LIMITS;
  const name = markup`<input type="text" name="name" required maxlength="${nameChars}" value="${typed?.name ?? ''}">`;
  const text = markup`<textarea name="text" rows="5" maxlength="${answerChars}">${typed?.text ?? ''}</textarea>`;
  return page(
    'Trả lời yêu cầu',
    markup`<h1>${maskPersonal(title)}</h1>
<p>Kính gửi: ${agencyName}</p>
<p class="due">Hạn trả lời: ${momentInWords(calendar, dueMs)}</p>
${paragraphs(maskPersonal(body))}
${list}
${wrong}
<form method="post" accept-charset="utf-8" autocomplete="off">
<input type="hidden" name="token" value="${token}"><input type="hidden" name="answer" value="1">
${steps.map((step, at) => stepField(step, at, typed))}
<label>Người trả lời (họ tên, chức vụ)
${name}</label>
<label>Nội dung khác
${text}</label>
<p><button type="submit">Gửi trả lời</button></p>
<p class="small">Liên kết này chỉ dùng để trả lời yêu cầu trên, một lần. Không chuyển tiếp cho người khác.</p>
</form>`,
  );
}

export function thanksPage(): string {
  return page(
    'Đã nhận trả lời',
    markup`<h1>Đã nhận trả lời</h1>
<p>Cảm ơn. Trả lời đã được ghi nhận và gửi đến cơ quan yêu cầu. Liên kết này không còn dùng được.</p>`,
  );
}

/** The same for every reason. */
export function closedPage(): string {
  return page(
    'Liên kết không còn hiệu lực',
    markup`<h1>Liên kết không còn hiệu lực</h1>
<p>Liên kết đã được dùng, đã hết hạn hoặc không đúng. Hãy liên hệ cơ quan gửi yêu cầu để được cấp liên kết mới.</p>`,
  );
}
