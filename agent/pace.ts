/** How fast heavy work may go: scans, hashing, inventory, assessment. */
export interface Pace {
  /** Call between units of work of at most some 10 ms: waits while the agent is over its budget. */
  turn(): Promise<void>;
}
