import { describe, expect, test } from 'vitest';
import { parseStatement, SqlRefusedError } from '../../../collector/engine/sql-statement.ts';

function refusal(sql: string): number | undefined {
  try {
    parseStatement(sql);
    return undefined;
  } catch (error) {
    if (error instanceof SqlRefusedError) return error.code;
    throw error;
  }
}

describe('kinds', () => {
  test.each([
    ['SELECT 1', 'read'],
    ['  -- first\n/* second; */ select 1', 'read'],
    ['WITH x AS (SELECT 1) SELECT * FROM x', 'read'],
    ['(SELECT 1) UNION ALL (SELECT 2)', 'read'],
    ['SHOW TABLES', 'read'],
    ['DESCRIBE TABLE t', 'read'],
    ['CREATE TABLE t (a String) ENGINE = Memory', 'command'],
    ['ALTER TABLE t DROP COLUMN a', 'command'],
    ['KILL QUERY WHERE 1 ASYNC', 'command'],
    ['INSERT INTO t SELECT 1', 'insert-select'],
    ['INSERT INTO t (a, b) SELECT 1, 2', 'insert-select'],
    ['INSERT INTO t (a) (SELECT 1)', 'insert-select'],
    ['INSERT INTO t SETTINGS max_threads = 1 WITH x AS (SELECT 1) SELECT * FROM x', 'insert-select'],
    ['INSERT INTO t FORMAT JSONEachRow', 'insert-data'],
  ])('%s is %s', (sql, kind) => {
    expect(parseStatement(sql).kind).toBe(kind);
  });

  test('an insert’s head, table, columns and format', () => {
    expect(
      parseStatement(
        "INSERT INTO TABLE db.`odd ``name` (a, `b)`, c) SETTINGS x = 'FORMAT' FORMAT ArrowStream ;\n",
      ),
    ).toStrictEqual({
      kind: 'insert-data',
      head: "INSERT INTO TABLE db.`odd ``name` (a, `b)`, c) SETTINGS x = 'FORMAT' ",
      table: 'db.`odd ``name`',
      columns: '(a, `b)`, c)',
      format: 'ArrowStream',
    });
    expect(parseStatement('insert into t format JSONEachRow')).toMatchObject({
      table: 't',
      columns: undefined,
    });
  });

  test('a read’s format and whether it selects', () => {
    expect(parseStatement('SELECT 1 FORMAT JSONEachRow;')).toMatchObject({
      format: 'JSONEachRow',
      selects: true,
    });
    expect(parseStatement("SELECT 'FORMAT CSV'")).toMatchObject({ format: undefined });
    expect(parseStatement('SELECT (1 FORMAT CSV)')).toMatchObject({ format: undefined });
    expect(parseStatement('EXISTS t FORMAT CSV')).toMatchObject({ format: 'CSV', selects: false });
  });

  test('the names of its parameters, and only those', () => {
    const sql =
      "SELECT {a:String}, { b : Array(String) }, '{c:String}', {'d': 1}, x::String, map('{', ':') /* {e:Int8} */";
    expect(parseStatement(sql)).toMatchObject({ placeholders: new Set(['a', 'b']) });
    expect(parseStatement('INSERT INTO t SELECT {n:UInt8}')).toMatchObject({ placeholders: new Set(['n']) });
  });

  test('semicolons, quotes and keywords inside literals, names, comments and heredocs are text', () => {
    for (const sql of [
      "SELECT ';', 'it''s; ok', 'back\\'; slash', `odd;name`, \"also;odd\"",
      'SELECT 1 -- ; DROP TABLE t',
      'SELECT 1 /* ; DROP TABLE t */',
      'SELECT $x$; DROP TABLE t; $x$',
      'SELECT 1 # ; DROP TABLE t',
      'SELECT 1 ; ; ',
    ]) {
      expect({ sql, kind: parseStatement(sql).kind }).toStrictEqual({ sql, kind: 'read' });
    }
  });
});

describe('refused', () => {
  test.each([
    ['nothing', '', 62],
    ['only a comment', ' -- x', 62],
    ['a second statement', 'SELECT 1; DROP TABLE t', 62],
    ['a second statement after a literal', "SELECT 'x'; DROP TABLE t", 62],
    ['a second statement after an escaped quote', "SELECT 'x\\\\'; DROP TABLE t --'", 62],
    ['a second statement after a blank line', 'SELECT 1;\n\nDROP TABLE t', 62],
    ['a statement after an insert’s query', 'INSERT INTO t SELECT 1; DROP TABLE t', 62],
    ['an open quote', "SELECT 'x", 62],
    ['an open comment', 'SELECT 1 /* x', 62],
    ['an open heredoc', 'SELECT $x$ y', 62],
    ['a bracket too many', 'SELECT 1)', 62],
    ['typographic quotes, which the engine reads its own way', 'SELECT \u2018x\u2019', 62],
    ['data in the text', 'INSERT INTO t FORMAT CSV 1', 48],
    ['data after a blank line', 'INSERT INTO t FORMAT CSV\n\nDROP TABLE t', 48],
    ['data after a semicolon', 'INSERT INTO t FORMAT CSV; x', 48],
    ['VALUES', "INSERT INTO t VALUES ('a')", 48],
    ['a table function as target', "INSERT INTO FUNCTION file('x') SELECT 1", 48],
    ['an insert of nothing', 'INSERT INTO t', 62],
    ['a query where the columns stand', 'INSERT INTO t (SELECT 1)', 62],
    ['an insert of nothing, ended', 'INSERT INTO t;', 62],
  ])('%s', (_what, sql, code) => {
    expect(refusal(sql)).toBe(code);
  });
});
