/**
 * The page of an inspection pack: every part with its table, in Vietnamese, to be read without a network and printed. Invariants: no
 * script, nothing loaded; texts of people and hosts are cleaned and escaped; long tables are cut, and say so.
 */
import { numberText, safeText } from '../safe-text.ts';
import { type Cell, type InspectionPack, type PackPart, type PackRow, partName } from './pack.ts';

const PAGE_ROWS_MAX = 300;
const CELL_CHARS_MAX = 1_000;

const STYLE = `
:root{--ink:#1d2733;--soft:#5b6876;--line:#d5dbe1;--head:#eef2f6;--bad:#b3261e;--warn:#8a5a00;--good:#1f6b3a}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1240px;padding:28px 32px 60px;color:var(--ink);font:15px/1.5 "Noto Sans","Segoe UI",Arial,sans-serif}
h1{font-size:26px;line-height:1.25;margin:0 0 6px}h2{font-size:19px;margin:36px 0 8px;padding-top:10px;border-top:2px solid var(--ink)}
.sub{color:var(--soft);margin:0 0 18px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:0 0 18px}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
nav ol{columns:2;column-gap:36px;padding-left:26px;margin:8px 0}nav a{color:inherit}
.note{margin:6px 0;padding:7px 12px;border-left:4px solid var(--line);background:#f8fafb}
.files{color:var(--soft);font-size:13px}.files a{color:inherit}
.wrap{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13px;margin:8px 0}
th,td{border:1px solid var(--line);padding:5px 7px;text-align:left;vertical-align:top;overflow-wrap:break-word}
td.x{overflow-wrap:anywhere}
th{background:var(--head);font-weight:600;}td.n{text-align:right;white-space:nowrap}td.s{white-space:nowrap}
td{white-space:pre-line;min-width:3.5em}
tr.bad td:first-child{border-left:5px solid var(--bad)}tr.warn td:first-child{border-left:5px solid #d99a1b}tr.good td:first-child{border-left:5px solid #3f9a5f}
.demo{margin:0 0 18px;padding:8px 14px;border:2px solid var(--bad);color:var(--bad);font-weight:700;text-align:center}
.empty{color:var(--soft);font-style:italic}
@media print{@page{size:A4 landscape;margin:12mm}body{max-width:none;padding:0;font-size:10pt}table{font-size:8pt}
h2{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}.wrap{overflow:visible}section.first{break-after:page}}
`.trim();

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function html(text: string, charsMax: number = CELL_CHARS_MAX): string {
  return safeText(text, charsMax).replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}

/** Days, times and short words stay on one line. */
const SHORT = /^(?:\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?|[A-Z]{2}-\d{2})$/;

/** Hashes, paths and names that would widen the table. */
const LONG_WORD = /\S{25}/;

function cellHtml(cell: Cell, isLink: boolean): string {
  if (cell === null || cell === '') return '<td>–</td>';
  if (isLink && typeof cell === 'string')
    return `<td class="x"><a href="${html(cell)}">${html(cell)}</a></td>`;
  if (typeof cell === 'number') return `<td class="n">${html(numberText(cell))}</td>`;
  const kind = SHORT.test(cell) ? ' class="s"' : LONG_WORD.test(cell) ? ' class="x"' : '';
  return `<td${kind}>${html(cell)}</td>`;
}

function rowHtml(keys: readonly string[], { cells, tone }: PackRow, link: string | undefined): string {
  const mark = tone === undefined ? '' : ` class="${tone}"`;
  return `<tr${mark}>${keys.map((key) => cellHtml(cells[key] ?? null, key === link)).join('')}</tr>`;
}

/** Of one system its name need not stand in every row. */
function shownColumns({ columns }: PackPart, kind: InspectionPack['kind']): PackPart['columns'] {
  const { system: _system, ...rest } = columns;
  return kind === 'system' ? rest : columns;
}

function tableHtml(part: PackPart, kind: InspectionPack['kind']): string {
  const { rows } = part;
  if (rows.length === 0) return '<p class="empty">Không có.</p>';
  const columns = shownColumns(part, kind);
  const head = Object.values(columns).map((title) => `<th>${html(title)}</th>`);
  const body = rows.slice(0, PAGE_ROWS_MAX).map((row) => rowHtml(Object.keys(columns), row, part.link));
  return `<div class="wrap"><table><thead><tr>${head.join('')}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}

function partHtml(part: PackPart, index: number, kind: InspectionPack['kind']): string {
  const name = partName(part, index);
  const notes = part.notes.map((note) => `<p class="note">${html(note, 2_000)}</p>`);
  const hidden = Math.max(0, part.rows.length - PAGE_ROWS_MAX);
  if (hidden > 0)
    notes.push(
      `<p class="note">Trang này chỉ in ${numberText(PAGE_ROWS_MAX)} dòng đầu; ${numberText(hidden)} dòng còn lại nằm trong tệp CSV và JSON.</p>`,
    );
  if (part.beyond > 0)
    notes.push(
      `<p class="note">Còn ${numberText(part.beyond)} dòng vượt giới hạn của bộ hồ sơ, không được đưa vào.</p>`,
    );
  const files = `<p class="files">${numberText(part.rows.length)} dòng · <a href="${name}.csv">${name}.csv</a> · <a href="${name}.json">${name}.json</a></p>`;
  return `<section id="${part.id}"${index === 0 ? ' class="first"' : ''}><h2>${index + 1}. ${html(part.title)}</h2>\n${notes.join('\n')}\n${tableHtml(part, kind)}\n${files}</section>`;
}

export function indexPage(pack: InspectionPack): string {
  const what = pack.kind === 'system' ? 'Hệ thống thông tin' : 'Cơ quan';
  const facts: readonly (readonly [string, string])[] = [
    [what, pack.name],
    ...(pack.kind === 'system' ? [['Chủ quản', pack.agencyName] as const] : []),
    ['Tính đến hết ngày', pack.asOf],
    ['Lập lúc', pack.madeAt],
    ['Người lập', pack.madeBy],
    ['Dữ liệu cá nhân', pack.masked ? 'đã che theo quyền của người lập' : 'không che'],
  ];
  const about = facts.map(([name, value]) => `<dt>${html(name)}</dt><dd>${html(value)}</dd>`);
  const contents = pack.parts.map(
    ({ id, title, rows }) => `<li><a href="#${id}">${html(title)}</a> (${numberText(rows.length)})</li>`,
  );
  return `<!doctype html>
<html lang="vi"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(`Hồ sơ kiểm tra: ${pack.name}`, 200)}</title>
<style>${STYLE}</style></head><body>
${pack.demonstration === undefined ? '' : `<p class="demo">${html(pack.demonstration)}</p>`}
<header><h1>Hồ sơ phục vụ kiểm tra an toàn thông tin</h1>
<p class="sub">Đọc không cần mạng. Mỗi phần có một tệp CSV và một tệp JSON; MANIFEST.sha256 ghi mã băm của mọi tệp.</p>
<dl>${about.join('\n')}</dl>
<nav><strong>Mục lục</strong><ol>${contents.join('\n')}</ol></nav></header>
<main>${pack.parts.map((part, index) => partHtml(part, index, pack.kind)).join('\n')}</main>
</body></html>
`;
}
