/**
 * Files that leave a demonstration say so: in their names, and those that are text in what they hold. Reports, notices and packs say it
 * themselves (report/demonstration-words.ts). In a real installation nothing is touched.
 */
import { Readable } from 'node:stream';
import { markedCsv } from '../agency/csv-text.ts';
import { demonstrationMark } from '../registry/demonstration-mark.ts';
import type { ApiDependencies, ApiServer } from './dependencies.ts';

const NAME_PREFIX = 'TRINH-DIEN-';

/** @param disposition of an attachment */
function markedName(disposition: string): string {
  return disposition.replaceAll(
    /(filename="|filename\*=UTF-8'')(?!TRINH-DIEN-)/gu,
    (found) => `${found}${NAME_PREFIX}`,
  );
}

async function* markedLines(lines: AsyncIterable<unknown>, mark: string): AsyncGenerator<string> {
  let isFirst = true;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const chunk of lines) {
    const text =
      typeof chunk === 'string'
        ? chunk
        : chunk instanceof Uint8Array
          ? decoder.decode(chunk, { stream: true })
          : '';
    yield isFirst ? markedCsv(text, mark) : text;
    isFirst = false;
  }
  if (isFirst) yield markedCsv('', mark);
}

/** The mark as the first field of an object of JSON. */
function markedJson(text: string, key: string, mark: string): string {
  const at = text.indexOf('{');
  if (at !== 0 || text.startsWith('{"demonstration"') || text.startsWith('{\n  "demonstration"')) return text;
  const rest = text.slice(1);
  return `{${JSON.stringify(key)}:${JSON.stringify(mark)}${/^\s*\}/u.test(rest) ? '' : ','}${rest}`;
}

export function addDemonstrationMarks(app: ApiServer, { registry }: Pick<ApiDependencies, 'registry'>): void {
  app.addHook('onSend', async (_request, reply, payload: unknown) => {
    const disposition = reply.getHeader('content-disposition');
    if (typeof disposition !== 'string' || !disposition.startsWith('attachment')) return payload;
    const mark = await demonstrationMark(registry.db);
    if (mark === undefined) return payload;
    reply.header('content-disposition', markedName(disposition));
    const type = String(reply.getHeader('content-type') ?? '');
    if (type.startsWith('text/csv')) {
      reply.removeHeader('content-length');
      if (typeof payload === 'string') return markedCsv(payload, mark);
      if (payload instanceof Readable)
        return Readable.from(markedLines(payload, mark), { objectMode: false });
    }
    const isJson = type.startsWith('application/json') || /\.json"/u.test(disposition);
    if (isJson && typeof payload === 'string') {
      reply.removeHeader('content-length');
      return markedJson(payload, type.includes('stix') ? 'x_demonstration' : 'demonstration', mark);
    }
    return payload;
  });
}
