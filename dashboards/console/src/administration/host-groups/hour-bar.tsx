/** A day of a line: an hour each, higher where it carries more; what is not capped is light and full. */
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { messages } from './host-groups-messages.ts';
import { hourText, toKilobits } from './sending-units.ts';

const step = 10;
const height = 24;
/** The least that is still seen. */
const barMin = 4;

type Props = { readonly hours: readonly (number | null)[]; readonly label: string };

export function HourBar({ hours, label }: Props) {
  const text = useText(messages);
  const { number } = useI18n();
  const most = Math.max(1, ...hours.map((bytes) => bytes ?? 0));
  return (
    <svg
      className="vg-hour-bar"
      viewBox={`0 0 ${hours.length * step} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {hours.map((bytes, hour) => {
        const tall = bytes === null ? height : Math.max(barMin, Math.round((bytes / most) * height * 0.75));
        const carries =
          bytes === null ? text('line.free') : text('line.carries', { kbps: number(toKilobits(bytes)) });
        return (
          <rect
            // An hour of the day is what it is.
            key={hourText(hour)}
            data-capped={bytes !== null}
            x={hour * step + 1}
            y={height - tall}
            width={step - 2}
            height={tall}
          >
            <title>{`${hourText(hour)}: ${carries}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
