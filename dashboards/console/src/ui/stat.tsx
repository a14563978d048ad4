/** A number people look at first, with its name; it may lead to what it counts. */
import type { ReactNode } from 'react';
import { Link } from '../router/router.tsx';
import type { Tone } from './badge.tsx';

type Props = {
  readonly name: string;
  readonly value: ReactNode;
  readonly to?: string | undefined;
  readonly tone?: Tone | undefined;
  readonly hint?: ReactNode;
  readonly testId?: string;
};

export function Stat({ name, value, to, tone, hint, testId }: Props) {
  const body = (
    <>
      <span className="vg-stat-value">{value}</span>
      <span className="vg-stat-name">{name}</span>
      {hint === undefined ? null : <span className="vg-stat-hint">{hint}</span>}
    </>
  );
  return to === undefined ? (
    <div className="vg-stat" data-tone={tone} data-testid={testId}>
      {body}
    </div>
  ) : (
    <Link className="vg-stat" data-tone={tone} data-testid={testId} to={to}>
      {body}
    </Link>
  );
}

export function Stats({ children }: { readonly children: ReactNode }) {
  return <div className="vg-stats">{children}</div>;
}

/** A share as a bar of parts, each with its word in `label`; the numbers stand beside it in text. */
export function ShareBar({
  parts,
  label,
}: {
  readonly parts: readonly { readonly key: string; readonly tone: Tone; readonly value: number }[];
  readonly label: string;
}) {
  const sum = parts.reduce((total, part) => total + part.value, 0);
  let at = 0;
  return (
    <svg className="vg-share" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={label}>
      {parts.map((part) => {
        const width = sum === 0 ? 0 : (part.value / sum) * 100;
        const x = at;
        at += width;
        return <rect key={part.key} data-tone={part.tone} x={x} y="0" width={width} height="8" />;
      })}
    </svg>
  );
}
