/** Real journal files, made with Debian's systemd-journal-remote and read with journalctl. */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';

const WRITER = ['/lib/systemd/systemd-journal-remote', '/usr/lib/systemd/systemd-journal-remote'].find(
  (file) => fs.existsSync(file),
);

/** Why tests over real journal files are skipped; undefined when the programs are there. */
export function journalToolsMissing(): string | undefined {
  if (WRITER === undefined) return 'systemd-journal-remote is not installed';
  return spawnSync('journalctl', ['--version']).error === undefined
    ? undefined
    : 'journalctl is not installed';
}

export type EntryFields = Readonly<Record<string, string | Buffer>>;

const BOOT_ID = '0123456789abcdef0123456789abcdef';

/** The entry as the export format writes it; every value with its length, so it may hold anything. */
export function exportEntry(us: number, fields: EntryFields, bootId = BOOT_ID): Buffer {
  const head = `__REALTIME_TIMESTAMP=${us}\n__MONOTONIC_TIMESTAMP=${us % 1e9}\n_BOOT_ID=${bootId}\n`;
  const parts = Object.entries(fields).map(([name, value]) => {
    const bytes = Buffer.from(value);
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(bytes.length));
    return Buffer.concat([Buffer.from(`${name}\n`), size, bytes, Buffer.from('\n')]);
  });
  return Buffer.concat([Buffer.from(head), ...parts, Buffer.from('\n')]);
}

/** Adds entries to a journal file, which is made when it is not there. */
export async function writeJournal(file: string, entries: readonly Buffer[]): Promise<void> {
  if (WRITER === undefined) throw new Error('systemd-journal-remote is not installed');
  const child = spawn(WRITER, [`--output=${file}`, '--split-mode=none', '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const end = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(Buffer.concat(entries));
  const code = await end;
  if (code !== 0) throw new Error(`systemd-journal-remote ended with ${code}: ${complaint}`);
}
