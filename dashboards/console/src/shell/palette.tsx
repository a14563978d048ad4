/** Ctrl+K: goes to any page by a few letters of its name, with or without accents. */
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Me } from '../api/types.ts';
import { useWords } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { searchQuery } from '../events/event-search.ts';
import { href } from '../router/location.ts';
import { navigate } from '../router/router.tsx';
import { containsWords, fold, foldedWords } from '../text/fold.ts';
import { Dialog } from '../ui/dialog.tsx';
import { railOf, placeOf } from './areas.ts';
import { Icon, type IconName } from './icons.tsx';

type Goal = { readonly key: string; readonly to: string; readonly label: string; readonly icon: IconName };

/** Enough to find anything with some letters more. */
const shownMax = 12;

export default function Palette({ me, onClose }: { readonly me: Me; readonly onClose: () => void }) {
  const { t } = useI18n();
  const words = useWords();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);

  const pages = useMemo(
    () =>
      railOf(me).flatMap((area) =>
        area.pages
          .filter((page) => page.tab === true || area.pages.length === 1)
          .map((page) => ({
            key: page.path,
            to: placeOf(page),
            icon: area.icon,
            label:
              words(page.label) === words(area.label)
                ? words(area.label)
                : `${words(area.label)} › ${words(page.label)}`,
          })),
      ),
    [me, words],
  );
  const asked = foldedWords(typed);
  const searches: readonly Goal[] =
    typed.trim() === ''
      ? []
      : [
          {
            key: 'find-alerts',
            to: href('/alerts', { q: typed.trim() }),
            label: t('palette.alerts', { text: typed.trim() }),
            icon: 'search',
          },
          {
            key: 'find-events',
            to: href('/events', searchQuery({ text: typed.trim() })),
            label: t('palette.events', { text: typed.trim() }),
            icon: 'search',
          },
        ];
  const goals: readonly Goal[] = [
    ...pages.filter((page) => containsWords(fold(page.label), asked)).slice(0, shownMax),
    ...searches,
  ];
  const chosen = Math.min(at, goals.length - 1);

  const go = (goal: Goal | undefined) => {
    if (goal === undefined) return;
    onClose();
    navigate(goal.to);
  };
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      const next = (chosen + step + goals.length) % Math.max(1, goals.length);
      setAt(next);
      list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      go(goals[chosen]);
    }
  };
  return (
    <Dialog title={t('palette.title')} onClose={onClose}>
      <input
        className="vg-input"
        type="text"
        role="combobox"
        aria-label={t('palette.hint')}
        aria-controls="vg-palette"
        aria-expanded="true"
        aria-activedescendant={goals[chosen] === undefined ? undefined : `vg-palette-${chosen}`}
        placeholder={t('palette.hint')}
        spellCheck={false}
        maxLength={200}
        data-testid="palette"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <ul id="vg-palette" role="listbox" aria-label={t('palette.title')} className="vg-palette" ref={list}>
        {goals.map((goal, index) => (
          <li
            key={goal.key}
            id={`vg-palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            onMouseEnter={() => setAt(index)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => go(goal)}
          >
            <Icon name={goal.icon} />
            {goal.label}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
