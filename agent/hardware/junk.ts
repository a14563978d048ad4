/**
 * Numbers that makers leave in firmware where a serial belongs: they are the same on thousands of machines, and would
 * glue them together. What is left is worth comparing.
 */

/** Lower case. */
const PLACEHOLDERS = new Set([
  'none',
  'null',
  'unknown',
  'invalid',
  'empty',
  'default',
  'oem',
  'o.e.m.',
  'n/a',
  'na',
  'nil',
  'tbd',
  'sample',
  'serial',
  'standard',
  'undefined',
  'system',
  '123456789',
  '1234567890',
  '0123456789',
  '012345678901234567890',
  '123456789abcdef',
  '0123456789abcdef',
]);

const PLACEHOLDER_FORMS: readonly RegExp[] = [
  /^to be filled/,
  /filled by o\.?e\.?m/,
  /^default string/,
  /^(system|chassis|base ?board|board|mb|product|asset|enclosure)[ -]?(manufacturer|name|version|serial|tag|number|asset)/,
  /^serial ?number/,
  /^not (specified|applicable|available|settable|present|defined|set)/,
  /^no (asset|serial|enclosure|data|such)/,
  /^\.+$/,
  /^x{4,}$/,
  // What the disks of a virtual machine are called unless somebody names them.
  /qemu.*qm0{3,}\d+/,
  /^qm0{3,}\d+$/,
  /^vmware virtual (disk|s)/,
];

const UUIDS = new Set([
  '03000200-0400-0500-0006-000700080009',
  '00020003-0004-0005-0006-000700080009',
  '02030400-0500-0600-0007-000800090000',
  '12345678-1234-5678-90ab-cddeefaabbcc',
  '12345678-1234-1234-1234-123456789abc',
  '12345678-90ab-cdef-1234-567890abcdef',
  '00112233-4455-6677-8899-aabbccddeeff',
  '11111111-2222-3333-4444-555555555555',
  'fefefefe-fefe-fefe-fefe-fefefefefefe',
  // Boards whose service tag was never written.
  '4c4c4544-0000-2010-8020-80c04f202020',
  '4c4c4544-0000-1010-8010-80c04f101010',
]);

const CHARS_MIN = 4;
/** Fewer different characters are no number but a filling, e.g. `0000-0000` or `ff:ff`. */
const DIFFERENT_MIN = 2;

/** @param value as the system says it */
export function isJunk(value: string): boolean {
  const text = value.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const bare = text.replaceAll(/[^a-z0-9]/g, '');
  if (bare.length < CHARS_MIN || new Set(bare).size < DIFFERENT_MIN) return true;
  return PLACEHOLDERS.has(text) || UUIDS.has(text) || PLACEHOLDER_FORMS.some((form) => form.test(text));
}

/** A network address that is not burnt into a card: made up by the system, or for a group. */
export function isMadeUpAddress(mac: string): boolean {
  const first = Number.parseInt(mac.slice(0, 2), 16);
  return !/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(mac) || (first & 0b11) !== 0 || isJunk(mac);
}
