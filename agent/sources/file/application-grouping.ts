/**
 * Which lines of an application's log belong together when nobody says: stack traces of Java and .NET, tracebacks of
 * Python, messages of several lines. A log whose records begin with a time, a level or a brace goes by that; in any
 * other log only what looks like a part of a trace is joined.
 */
import type { LineGrouping } from './line-grouping.ts';

/** A time, with a bracket or a level before it or not. */
const BEGINS_WITH_TIME =
  /^(?:[[(<]?(?:[A-Z]{1,8}[\]:]? {1,4})?[[(<]?(?:\d{4}[-/.]\d{2}[-/.]\d{2}[T ,:]|\d{1,2}[-/.](?:\d{1,2}|[A-Z][a-z]{2})[-/.]\d{2,4}[T ,:]|(?:[A-Z][a-z]{2},? )?[A-Z][a-z]{2} {1,2}\d{1,2},? (?:\d{4} )?\d{1,2}:\d{2}:\d{2}|\d{2}:\d{2}:\d{2}[.,]\d{3}|\d{10}(?:\.\d{1,9}|\d{3})?[\] ]))/;
const BEGINS_WITH_LEVEL =
  /^(?:[[<]?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL|trace|debug|info|warn|warning|error|fatal|critical)[\]>]?[ :|\t])/;
/** JSON a line. */
const BEGINS_WITH_OBJECT = /^\{"/;
const TRACE_PART =
  /^(?:[ \t]|at [\w$.]|Caused by: |Suppressed: |\.\.\. \d{1,6} (?:more|common frames omitted)|--- End of |During handling of the above exception|The above exception was the direct cause)/;
const TRACEBACK = 'Traceback (most recent call last):';
/** `ValueError: no such thing`, the line that ends a traceback. */
const EXCEPTION = /^[A-Za-z_][\w.]{0,200}(?::|$)/;

type Head = 'marked' | 'plain';

export function applicationGrouping(): LineGrouping {
  let head: Head | undefined;
  let inTraceback = false;
  const decide = (line: string): boolean => {
    if (BEGINS_WITH_TIME.test(line) || BEGINS_WITH_LEVEL.test(line) || BEGINS_WITH_OBJECT.test(line)) {
      inTraceback = false;
      return false;
    }
    if (head === undefined) {
      inTraceback = line.startsWith(TRACEBACK);
      return false;
    }
    if (head === 'marked') return true;
    if (line.startsWith(TRACEBACK)) {
      const chained = inTraceback;
      inTraceback = true;
      return chained;
    }
    if (TRACE_PART.test(line)) return true;
    if (!inTraceback || !EXCEPTION.test(line)) return false;
    inTraceback = false;
    return true;
  };
  return {
    continues(line) {
      const belongs = decide(line);
      if (!belongs) {
        const plain =
          !BEGINS_WITH_TIME.test(line) && !BEGINS_WITH_LEVEL.test(line) && !BEGINS_WITH_OBJECT.test(line);
        head = plain ? 'plain' : 'marked';
      }
      return belongs;
    },
    reset() {
      head = undefined;
      inTraceback = false;
    },
  };
}
