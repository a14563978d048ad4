/** How far files are sent, for the field that they were chosen in. */
import { useState } from 'react';
import type { Sending } from './file-field.tsx';

/** Below this it is over before anybody reads it. */
const shownFromBytes = 1_000_000;

export function useSending() {
  const [sending, setSending] = useState<Sending | null>(null);
  return {
    sending,
    /** Shows the file's progress while the work goes on. */
    send: async <Result>(
      file: File,
      work: (onProgress: (sent: number, total: number) => void) => Promise<Result>,
    ): Promise<Result> => {
      const { name, size } = file;
      try {
        if (size >= shownFromBytes) setSending({ name, sent: 0, total: size });
        return await work((sent, total) => {
          if (size >= shownFromBytes) setSending({ name, sent, total });
        });
      } finally {
        setSending(null);
      }
    },
  };
}
