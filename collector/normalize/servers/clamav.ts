/** ClamAV: what clamd and clamav-milter found, and that freshclam keeps its signatures fresh. */
import { put, putAction } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { putText } from '../put-more.ts';

const OWN_TIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4} -> /;
/** `/path: Name(md5:size) FOUND`; the path may hold anything, the name no space. */
const FOUND = /^(.{1,4096}): ([^\s:()]{1,256})(?:\(([0-9a-f]{32}):(\d{1,20})\))? FOUND$/s;
const CHARS_MAX = 6_144;
const MILTER =
  /^Message (\S{1,256}) from <([^>]{0,512})> to <(.{0,512})> (?:with subject '.{0,512}' )?(?:message-id '[^']{0,512}' )?(?:date '[^']{0,64}' )?infected by (\S{1,256})/s;
const UPDATED =
  /^([a-z]{2,32}\.c[lv]d|[a-z]{2,32}\.cdb) (?:database )?(?:updated|is up[- ]to[- ]date) \(version: (\d{1,10})/;
const TROUBLE = /^(?:ERROR|WARNING|\^|!): ?(.{1,512})/s;

/** @returns false when the form is not known */
export function readClamav(event: NormalEvent, message: string): boolean {
  const text = message.replace(OWN_TIME, '');
  const found = text.endsWith(' FOUND') && text.length <= CHARS_MAX ? FOUND.exec(text) : null;
  if (found !== null) {
    const [, path, name, md5, size] = found;
    putAction(event, 'malware_found');
    putText(event, 'file.path', path);
    putText(event, 'threat.name', name);
    putText(event, 'file.hash.md5', md5);
    if (size !== undefined) put(event, 'file.size', Number(size));
    return true;
  }
  const milter = MILTER.exec(text.slice(0, CHARS_MAX));
  if (milter !== null) {
    putAction(event, 'malware_found');
    putText(event, 'email.local_id', milter[1]);
    putText(event, 'email.from.address', milter[2]);
    putText(event, 'email.to.address', milter[3]);
    putText(event, 'threat.name', milter[4]);
    return true;
  }
  const updated = UPDATED.exec(text);
  if (updated !== null) {
    putAction(event, 'signatures_updated', 'success');
    putText(event, 'clamav.database', updated[1]);
    putText(event, 'clamav.version', updated[2]);
    return true;
  }
  const trouble = TROUBLE.exec(text);
  if (trouble === null) return false;
  putAction(event, 'scanner_error', 'failure');
  putText(event, 'event.reason', trouble[1]);
  return true;
}
