/**
 * Whether a file that somebody attaches may be kept: asked of a virus scanner where there is one. Invariant: what is infected is never
 * kept; what could not be scanned is kept only where the settings say so, and marked.
 */
import { CLAMD_LIMITS, ClamdError, type ClamdTarget, pingClamd, scanFile } from './clamd.ts';

export const FILE_SCANS = ['clean', 'not-scanned'] as const;
export type FileScan = (typeof FILE_SCANS)[number];

/** The scanner knows it for dangerous. */
export class FileInfectedError extends Error {
  override readonly name = 'FileInfectedError';
  readonly signature: string;

  constructor(signature: string) {
    super(
      `the virus scanner finds ${signature} in this file: it is not kept. What is evidence goes into an archive with a password first`,
    );
    this.signature = signature;
  }
}

/** It was to be scanned, and was not. */
export class FileNotScannedError extends Error {
  override readonly name = 'FileNotScannedError';
}

export interface FileScanner {
  /** @throws FileInfectedError, FileNotScannedError, the system's error */
  scan(file: string, bytes: number): Promise<FileScan>;
  /** For the doctor. */
  state(): Promise<{ state: 'off' | 'ok' | 'away'; message: string }>;
}

/** Where no scanner is set up. */
export const NO_SCANNER: FileScanner = {
  scan: () => Promise.resolve('not-scanned'),
  state: () => Promise.resolve({ state: 'off', message: '' }),
};

export function clamdScanner(options: {
  target: ClamdTarget;
  /** Whether a file that cannot be scanned is refused. */
  isRequired: boolean;
  onOutcome: (outcome: FileScan | 'infected') => void;
  onFault: (error: unknown) => void;
}): FileScanner {
  const { target, isRequired, onOutcome, onFault } = options;
  const unscanned = (message: string, cause?: unknown): FileScan => {
    onOutcome('not-scanned');
    if (isRequired)
      throw new FileNotScannedError(
        `${message}; files are kept only when they were scanned: try again later`,
        {
          cause,
        },
      );
    return 'not-scanned';
  };
  return {
    async scan(file, bytes) {
      if (bytes > CLAMD_LIMITS.bytesMax)
        return unscanned(`the virus scanner takes files of at most ${CLAMD_LIMITS.bytesMax} bytes`);
      try {
        const verdict = await scanFile(target, file);
        onOutcome(verdict.kind);
        if (verdict.kind === 'infected') throw new FileInfectedError(verdict.signature);
        return 'clean';
      } catch (error) {
        if (!(error instanceof ClamdError)) throw error;
        onFault(error);
        return unscanned('the virus scanner cannot be reached', error);
      }
    },
    async state() {
      try {
        await pingClamd(target);
        return { state: 'ok', message: '' };
      } catch (error) {
        if (!(error instanceof ClamdError)) throw error;
        return { state: 'away', message: error.message };
      }
    },
  };
}
