/**
 * Makes the platform's own transcendental functions, randomness and clocks throw while a function runs: the run-time proof that
 * a computation uses none of them.
 *
 * Calls that an engine has resolved before (a dependency that copied `Math.sin` at load) escape it; dependencies that do so are
 * patched where they are loaded. The power operator escapes it as well; a source test forbids it.
 *
 * *Source:* house rule 5. *Deviations:* none.
 */

/** What every engine computes with the same bits: exact or correctly rounded by ECMA-262 and IEEE 754. */
const allowed: ReadonlySet<string> = new Set(['abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc'])

const forbiddenMath = (): readonly string[] =>
  Object.getOwnPropertyNames(Math).filter((name) => typeof Reflect.get(Math, name) === 'function' && !allowed.has(name))

/** `saved` is missing for a method of the prototype. */
type Patch = Readonly<{ owner: object; name: string; saved: PropertyDescriptor | undefined }>

const forbid = (owner: object, label: string, name: string): Patch => {
  const saved = Object.getOwnPropertyDescriptor(owner, name)
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value: () => {
      throw new Error(`${label}.${name} was called where results must not depend on the platform`)
    },
  })
  return { owner, name, saved }
}

const restore = ({ owner, name, saved }: Patch): void => {
  if (saved === undefined) Reflect.deleteProperty(owner, name) // uncovers the one of the prototype
  else Object.defineProperty(owner, name, saved)
}

const forbidMath = (): readonly Patch[] => forbiddenMath().map((name) => forbid(Math, 'Math', name))
const forbidClocks = (): readonly Patch[] => [forbid(Date, 'Date', 'now'), forbid(performance, 'performance', 'now')]

/** Runs `fn` while Math's transcendental functions, Math.random, Date.now and performance.now throw; answers what it answers. */
export const withPlatformMathForbidden = <T>(fn: () => T): T => {
  const patches = [...forbidMath(), ...forbidClocks()]
  try {
    return fn()
  } finally {
    patches.forEach(restore)
  }
}

/** The same for an asynchronous `fn`; clocks stay, because the test runner itself may read them while `fn` waits. */
export const withPlatformMathForbiddenUntilSettled = async <T>(fn: () => Promise<T>): Promise<T> => {
  const patches = forbidMath()
  try {
    return await fn()
  } finally {
    patches.forEach(restore)
  }
}
