/** Sets the times in the summary of an installer, which libmsi takes from the clock: the one thing that differs else. */
import fs from 'node:fs';

/** FMTID_SummaryInformation as it lies in the file; the stream's header of 28 bytes stands before it. */
const FORMAT = Buffer.from('e0859ff2f94f6810ab9108002b27b3d9', 'hex');
const HEADER_BYTES = 28;
const VT_FILETIME = 0x40;
/** Created, last saved. */
const TIMES = [12, 13];
/** From 1601 to 1970, in seconds. */
const EPOCH_OF_WINDOWS = 11_644_473_600n;

/** @throws Error when the summary is not where it should be */
export function setSummaryTime(file: string, epoch: number): void {
  const bytes = fs.readFileSync(file);
  const format = bytes.indexOf(FORMAT);
  if (format < HEADER_BYTES) throw new Error(`${file} has no summary`);
  const section = format - HEADER_BYTES + bytes.readUInt32LE(format + FORMAT.length);
  const count = bytes.readUInt32LE(section + 4);
  let set = 0;
  for (let at = section + 8; at < section + 8 + count * 8; at += 8) {
    if (!TIMES.includes(bytes.readUInt32LE(at))) continue;
    const value = section + bytes.readUInt32LE(at + 4);
    if (bytes.readUInt32LE(value) !== VT_FILETIME) throw new Error(`${file}: its summary is not understood`);
    bytes.writeBigUInt64LE((BigInt(epoch) + EPOCH_OF_WINDOWS) * 10_000_000n, value + 4);
    set++;
  }
  if (set !== TIMES.length) throw new Error(`${file}: its summary has ${set} times`);
  fs.writeFileSync(file, bytes);
}
