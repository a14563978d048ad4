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

/** @param marked writes the mark into the beginning, which is in the first chunk */
async function* markedText(
  chunks: AsyncIterable<unknown>,
  marked: (beginning: string) => string,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let isFirst = true;
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    const text = bytes instanceof Uint8Array ? decoder.decode(bytes, { stream: true }) : '';
    yield isFirst ? marked(text) : text;
    isFirst = false;
  }
  if (isFirst) yield marked('');
}

/** The mark as the first field of an object of JSON. */
function markedJson(text: string, key: string, mark: string): string {
  const at = text.indexOf('{');
  if (at !== 0 || text.startsWith('{"demonstration"') || text.startsWith('{\n  "demonstration"')) return text;
  const rest = text.slice(1);
  return `{${JSON.stringify(key)}:${JSON.stringify(mark)}${/^\s*\}/u.test(rest) ? '' : ','}${rest}`;
}

/** Undefined: of a kind that nothing can be written into, or somebody's own file, whose bytes are evidence. */
function markerOf(
  { type, isOurs }: { type: string; isOurs: boolean },
  mark: string,
): ((beginning: string) => string) | undefined {
  if (type.startsWith('text/csv')) return (text) => markedCsv(text, mark);
  if (/^application\/(?:stix\+)?json/u.test(type) || isOurs)
    // STIX takes fields of others under a name that begins so.
    return (text) => markedJson(text, type.includes('stix') ? 'x_demonstration' : 'demonstration', mark);
  return undefined;
}

export function addDemonstrationMarks(app: ApiServer, { registry }: Pick<ApiDependencies, 'registry'>): void {
  app.addHook('onSend', async (_request, reply, payload: unknown) => {
    const disposition = reply.getHeader('content-disposition');
    if (typeof disposition !== 'string' || !disposition.startsWith('attachment')) return payload;
    const mark = await demonstrationMark(registry.db);
    if (mark === undefined) return payload;
    reply.header('content-disposition', markedName(disposition));
    const type = String(reply.getHeader('content-type') ?? '');
    // What people attached leaves as a stream of bytes.
    const isOurs = typeof payload === 'string' && /\.json"/u.test(disposition);
    const marked = markerOf({ type, isOurs }, mark);
    if (marked === undefined) return payload;
    if (typeof payload === 'string') {
      reply.removeHeader('content-length');
      return marked(payload);
    }
    if (payload instanceof Readable) {
      reply.removeHeader('content-length');
      const lines = Readable.from(markedText(payload, marked), { objectMode: false });
      // Whoever waits for the first stream to end waits also where nobody read a word of it.
      lines.once('close', () => payload.destroy());
      return lines;
    }
    return payload;
  });
}
