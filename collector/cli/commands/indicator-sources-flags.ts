/** Options of `vonggac indicator source set`. */
import type { Tlp } from '../../indicator/indicator.ts';

/** Takes a default away. */
export const NONE = 'none';

export interface SourceFlags {
  confidence?: number | typeof NONE;
  days?: number | typeof NONE;
  tlp?: Tlp | typeof NONE;
  description?: string;
  atVersion?: number;
  json?: boolean;
}
