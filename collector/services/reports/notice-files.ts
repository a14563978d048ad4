/** Notices of incidents as files. Invariant: a file of a locked notice is made of its stored body alone. */
import { markedData, markedDocument } from '../../report/demonstration-words.ts';
import type { NoticeBody } from '../../report/notice-body.ts';
import { noticeDocument } from '../../report/notice-document.ts';
import { renderApart } from '../../report/render-apart.ts';
import { jsonContent, type LeavingFormat } from '../../report/render.ts';
import type { ReportFile } from './report-desk.ts';

/** @param mark of a demonstration @returns the same bytes for the same body */
export async function noticeFile(
  body: NoticeBody,
  format: LeavingFormat,
  mark: string | undefined,
  render = renderApart,
): Promise<ReportFile> {
  const { number, kind, revision, drill } = body.notice;
  const nth = revision === 1 ? '' : `-lan-${revision}`;
  const name = `${drill ? 'dien-tap-' : ''}${number}-${kind}${nth}${body.draft ? '-du-thao' : ''}.${format}`;
  if (format === 'json') return { name, content: jsonContent(markedData(body, mark)) };
  const document = markedDocument(noticeDocument(body), mark);
  if (format === 'blocks') return { name, content: jsonContent(document) };
  return { name, content: await render(document, format) };
}
