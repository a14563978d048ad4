/** A fact's name and value as people read them. */
import { useText, useWords } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { messages } from './host-state-messages.ts';
import { factText } from './inventory-rows.ts';
import { categoryNames, factNames } from './inventory-words.ts';

export function FactValue({ value }: { readonly value: unknown }) {
  const text = useText(messages);
  if (typeof value === 'boolean') return text(value ? 'fact.yes' : 'fact.no');
  const shown = factText(value);
  return shown === '' ? <span className="vg-muted">—</span> : <LineText value={shown} />;
}

type NameOf = (name: string) => string;

export function useFactName(): NameOf {
  const words = useWords();
  return (name) => {
    const known = factNames[name];
    return known === undefined ? visibleString(name) : words(known);
  };
}

export function useCategoryName(): NameOf {
  const words = useWords();
  return (category) => {
    const known = categoryNames[category];
    return known === undefined ? visibleString(category) : words(known);
  };
}
