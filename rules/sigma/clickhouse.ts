export interface ClickHouseSchema {
  timeColumn: string;
}
export interface ClickHouseOptions {
  schema: ClickHouseSchema;
}
export interface ClickHouseQuery {
  query: string;
  params: Record<string, unknown>;
  exact: boolean;
  refused?: string | undefined;
}
export function toClickHouseSql(_ruleId: string, _options: ClickHouseOptions): ClickHouseQuery {
  return { query: '', params: {}, exact: false, refused: 'not built' };
}
