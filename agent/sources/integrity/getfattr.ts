/** Reads what `getfattr --dump --encoding=hex` writes: names and paths escaped by octal numbers, values in hex. */

/** Attributes by path. */
export function parseGetfattr(output: string): Map<string, Map<string, Buffer>> {
  const byPath = new Map<string, Map<string, Buffer>>();
  let current: Map<string, Buffer> | undefined;
  for (const line of output.split('\n')) {
    if (line.startsWith('# file: ')) {
      current = new Map();
      byPath.set(unescapeOctal(line.slice('# file: '.length)), current);
      continue;
    }
    const at = line.indexOf('=');
    if (at < 0) {
      // An attribute without a value.
      if (line !== '' && current !== undefined) current.set(unescapeOctal(line), Buffer.alloc(0));
      continue;
    }
    const value = line.slice(at + 1);
    if (value.startsWith('0x'))
      current?.set(unescapeOctal(line.slice(0, at)), Buffer.from(value.slice(2), 'hex'));
  }
  return byPath;
}

/** `\012` for a byte. */
function unescapeOctal(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes: Buffer[] = [];
  let rest = text;
  for (;;) {
    const match = /\\([0-3][0-7]{2})/.exec(rest);
    if (match === null) break;
    bytes.push(Buffer.from(rest.slice(0, match.index)), Buffer.from([Number.parseInt(match[1] ?? '0', 8)]));
    rest = rest.slice(match.index + 4);
  }
  return Buffer.concat([...bytes, Buffer.from(rest)]).toString('utf8');
}
