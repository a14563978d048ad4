/** A search field; `/` leads to it, Esc out of it. What is typed waits a moment before the page asks the server. */
import { useEffect, useRef, useState, type RefObject } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { Icon } from '../shell/icons.tsx';

type Props = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Milliseconds of rest before `onChange`; 0 for lists that the page itself searches. */
  readonly waitMs?: number;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
  readonly testId?: string;
  readonly maxLength?: number;
};

export function SearchBox({ label, value, onChange, waitMs = 0, inputRef, testId, maxLength = 256 }: Props) {
  const { t } = useI18n();
  const own = useRef<HTMLInputElement>(null);
  const input = inputRef ?? own;
  const [typed, setTyped] = useState(value);
  const timer = useRef(0);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  // The page may have gone on meanwhile (something was opened): what is told is told to it as it is then.
  const page = useRef({ value, onChange });
  useEffect(() => {
    page.current = { value, onChange };
  });
  const change = (next: string) => {
    setTyped(next);
    window.clearTimeout(timer.current);
    if (waitMs === 0) onChange(next);
    else
      timer.current = window.setTimeout(() => {
        if (next !== page.current.value) page.current.onChange(next);
      }, waitMs);
  };
  return (
    <span className="vg-search" role="search">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        maxLength={maxLength}
        data-testid={testId}
        value={typed}
        onChange={(event) => change(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') input.current?.blur();
        }}
      />
      {typed === '' ? (
        <kbd aria-hidden="true">/</kbd>
      ) : (
        <button
          type="button"
          className="vg-icon-button"
          aria-label={t('action.clear')}
          onClick={() => change('')}
        >
          <Icon name="close" />
        </button>
      )}
    </span>
  );
}
