/**
 * What was appended to a PDF of ours. Signing programs append: a signature, where it is shown on a page, and the form that lists it.
 * Invariant: an object of ours that is written anew is told as changed, unless it still says the same of what is on the pages.
 */
import { inflateSync } from 'node:zlib';

/** Objects of one file; more are not looked at, and count as changed. */
const OBJECTS_MAX = 200_000;
const STREAM_BYTES_MAX = 16 * 1024 * 1024;
const TEXT_CHARS_MAX = 65_536;

/** By number: the text of each object, without its stream; the last one counts. */
function objectsIn(text: string): Map<number, string> | undefined {
  const found = new Map<number, string>();
  for (const match of text.matchAll(/(?<![0-9])([0-9]{1,10})[\s]{1,4}[0-9]{1,5}[\s]{1,4}obj\b/g)) {
    if (found.size >= OBJECTS_MAX) return undefined;
    const from = match.index + match[0].length;
    const part = text.slice(from, from + TEXT_CHARS_MAX);
    const end = part.search(/\bendobj\b|\bstream\b/);
    found.set(Number(match[1]), end < 0 ? part : part.slice(0, end));
  }
  return found;
}

/** Objects that lie compressed in a stream of objects. Undefined when one cannot be read. */
function packedObjects(bytes: Buffer, text: string): Map<number, string> | undefined {
  const found = new Map<number, string>();
  for (const match of text.matchAll(/\/ObjStm\b/g)) {
    const from = text.indexOf('stream', match.index);
    const end = text.indexOf('endstream', from);
    const head = text.slice(Math.max(0, match.index - 2_048), from);
    const first = Number(/\/First\s+([0-9]{1,9})/.exec(head)?.[1]);
    if (from < 0 || end < 0 || Number.isNaN(first)) return undefined;
    const start = text[from + 6] === '\r' ? from + 8 : from + 7;
    try {
      const packed = bytes.subarray(start, end);
      const plain = /\/FlateDecode\b/.test(head)
        ? inflateSync(packed, { maxOutputLength: STREAM_BYTES_MAX }).toString('latin1')
        : packed.toString('latin1');
      const numbers = plain.slice(0, first).trim().split(/\s+/).map(Number);
      for (let at = 0; at + 1 < numbers.length; at += 2) {
        const place = first + (numbers[at + 1] ?? 0);
        found.set(numbers[at] ?? -1, plain.slice(place, place + TEXT_CHARS_MAX));
      }
    } catch {
      return undefined; // cannot be unpacked: nobody can say what is in it
    }
  }
  return found;
}

const valueOf = (text: string, key: string): string =>
  new RegExp(`/${key}\\s*(\\[[^\\]]{0,4000}\\]|[0-9]+\\s+[0-9]+\\s+R|<<[^>]{0,4000}>>|/?[\\w.+-]+)`)
    .exec(text)?.[1]
    ?.replaceAll(/\s+/g, ' ') ?? '';

/** What an object of ours must still say when a signing program writes it anew. */
const KEPT: readonly (readonly [isOfKind: RegExp, keys: readonly string[]])[] = [
  [/\/Type\s*\/Catalog\b/, ['Pages']],
  [/\/Type\s*\/Page\b/, ['Parent', 'MediaBox', 'Contents', 'Resources']],
];
/** Keys with which a document does something by itself. */
const ACTS = /\/(?:OpenAction|AA|JavaScript|JS|Launch|EmbeddedFiles)\b/;

/** Why what was appended changes what the document says; empty when it does not. */
export function contentChanges(ours: Buffer, appended: Buffer): string[] {
  const text = appended.toString('latin1');
  const known = objectsIn(ours.toString('latin1'));
  const plain = objectsIn(text);
  const packed = packedObjects(appended, text);
  if (known === undefined || plain === undefined) return ['objects-too-many'];
  if (packed === undefined) return ['objects-unreadable'];
  const info = /\/Info\s+([0-9]+)\s/.exec(ours.subarray(-2_048).toString('latin1'))?.[1];
  const changes = ACTS.test(text) ? ['acts-by-itself'] : [];
  for (const [number, now] of [...plain, ...packed]) {
    const before = known.get(number);
    if (before === undefined || String(number) === info) continue;
    const kind = KEPT.find(([isOfKind]) => isOfKind.test(before));
    const same =
      kind !== undefined &&
      kind[0].test(now) &&
      kind[1].every((key) => valueOf(before, key) === valueOf(now, key));
    if (!same) changes.push(`object-${number}`);
  }
  return changes.slice(0, 20);
}
