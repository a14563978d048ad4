/**
 * The parameters of a request's URL, sorted into what ClickHouse's HTTP interface means by them.
 * Invariant: what is neither known nor a setting's name is refused by the engine, never ignored.
 */
export interface RequestParameters {
  query: string | undefined;
  queryId: string | undefined;
  format: string | undefined;
  /** Database that names without one belong to. */
  database: string | undefined;
  /** The result is held whole before the answer starts, so that a failure has its own status. */
  waitEndOfQuery: boolean;
  /** The client may be sent a compressed answer. */
  compress: boolean;
  settings: Map<string, string>;
  params: Map<string, string>;
}

const TRUE = new Set(['1', 'true']);

export function readParameters(search: URLSearchParams): RequestParameters {
  const result: RequestParameters = {
    query: undefined,
    queryId: undefined,
    format: undefined,
    database: undefined,
    waitEndOfQuery: false,
    compress: false,
    settings: new Map(),
    params: new Map(),
  };
  for (const [name, value] of search) {
    if (name.startsWith('param_')) result.params.set(name.slice('param_'.length), value);
    else {
      switch (name) {
        case 'query':
          result.query = value;
          break;
        case 'query_id':
          result.queryId = value;
          break;
        case 'default_format':
          result.format = value;
          break;
        case 'wait_end_of_query':
          result.waitEndOfQuery = TRUE.has(value);
          break;
        case 'enable_http_compression':
          result.compress = TRUE.has(value);
          break;
        case 'database':
          result.database = value === '' ? undefined : value;
          break;
        // One user, no sessions: nothing to choose.
        case 'user':
        case 'password':
        case 'role':
        case 'session_id':
        case 'session_timeout':
        case 'buffer_size':
          break;
        default:
          result.settings.set(name, value);
      }
    }
  }
  return result;
}
