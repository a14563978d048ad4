/**
 * The query with completion: names of fields, their frequent values and the words that join, by the keyboard; what is wrong
 * is said while one types, with its place marked. Enter searches (or takes the suggestion that is lit), Esc closes the list.
 */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { useText } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { huntFault } from './hunt-api.ts';
import { faultLabels, suggestionLabels } from './hunt-labels.ts';
import { messages } from './messages.ts';
import { completed, suggestionsAt, wordAt, type Suggestion, type Vocabulary } from './query-words.ts';

const restMs = 350;
const excerptUnits = 40;
const queryMax = 4_096;

function useFault(query: string) {
  const [rested, setRested] = useState(query);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(query), restMs);
    return () => window.clearTimeout(timer);
  }, [query]);
  const { data } = useQuery({
    queryKey: ['hunt', 'check', rested],
    queryFn: ({ signal }) => huntFault(rested, signal),
    enabled: rested.trim() !== '',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  return rested === query && rested.trim() !== '' ? (data?.fault ?? null) : null;
}

function Fault({ query }: { readonly query: string }) {
  const text = useText(messages);
  const fault = useFault(query);
  if (fault === null) return null;
  const why =
    fault.code === 'rule' ? text('hunt.fault.rule', { why: fault.message }) : text(faultLabels[fault.code]);
  const at = fault.at;
  return (
    <p className="vg-query-fault" role="status" data-testid="hunt-fault">
      {at === null ? (
        <LineText value={why} />
      ) : (
        <>
          <LineText value={text('hunt.fault', { at: at + 1, why })} />{' '}
          <code>
            <LineText value={query.slice(Math.max(0, at - excerptUnits), at)} />
            <mark>
              <LineText value={query.slice(at, at + excerptUnits) || '␣'} />
            </mark>
          </code>
        </>
      )}
    </p>
  );
}

type Props = {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onSubmit: () => void;
  readonly words: Vocabulary;
  readonly inputRef: RefObject<HTMLTextAreaElement | null>;
};

export function QueryInput({ value, onChange, onSubmit, words, inputRef }: Props) {
  const text = useText(messages);
  const id = useId();
  const [open, setOpen] = useState(false);
  const [cursor, setCursor] = useState(value.length);
  const [lit, setLit] = useState(-1);
  const list = useRef<HTMLUListElement>(null);
  const context = wordAt(value, Math.min(cursor, value.length));
  const suggestions = open ? suggestionsAt(context, words) : [];
  const take = (suggestion: Suggestion) => {
    const next = completed(value, context, suggestion);
    onChange(next.text);
    setCursor(next.cursor);
    setLit(-1);
    const input = inputRef.current;
    input?.focus();
    window.requestAnimationFrame(() => input?.setSelectionRange(next.cursor, next.cursor));
  };
  const move = (step: number) => {
    const next = (lit + step + suggestions.length + (lit < 0 && step < 0 ? 1 : 0)) % suggestions.length;
    setLit(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    const chosen = suggestions[lit];
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        if (suggestions.length === 0) return;
        event.preventDefault();
        move(event.key === 'ArrowDown' ? 1 : -1);
        return;
      case 'Tab':
        if (chosen === undefined) return;
        event.preventDefault();
        take(chosen);
        return;
      case 'Enter':
        if (event.shiftKey) return;
        event.preventDefault();
        if (chosen !== undefined) take(chosen);
        else {
          setOpen(false);
          onSubmit();
        }
        return;
      case 'Escape':
        event.preventDefault();
        if (open && suggestions.length > 0) setOpen(false);
        else inputRef.current?.blur();
        return;
      case ' ':
        if (event.ctrlKey) setOpen(true);
        return;
      default:
        return;
    }
  };
  return (
    <div className="vg-query">
      <textarea
        ref={inputRef}
        className="vg-query-input"
        role="combobox"
        aria-label={text('hunt.query')}
        aria-expanded={suggestions.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={lit < 0 ? undefined : `${id}-${lit}`}
        data-testid="hunt-query"
        rows={Math.min(6, Math.max(1, value.split('\n').length))}
        placeholder={text('hunt.placeholder')}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        maxLength={queryMax}
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
          setCursor(event.target.selectionStart);
          setOpen(true);
          setLit(-1);
        }}
        onSelect={(event) => setCursor(event.currentTarget.selectionStart)}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={press}
      />
      {suggestions.length === 0 ? null : (
        <ul
          ref={list}
          id={`${id}-list`}
          className="vg-query-list"
          role="listbox"
          aria-label={text('hunt.suggestions')}
        >
          {suggestions.map((suggestion, index) => (
            <li
              key={`${suggestion.kind}:${suggestion.label}`}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === lit}
              // The input keeps the focus.
              onMouseDown={(event) => {
                event.preventDefault();
                take(suggestion);
              }}
            >
              <LineText value={suggestion.label} />
              <span>{text(suggestionLabels[suggestion.kind])}</span>
            </li>
          ))}
        </ul>
      )}
      <Fault query={value} />
    </div>
  );
}
