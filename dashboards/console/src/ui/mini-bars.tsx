/** Small bars side by side, each with its words under the pointer; what they say stands in words or a table beside them. */
import '../styles/mini-bars.css';

const heightUnits = 100;

export type MiniBar = {
  readonly key: string;
  /** From the left, the first is 0. */
  readonly place: number;
  /** Of the full height, 0 to 1; what is more than nothing is seen. */
  readonly share: number;
  readonly title: string;
};

type Props = {
  /** Names them to screen readers. */
  readonly label: string;
  readonly places: number;
  readonly bars: readonly MiniBar[];
};

export function MiniBars({ label, places, bars }: Props) {
  return (
    <svg
      className="vg-mini-bars"
      viewBox={`0 0 ${places} ${heightUnits}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {bars.map(({ key, place, share, title }) => {
        const height = share === 0 ? 0 : Math.max(2, share * heightUnits);
        return (
          <rect key={key} x={place + 0.1} y={heightUnits - height} width={0.8} height={height}>
            <title>{title}</title>
          </rect>
        );
      })}
    </svg>
  );
}
