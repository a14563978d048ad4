/** How the messages of rows are stored: what earlier ones looked like, of lines and of sentences. */
import { PatternBook, type StoredMessage } from './message-pattern.ts';
import { SentencePatterns } from './sentence-patterns.ts';
import type { EventRow } from './store.ts';
import type { StoredFields } from './stored-fields.ts';

export class MessageBook {
  readonly #lines = new PatternBook();
  readonly #sentences = new SentencePatterns();

  /** A new batch begins. */
  begin(): void {
    this.#lines.begin();
  }

  /** @param stored - the row's fields as they are stored */
  store(row: EventRow, stored: StoredFields): StoredMessage {
    const { message } = row.event;
    const pattern = typeof message === 'string' ? undefined : this.#sentences.patternOf(message, stored);
    if (pattern !== undefined) return { pattern, text: '' };
    return this.#lines.store(kindOf(row), String(message), stored);
  }
}

/** Messages of one kind are worded alike. */
function kindOf({ channel, event: { columns } }: EventRow): string {
  return `${channel} ${columns.event_code ?? ''} ${columns.event_action ?? ''} ${columns.process_name ?? ''}`;
}
