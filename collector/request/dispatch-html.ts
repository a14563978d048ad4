/**
 * A request as an official dispatch (công văn) to be printed on A4, laid out as Decree 30/2020/NĐ-CP, annexes I and III asks:
 * national title, issuing body, number and symbol, place and date, addressee, text, signature, recipients. Invariants: all
 * texts are escaped; what the office has not given yet (number, day) stays blank and is never made up.
 */
import { createHash } from 'node:crypto';
import type { WorkCalendar } from '../liveness/calendar.ts';
import { DISPATCH_STYLE } from './dispatch-style.ts';
import { Html, markup, paragraphs } from './html.ts';
import type { DispatchFields, RequestOffice } from './request-words.ts';
import { dayInWords, momentInWords, momentShort } from './vietnamese-time.ts';

export interface Dispatch {
  agencyName: string;
  title: string;
  body: string;
  steps: readonly string[];
  dueMs: number;
  office: RequestOffice;
  fields: DispatchFields;
  /** Of the agency that is asked. */
  calendar: Pick<WorkCalendar, 'timeZone'>;
  subjects: readonly { hostname: string | null; title: string; detail: string; timeMs: number }[];
  /** The year of a date that is still blank. */
  year: number;
}

type Zone = Pick<WorkCalendar, 'timeZone'>;

const ROWS_MAX = 100;
const BLANK_NUMBER = '       ';
const DETAIL_CHARS_MAX = 160;

/** For the Content-Security-Policy of the page. */
export const DISPATCH_STYLE_HASH = styleHash(DISPATCH_STYLE);

export function styleHash(style: string): string {
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}

/** `Kiểm tra máy` -> `kiểm tra máy`; a name (`Sở Y tế`) keeps its capital. */
function afterAbout(title: string): string {
  const [, second = ''] = title.split(' ');
  const isName = second !== '' && second[0] !== second[0]?.toLowerCase();
  return isName ? title : title.slice(0, 1).toLowerCase() + title.slice(1);
}

function head({ office, fields, title, year }: Dispatch): Html {
  const { superior, name, symbol, place } = office;
  const number = fields.number === '' ? BLANK_NUMBER : fields.number;
  const sign = symbol === '' ? '' : `/${symbol}`;
  const day = fields.day === null ? `ngày       tháng       năm ${year}` : dayInWords(fields.day);
  const superiorLine = superior === '' ? '' : markup`<p class="superior">${superior}</p>`;
  return markup`<header class="head">
<div class="left">
${superiorLine}
<p class="issuer">${name}</p>
<div class="rule"></div>
<p class="number">Số: ${number}${sign}</p>
<p class="about">V/v ${afterAbout(title)}</p>
</div>
<div>
<p class="nation">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</p>
<p class="motto"><span>Độc lập - Tự do - Hạnh phúc</span></p>
<p class="date">${place === '' ? '................' : place}, ${day}</p>
</div>
</header>`;
}

function text({ agencyName, body, steps, dueMs, calendar, office, subjects }: Dispatch): Html {
  const contact = office.contact === '' ? '' : markup`<p>Thông tin liên hệ: ${office.contact}.</p>`;
  const annexed = subjects.length === 0 ? '' : ' Danh sách máy và dấu hiệu được gửi kèm theo Công văn này.';
  return markup`<p class="to">Kính gửi: ${agencyName}.</p>
<main class="text">
${paragraphs(body)}
<ol class="steps">
${steps.map((step) => markup`<li>${step}</li>\n`)}</ol>
<p>Đề nghị ${agencyName} thực hiện và gửi kết quả trả lời trước ${momentInWords(calendar, dueMs)}.${annexed}</p>
${contact}
<p>Trân trọng./.</p>
</main>`;
}

function foot({ office }: Dispatch): Html {
  const { copies, archive, capacity, signer } = office;
  const others = copies.map((copy) => markup`<p>- ${copy};</p>\n`);
  return markup`<footer class="foot">
<div class="copies">
<p><b>Nơi nhận:</b></p>
<p>- Như trên;</p>
${others}<p>- Lưu: ${archive}.</p>
</div>
<div class="sign">
${capacity.map((line) => markup`<p class="capacity">${line}</p>\n`)}<p class="name">${signer}</p>
</div>
</footer>`;
}

function row(
  { hostname, title, detail, timeMs }: Dispatch['subjects'][number],
  at: number,
  zone: Zone,
): Html {
  const more = detail === '' ? '' : markup`<br><i>${cut(detail)}</i>`;
  const cells = [
    markup`<td class="no">${at + 1}</td><td class="host">${hostname ?? '-'}</td>`,
    markup`<td>${title}${more}</td><td class="when">${momentShort(zone, timeMs)}</td>`,
  ];
  return markup`<tr>${cells}</tr>\n`;
}

function annex({ subjects, calendar, office, fields, year }: Dispatch): Html {
  if (subjects.length === 0) return markup``;
  const rows = subjects.slice(0, ROWS_MAX).map((one, at) => row(one, at, calendar));
  const more = subjects.length - ROWS_MAX;
  const rest = more > 0 ? markup`<p class="more">và ${more} mục khác trên hệ thống giám sát.</p>` : '';
  const number = fields.number === '' ? '.........' : fields.number;
  const sign = office.symbol === '' ? '' : `/${office.symbol}`;
  const day = fields.day === null ? `ngày ..... tháng ..... năm ${year}` : dayInWords(fields.day);
  return markup`<section class="annex">
<h1>PHỤ LỤC</h1>
<h1>DANH SÁCH MÁY VÀ DẤU HIỆU ĐƯỢC GHI NHẬN</h1>
<p class="with">(Kèm theo Công văn số ${number}${sign} ${day} của ${office.name})</p>
<table>
<thead><tr><th class="no">STT</th><th class="host">Máy</th><th>Dấu hiệu</th><th class="when">Thời điểm</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
${rest}
</section>`;
}

const cut = (words: string): string =>
  words.length > DETAIL_CHARS_MAX ? `${words.slice(0, DETAIL_CHARS_MAX)}…` : words;

export function dispatchHtml(dispatch: Dispatch): string {
  return markup`<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<title>${dispatch.title}</title>
<meta name="viewport" content="width=device-width">
<style>${new Html(DISPATCH_STYLE)}</style>
</head>
<body>
${head(dispatch)}
${text(dispatch)}
${foot(dispatch)}
${annex(dispatch)}
</body>
</html>
`.text;
}
