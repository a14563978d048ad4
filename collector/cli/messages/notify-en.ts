/** `vonggac notify` in English. */
import { oncallEn, oncallHelpEn } from './oncall-en.ts';

export const notifyEn = {
  oncall: oncallEn,
  changed: (id: number, name: string) => `Channel ${id} (${name}) was changed.`,
  noChannels: 'There are no channels: "vonggac notify add FILE" adds one.',
  noMessages: 'There are no messages of that kind.',
  added: (id: number, name: string) =>
    `Channel ${id} (${name}) was added; "vonggac notify test ${id}" tries it.`,
  removed: (id: number) => `Channel ${id} was removed, with what waited for it.`,
  taken: (answer: string) => `Taken: ${answer}`,
  notTaken: (problem: string) => `Not taken: ${problem}`,
  refused: (receiver: string) => `Refused for ${receiver}`,
  again: (id: string) => `Message ${id} is tried again.`,
  unreadable: (file: string, problem: string) => `${file} describes no channel: ${problem}`,
  columns: {
    id: 'ID',
    name: 'NAME',
    kind: 'KIND',
    from: 'FROM SEVERITY',
    last: 'LAST MESSAGE',
    problem: 'PROBLEM',
    channel: 'CHANNEL',
    state: 'STATE',
    created: 'MADE',
    items: 'ITEMS',
    attempts: 'TRIES',
    answer: 'ANSWER',
  },
};

export const notifyHelpEn = {
  ...oncallHelpEn,
  notify: 'channels that notices of alerts go to, and what became of each message',
  notifyChannels: 'list the channels',
  notifyAdd: 'add a channel that a JSON file describes (docs/notify.md); - reads it from standard input',
  notifyFile: 'the file; it holds the secrets too, so delete it afterwards',
  notifyChange:
    'change a channel by a JSON file that names only what changes; other settings take their secrets anew',
  notifyRemove: 'remove a channel with what waits for it',
  notifyTest: 'send a test message now; exit code 1 when it is not taken',
  notifyChannel: 'number of the channel',
  notifyMessages: 'list messages, newest first',
  notifyState: 'only of this state',
  notifyRetry: 'try a message again that was given up',
  notifyMessage: 'id of the message',
};
