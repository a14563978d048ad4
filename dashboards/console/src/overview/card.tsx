/** A part of the first page: its name, a word at its right, its content. */
import { useId, type ReactNode } from 'react';
import { Link } from '../router/router.tsx';

export function Card({
  title,
  aside,
  testId,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly testId?: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="vg-card" aria-labelledby={id} data-testid={testId}>
      <div className="vg-section-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** Names with numbers, each leading to what it counts; a nought is quiet. */
export function Counts({
  rows,
}: {
  readonly rows: readonly {
    readonly name: string;
    readonly value: ReactNode;
    readonly to?: string | undefined;
    /** Nothing to look at. */
    readonly quiet?: boolean;
    readonly bad?: boolean;
    readonly testId?: string;
  }[];
}) {
  return (
    <dl className="vg-counts">
      {rows.map(({ name, value, to, quiet = false, bad = false, testId }) => (
        <div key={name} data-quiet={quiet} data-bad={bad}>
          <dt>{name}</dt>
          <dd data-testid={testId}>
            {to === undefined ? (
              value
            ) : (
              <Link to={to} aria-label={`${name}: ${typeof value === 'string' ? value : ''}`}>
                {value}
              </Link>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
