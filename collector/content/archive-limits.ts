/** What an import may be, and the refusal that names the file at fault. */
export const ARCHIVE_LIMITS = {
  /** What is sent. */
  bytesMax: 64 * 1_048_576,
  /** All that it unpacks to, read or not. */
  unpackedBytesMax: 512 * 1_048_576,
  /** All rules together. */
  textBytesMax: 96 * 1_048_576,
  /** One rule file. */
  fileBytesMax: 1_048_576,
  filesMax: 50_000,
  nameCharsMax: 512,
} as const;

export interface RuleFile {
  /** With forward slashes, below the root of what was imported. */
  place: string;
  text: string;
}

/** Nothing of the archive is taken; `file` is the entry at fault. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  readonly file: string;

  constructor(file: string, message: string, options?: ErrorOptions) {
    super(file === '' ? message : `${file}: ${message}`, options);
    this.file = file;
  }
}

export const isRuleName = (name: string): boolean => /\.ya?ml$/i.test(name) && !/\.test\.ya?ml$/i.test(name);

/** @throws ArchiveError for a name that leads out of where it is unpacked, on any system */
export function checkName(name: string): void {
  const shown = name.slice(0, 200);
  if (name.length > ARCHIVE_LIMITS.nameCharsMax) throw new ArchiveError(shown, 'the name is too long');
  const isOutside =
    name === '' ||
    name.startsWith('/') ||
    /[\\\0]/.test(name) ||
    /^[A-Za-z]:/.test(name) ||
    name.split('/').includes('..');
  if (isOutside) throw new ArchiveError(shown, 'the name leads out of the archive');
}

/** Counts what an archive comes to. */
export class ArchiveBook {
  readonly files: RuleFile[] = [];
  readonly #names = new Set<string>();
  #bytes = 0;

  /** An entry of whatever kind. @throws ArchiveError */
  see(name: string): void {
    checkName(name);
    if (this.#names.has(name)) throw new ArchiveError(name, 'the name is there twice');
    this.#names.add(name);
    if (this.#names.size > ARCHIVE_LIMITS.filesMax)
      throw new ArchiveError(name, `there are more than ${String(ARCHIVE_LIMITS.filesMax)} files`);
  }

  /** Before a rule file is unpacked. @throws ArchiveError */
  expect(name: string, bytes: number): void {
    const { fileBytesMax, textBytesMax } = ARCHIVE_LIMITS;
    if (bytes > fileBytesMax)
      throw new ArchiveError(
        name,
        `${String(bytes)} bytes are too many for a rule: at most ${String(fileBytesMax)}`,
      );
    this.#bytes += bytes;
    if (this.#bytes > textBytesMax)
      throw new ArchiveError(name, `the rules together have more than ${String(textBytesMax)} bytes`);
  }

  add(place: string, bytes: Uint8Array): void {
    this.files.push({ place, text: new TextDecoder('utf-8').decode(bytes) });
  }
}
