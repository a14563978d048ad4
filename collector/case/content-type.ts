/**
 * What a file is by its first bytes, and names that are safe to give back. Invariant: what the sender said of a file decides
 * nothing; a type that a browser would run is never said.
 */
const NAME_BYTES_MAX = 180;

interface Signature {
  type: string;
  at?: number;
  bytes: readonly number[];
}

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
const SIGNATURES: readonly Signature[] = [
  { type: 'application/pdf', bytes: ascii('%PDF-') },
  { type: 'image/png', bytes: [0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a] },
  { type: 'image/jpeg', bytes: [0xff, 0xd8, 0xff] },
  { type: 'image/gif', bytes: ascii('GIF8') },
  { type: 'application/zip', bytes: [...ascii('PK'), 3, 4] },
  { type: 'application/zip', bytes: [...ascii('PK'), 5, 6] },
  { type: 'application/gzip', bytes: [0x1f, 0x8b] },
  { type: 'application/x-7z-compressed', bytes: [...ascii('7z'), 0xbc, 0xaf, 0x27, 0x1c] },
  { type: 'application/vnd.rar', bytes: ascii('Rar!') },
  { type: 'application/zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { type: 'application/x-elf', bytes: [0x7f, ...ascii('ELF')] },
  { type: 'application/vnd.microsoft.portable-executable', bytes: ascii('MZ') },
  { type: 'application/x-ole-storage', bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] },
  { type: 'application/vnd.tcpdump.pcap', bytes: [0xd4, 0xc3, 0xb2, 0xa1] },
  { type: 'application/vnd.tcpdump.pcap', bytes: [0xa1, 0xb2, 0xc3, 0xd4] },
  { type: 'application/x-pcapng', bytes: [0x0a, 0x0d, 0x0d, 0x0a] },
  { type: 'application/x-ms-evtx', bytes: ascii('ElfFile') },
  { type: 'application/x-tar', at: 257, bytes: ascii('ustar') },
];

/** So many first bytes are looked at. */
export const HEAD_BYTES = 512;
const EXECUTABLE = new Set([
  'application/x-elf',
  'application/vnd.microsoft.portable-executable',
  'application/x-ole-storage',
]);

/** @param head the first HEAD_BYTES, or all when there are fewer */
export function contentType(head: Uint8Array): string {
  for (const { type, at = 0, bytes } of SIGNATURES)
    if (bytes.every((byte, index) => head[at + index] === byte)) return type;
  return isText(head) ? 'text/plain' : 'application/octet-stream';
}

/** What can be run where it is opened is put under quarantine at once. */
export function isSuspicious(type: string, name: string): boolean {
  return (
    EXECUTABLE.has(type) ||
    /\.(?:exe|dll|scr|com|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|lnk|msi|jar|sh|elf|docm|xlsm|pptm|iso|img)$/i.test(
      name,
    )
  );
}

/** UTF-8 without control characters; the end of the head may cut a character. */
function isText(head: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, {
      stream: head.length >= HEAD_BYTES,
    });
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    return !/[\u0000-\u0008\u000e-\u001f\u007f]/.test(text);
  } catch {
    return false; // no UTF-8
  }
}

const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A name as it may stand in a folder of any system: no path, no control or direction characters, never empty. */
export function safeFileName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^.*\//s, '')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}<>:"|?*]/gu, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .trim();
  let cut = RESERVED.test(plain) ? `_${plain}` : plain;
  if (Buffer.byteLength(cut) > NAME_BYTES_MAX) {
    const dot = cut.lastIndexOf('.');
    const ending = dot > 0 && cut.length - dot <= 12 ? cut.slice(dot) : '';
    let stem = ending === '' ? cut : cut.slice(0, dot);
    while (Buffer.byteLength(stem) + Buffer.byteLength(ending) > NAME_BYTES_MAX)
      stem = stem.slice(0, /[\uDC00-\uDFFF]$/.test(stem) ? -2 : -1);
    cut = stem + ending;
  }
  return cut === '' ? 'file' : cut;
}

/** Header that makes a browser keep the file, whatever is in its name (RFC 6266, RFC 8187). */
export function attachmentHeader(name: string): string {
  const safe = safeFileName(name);
  const plain = safe
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[đĐ]/g, 'd')
    .replaceAll(/[^A-Za-z0-9 ._-]/g, '_');
  const encoded = encodeURIComponent(safe).replaceAll(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
