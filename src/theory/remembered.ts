/**
 * A function of an object, computed once for each while that lives: many theorems ask the same of one problem.
 *
 * @param compute a pure function; neither its argument nor its result may be changed afterwards.
 */
export function remembered<Argument extends object, Result>(
  compute: (argument: Argument) => Result,
): (argument: Argument) => Result {
  const known = new WeakMap<Argument, { readonly result: Result }>();
  return (argument) => {
    let found = known.get(argument);
    if (!found) {
      found = { result: compute(argument) };
      known.set(argument, found);
    }
    return found.result;
  };
}
