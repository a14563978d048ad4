/** Rows of filters of alerts that people keep. Times are milliseconds UTC. */
export interface AlertViewTable {
  id: string;
  name: string;
  /** JSON: the query of a list of alerts, as the API takes it. */
  filter: string;
  /** 1: whoever sees the agency sees it; 0: its owner alone. */
  shared: number;
  /** User name. */
  owner: string;
  agency_id: number;
  created_ms: number;
  updated_by: string;
  updated_ms: number;
  version: number;
}

/** Which view a person begins with. */
export interface AlertViewFirstTable {
  username: string;
  view_id: string;
}

export interface AlertViewTables {
  alert_view: AlertViewTable;
  alert_view_first: AlertViewFirstTable;
}
