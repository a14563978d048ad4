/** A room's messages in the chosen language, for components. */
import { useSyncExternalStore } from 'react';
import { languageStore } from './language-store.ts';
import { textIn, wordsIn, type Messages, type Text, type Words } from './messages.ts';

/** Follows the chosen language. */
export function useText<Room extends Messages>(room: Room): Text<Room> {
  return textIn(useSyncExternalStore(languageStore.subscribe, languageStore.get), room);
}

/** For words that stand alone in a table. */
export function useWords(): (words: Words) => string {
  const language = useSyncExternalStore(languageStore.subscribe, languageStore.get);
  return (words) => wordsIn(language, words);
}
