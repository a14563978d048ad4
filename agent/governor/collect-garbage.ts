/** Asks the JavaScript engine to give memory back; it decides what that costs, some 20 to 50 ms. */

let collect: (() => void) | undefined;

export function collectGarbage(): void {
  collect ??= globalThis.gc === undefined ? madeCollector() : () => globalThis.gc?.();
  collect();
}

/** The flag may be set at run time, too; a context made afterwards has the function. */
function madeCollector(): () => void {
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
  const made: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc');
  return typeof made === 'function' ? () => void Reflect.apply(made, undefined, []) : () => undefined;
}

/**
 * Everything that nobody holds, code that runs no more included: what starting leaves behind. Only where the runtime
 * was started to offer it, as the shipped agent's is: elsewhere the engine may be full of others' things.
 */
export function collectAllIfOffered(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
