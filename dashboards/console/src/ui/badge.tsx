/** A state as a shape, a colour and a word, so that colour never stands alone. */
import type { ReactNode } from 'react';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

const shapes: Readonly<Record<Tone, string>> = {
  good: 'M3.4 8.6l3 3 6.2-7',
  warn: 'M8 2.4v6.8M8 12.4v.4',
  bad: 'M4 4l8 8M12 4l-8 8',
  info: 'M8 7v6M8 3.4v.4',
  quiet: 'M3.6 8h8.8',
};

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className="vg-badge" data-tone={tone}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={shapes[tone]} />
      </svg>
      {children}
    </span>
  );
}
