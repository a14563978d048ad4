/** Asks the JavaScript engine to give memory back; it decides what that costs, some 20 to 50 ms. */
import v8 from 'node:v8';
import vm from 'node:vm';

let collect: (() => void) | undefined;

/** The engine offers this only under a flag, which may be set at run time; a context made afterwards has the function. */
export function collectGarbage(): void {
  if (collect === undefined) {
    v8.setFlagsFromString('--expose-gc');
    const made: unknown = vm.runInNewContext('gc');
    collect = typeof made === 'function' ? () => void Reflect.apply(made, undefined, []) : () => undefined;
  }
  collect();
}
