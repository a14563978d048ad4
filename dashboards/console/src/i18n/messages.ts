/**
 * A room's own messages, which come with its pages: each key with its Vietnamese and its English words side by side, so
 * that no language can lack one. Placeholders as in translate.ts, read from the Vietnamese.
 */
import { formatMessage, type Language, type MessageNames } from './translate.ts';

export type Words = readonly [vi: string, en: string];
export type Messages = Readonly<Record<string, Words>>;

/** What a message needs. */
type Values<Message extends Words> = [MessageNames<Message[0]>] extends [never]
  ? []
  : [values: Readonly<Record<MessageNames<Message[0]>, string | number>>];

/** Writes a message of these. */
export type Text<Room extends Messages> = <Key extends keyof Room & string>(
  key: Key,
  ...values: Values<Room[Key]>
) => string;

/** Keys whose message needs nothing filled in: what tables of labels hold. */
export type LabelOf<Room extends Messages> = {
  [Key in keyof Room & string]: [MessageNames<Room[Key][0]>] extends [never] ? Key : never;
}[keyof Room & string];

/** Keeps the keys' and placeholders' types. */
export function defineMessages<const Room extends Messages>(room: Room): Room {
  return room;
}

/** The words in a language. */
export function wordsIn(language: Language, words: Words): string {
  return words[language === 'vi' ? 0 : 1];
}

const made = new WeakMap<Messages, Map<Language, unknown>>();

/** The text function of a room in a language; the same one each time. */
export function textIn<Room extends Messages>(language: Language, room: Room): Text<Room> {
  const byLanguage = made.get(room) ?? new Map<Language, unknown>();
  made.set(room, byLanguage);
  const known = byLanguage.get(language);
  // What is kept under a room was made of that room.
  if (known !== undefined) return known as Text<Room>;
  const text: Text<Room> = (key, ...values) =>
    formatMessage(language, wordsIn(language, room[key] ?? [key, key]), values[0] ?? {});
  byLanguage.set(language, text);
  return text;
}
