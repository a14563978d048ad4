/** What a change would do, and what stands in its way. */
import type { LabelOf } from '../../i18n/messages.ts';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import type { ChangePreview } from './agencies-api.ts';
import { messages } from './changes-messages.ts';
import { holdingText, obstacleText } from './change-words.ts';
import { obstacleDetailVi } from './obstacle-details.ts';

type Fate = ChangePreview['holdings'][number]['fate'];
const fates = ['moves', 'stays', 'reaches'] as const satisfies readonly Fate[];
const fateLabel: Readonly<Record<Fate, LabelOf<typeof messages>>> = {
  moves: 'look.moving',
  stays: 'look.staying',
  reaches: 'look.reaching',
};

const namesOf = (named: readonly { readonly name: string }[]): string =>
  named.map(({ name }) => visibleString(name, 80)).join('; ');

type Props = {
  readonly look: ChangePreview;
  /** Of the parts of a split, in their order. */
  readonly partNames?: readonly string[];
};

export function ChangeLook({ look, partNames }: Props) {
  const text = useText(messages);
  const { number, language } = useI18n();
  const { begins, ends, moves, renames, systemRenames, holdings, conflicts } = look;
  const lines = [
    begins.length === 0 ? null : text('look.begins', { names: namesOf(begins) }),
    look.ending === 0 ? null : text('look.ends', { n: look.ending, names: namesOf(ends) }),
    look.moving === 0 ? null : text('look.moves', { n: look.moving, names: namesOf(moves) }),
    renames.length === 0 ? null : text('look.renames', { names: namesOf(renames) }),
    systemRenames.length === 0
      ? null
      : text('look.systemRenames', {
          names: systemRenames
            .map(({ name, newName }) => `${visibleString(name, 60)} → ${visibleString(newName, 60)}`)
            .join('; '),
        }),
  ].filter((line) => line !== null);
  return (
    <section className="vg-tree-look" aria-label={text('look.title')} data-testid="change-look" role="status">
      {conflicts.length === 0 ? (
        <p>{text('look.clear')}</p>
      ) : (
        <div className="vg-effect">
          <b>{text('look.conflicts')}</b>
          <ul>
            {conflicts.map(({ code, message }) => (
              <li key={`${code}:${message}`}>
                {obstacleText(text, code)}
                <div className="vg-hint">
                  <LineText
                    value={
                      language === 'vi'
                        ? (obstacleDetailVi(message, (kind) => holdingText(text, kind)) ?? message)
                        : message
                    }
                  />
                </div>
              </li>
            ))}
          </ul>
        </div>
      )}
      {lines.length === 0 ? null : (
        <ul>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {holdings.length === 0 ? <p className="vg-hint">{text('look.nothing')}</p> : null}
      {partNames?.map((name, part) => {
        const some = holdings.filter((one) => one.part === part && one.count > 0);
        return (
          <p key={`${part}:${name}`} data-testid="change-look-part">
            <b>{text('look.toPart', { name: visibleString(name, 80) })}</b>{' '}
            {some.length === 0
              ? text('look.partNothing')
              : some.map(({ kind, count }) => `${number(count)} ${holdingText(text, kind)}`).join(', ')}
          </p>
        );
      })}
      {fates.map((fate) => {
        const some = holdings.filter(
          (one) => one.fate === fate && one.count > 0 && (partNames === undefined || one.part === null),
        );
        return some.length === 0 ? null : (
          <p key={fate}>
            <b>{text(fateLabel[fate])}:</b>{' '}
            {some.map(({ kind, count }) => `${number(count)} ${holdingText(text, kind)}`).join(', ')}
          </p>
        );
      })}
    </section>
  );
}
