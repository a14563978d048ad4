declare module 'pino-roll' {
  import type { SonicBoom } from 'sonic-boom';

  /** As far as it is used here. */
  export default function roll(options: {
    file: string;
    extension?: string;
    size?: string | number;
    limit?: { count: number; removeOtherLogFiles?: boolean };
    mkdir?: boolean;
    mode?: number;
  }): Promise<SonicBoom>;
}
