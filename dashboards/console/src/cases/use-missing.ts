/** The names of what is not known yet of an incident, in words. */
import { useText, useWords } from '../i18n/use-text.ts';
import { factWords, isFactName } from './incident-words.ts';
import { messages } from './messages.ts';

export function useMissing(): (name: string) => string {
  const text = useText(messages);
  const words = useWords();
  return (name) => {
    if (isFactName(name)) return words(factWords[name]);
    if (name === 'systems') return text('cases.missingSystems');
    return name === 'level' ? text('cases.missingLevel') : name;
  };
}
