/** What a look at the host's configuration comes to: policy by policy what is told of each check. */
import type { PostureException } from '#protocol/posture-names.ts';
import type { PosturePolicy } from '#protocol/posture-policy.ts';
import type { PostureRecord } from '#protocol/posture-record.ts';

export type PostureFacts = Omit<PostureRecord, 'kind' | 'at' | 'change' | 'previousResult'>;

export interface PostureQuestion {
  /** Names and documents; left out: what the agent has for this host. */
  policies?: readonly (string | PosturePolicy)[] | undefined;
  exceptions: readonly PostureException[];
}

export interface PostureLookContext {
  /** Milliseconds since 1970. */
  now: () => number;
  signal: AbortSignal;
  turn: () => Promise<void>;
  /** A name that no policy has. */
  onUnknown: (name: string) => void;
}

/** @throws Error when the host cannot be looked at */
export type PostureLook = (context: PostureLookContext) => AsyncIterable<readonly PostureFacts[]>;
