/** Rows of hunts that people keep. Times are milliseconds UTC. */
export interface HuntTable {
  id: string;
  name: string;
  description: string;
  /** What `text` is: a query of the hunt's language, or a Sigma rule. */
  kind: 'query' | 'sigma';
  text: string;
  /** How far back it looks from now, milliseconds. */
  span_ms: number;
  /** Whoever sees this agency sees the hunt. */
  agency_id: number;
  created_by: string;
  created_ms: number;
  updated_by: string;
  updated_ms: number;
  version: number;
}

export interface HuntTables {
  hunt: HuntTable;
}
