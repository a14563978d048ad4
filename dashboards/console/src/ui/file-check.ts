/** Whether a chosen or dropped file is one that a field takes. */

export type FileRule = {
  /** As of an input: `.csv,text/csv`; '' any. */
  readonly accept: string;
  readonly bytesMax: number;
};

export type FileFault = 'type' | 'large' | 'empty';

type Chosen = { readonly name: string; readonly type: string; readonly size: number };

function isAccepted({ name, type }: Chosen, accept: string): boolean {
  const wanted = accept
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '');
  if (wanted.length === 0) return true;
  return wanted.some((one) => (one.startsWith('.') ? name.toLowerCase().endsWith(one) : type === one));
}

/** Null: it will do. */
export function faultOfFile(file: Chosen, { accept, bytesMax }: FileRule): FileFault | null {
  if (!isAccepted(file, accept)) return 'type';
  if (file.size > bytesMax) return 'large';
  return file.size === 0 ? 'empty' : null;
}

/** The endings that a person knows: `.csv`, `.xlsx`. */
export const endingsOf = (accept: string): readonly string[] =>
  accept
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one.startsWith('.'));
