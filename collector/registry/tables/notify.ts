/** Rows of channels that notices go to, and of the outbox. Times are milliseconds UTC. */
import type { Generated } from 'kysely';
import type { ChannelSettings } from '../../notify/channel-settings.ts';

export interface NotifyChannelTable {
  id: Generated<number>;
  name: string;
  kind: ChannelSettings['kind'];
  /** JSON: channelSettingsSchema. Holds no secret. */
  settings: string;
  /** JSON of ChannelSecrets, sealed (sealed-secret.ts). */
  secrets: string | null;
  /** Alerts of this agency and those below it. */
  agency_id: number;
  /** Alerts of this severity and above; place among severities, from 0. */
  severity_rank_min: number;
  /** After a message, what comes within so long waits for the next one. */
  window_ms: number;
  /** Messages in any hour; what is above waits for the next one. */
  messages_per_hour_max: number;
  enabled: number;
  created_ms: number;
  created_by: string;
  /** JSON: routingSchema; null: told at all hours, at once. */
  routing: string | null;
  version: Generated<number>;
  /** When it last got a message to carry. */
  last_message_ms: number | null;
  /** Since when it has carried none; null while it does. */
  failing_since_ms: number | null;
  problem: string | null;
}

/** One change of one alert for one channel. */
export interface NotifyItemTable {
  /** Deterministic: made of alert, change and channel. */
  id: string;
  channel_id: number;
  alert_id: string;
  /** `opened`, or `raised-RANK`. */
  change: string;
  severity_rank: number;
  at_ms: number;
  /** The message that it goes with; null while it waits for one. */
  message_id: string | null;
}

export const NOTIFY_STATES = ['waiting', 'sent', 'dead'] as const;
export type NotifyState = (typeof NOTIFY_STATES)[number];

export interface NotifyMessageTable {
  /** Deterministic: made of the first item. The same at every try. */
  id: string;
  channel_id: number;
  state: NotifyState;
  created_ms: number;
  /** Changes of alerts in it. */
  items: number;
  attempts: number;
  next_ms: number;
  sent_ms: number | null;
  /** What the receiver answered. */
  answer: string | null;
  /** JSON: receivers that it was not taken for. */
  refused: string | null;
  /** Why the last try failed. */
  problem: string | null;
  /** The ladder that it is a step of. */
  ladder_id: string | null;
  /** JSON: who was on duty, and gets it in place of the channel's own receivers. */
  person: string | null;
  /** Whose own message it is, of what they watch; null: the channel's. */
  username: Generated<string | null>;
}

/** Rosters and escalations. */
export interface NotifyPlanTable {
  id: Generated<number>;
  kind: 'roster' | 'escalation';
  name: string;
  agency_id: number;
  /** JSON: the schema of the kind. */
  settings: string;
  version: Generated<number>;
  /** Of escalations that are enabled: place among severities; null: it begins nothing. */
  severity_rank_min: number | null;
}

/** An escalation that is being climbed, or was. */
export interface NotifyLadderTable {
  /** Deterministic: made of escalation and first alert. */
  id: string;
  plan_id: number;
  began_ms: number;
  steps_done: number;
  /** Null when it is over. */
  next_ms: number | null;
  ended: 'acknowledged' | 'exhausted' | null;
  /** SHA-256 of what a receiver answers with, hex. */
  code_hash: string | null;
}

export interface NotifyLadderAlertTable {
  plan_id: number;
  alert_id: string;
  ladder_id: string;
}

/** What a person wants to be told themselves. */
export interface PersonalSettingsTable {
  username: string;
  /** JSON: personalSettingsSchema; null: as nobody has said anything. */
  settings: string | null;
  /** 0: they have said nothing. */
  version: number;
  last_message_ms: number | null;
}

/** Up to which row of a history people have been told. */
export interface PersonalCursorTable {
  source: 'alert_history' | 'case_act';
  last_id: number;
}

export const NEWS_SOURCES = ['alert-act', 'alert-raised', 'case-act'] as const;
export type NewsSource = (typeof NEWS_SOURCES)[number];
export type NewsReason = 'mention' | 'assigned' | 'watch';

/** One thing that one person is told. */
export interface PersonalNewsTable {
  /** Made of source, act and person, so that nobody is told the same twice. */
  id: string;
  username: string;
  source: NewsSource;
  /** Row of the history; null: the alert became more serious by itself. */
  act_id: number | null;
  /** The alert's or the case's id. */
  subject_id: string;
  why: NewsReason;
  severity_rank: number;
  at_ms: number;
  /** Null while it waits. */
  message_id: string | null;
}

export interface NotifyTables {
  personal_settings: PersonalSettingsTable;
  personal_cursor: PersonalCursorTable;
  personal_news: PersonalNewsTable;
  notify_channel: NotifyChannelTable;
  notify_item: NotifyItemTable;
  notify_message: NotifyMessageTable;
  notify_plan: NotifyPlanTable;
  notify_ladder: NotifyLadderTable;
  notify_ladder_alert: NotifyLadderAlertTable;
}
